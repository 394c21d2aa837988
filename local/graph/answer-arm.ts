import {
  activityList,
  assignmentList,
  definitionList,
  eligibleList,
  type Served,
  settingList,
  subscriptionList,
} from './arm-lists.ts';
import { armOperations } from './contract.ts';
import { GraphError, plainError } from './errors.ts';
import { answerOf } from './faults.ts';
import type { Fields } from './model.ts';
import { readBearer } from './tokens.ts';
import type { Answer, World } from './world.ts';

type ArmAsk = {
  method: string;
  /** Behind `/arm`. */
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
};

/** What is remembered of a request as far as it got. */
export type ArmTrace = { path?: string };

type Operation = {
  /** As the contract writes it. */
  path: string;
  fits: RegExp;
  answer: (served: Served) => Fields[];
};

const anyScope = '(|/subscriptions/[^/]+|/providers/Microsoft\\.Management/managementGroups/[^/]+)';
const ending = (name: string) => new RegExp(`^${anyScope}/providers/${name}$`, 'i');

const operations: readonly Operation[] = [
  { path: '/subscriptions', fits: /^()\/subscriptions$/i, answer: subscriptionList },
  {
    path: '/subscriptions/{subscriptionId}/providers/Microsoft.Authorization/roleAssignments',
    fits: /^(\/subscriptions\/[^/]+)\/providers\/Microsoft\.Authorization\/roleAssignments$/i,
    answer: assignmentList,
  },
  {
    path: '/providers/Microsoft.Authorization/roleAssignments',
    fits: /^()\/providers\/Microsoft\.Authorization\/roleAssignments$/i,
    answer: assignmentList,
  },
  {
    path: '/providers/Microsoft.Management/managementGroups/{id}/providers/Microsoft.Authorization/roleAssignments',
    fits: ending('Microsoft\\.Authorization/roleAssignments'),
    answer: assignmentList,
  },
  {
    path: '/{scope}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances',
    fits: ending('Microsoft\\.Authorization/roleEligibilityScheduleInstances'),
    answer: eligibleList,
  },
  {
    path: '/providers/Microsoft.Authorization/roleDefinitions',
    fits: ending('Microsoft\\.Authorization/roleDefinitions'),
    answer: definitionList,
  },
  {
    path: '/providers/microsoft.aadiam/diagnosticSettings',
    fits: /^()\/providers\/microsoft\.aadiam\/diagnosticSettings$/i,
    answer: settingList,
  },
  {
    path: '/providers/Microsoft.Insights/eventtypes/management/values',
    fits: /^()\/providers\/Microsoft\.Insights\/eventtypes\/management\/values$/i,
    answer: activityList,
  },
];

/** Answers one request to Azure Resource Manager, with a refusal if need be. */
export function answerArm(world: World, ask: ArmAsk, trace: ArmTrace): Answer {
  try {
    return answerOperation(world, ask, trace);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const { status, headers } = error;
    return { status, headers: { ...headers }, body: { error: plainError(error) } };
  }
}

/** @throws {GraphError} A refusal. */
function answerOperation(world: World, ask: ArmAsk, trace: ArmTrace): Answer {
  const now = world.now();
  readBearer(ask.authorization, now, 'https://management.azure.com');
  const path = decodeURIComponent(ask.path);
  const operation = operations.find(({ fits }) => fits.test(path));
  if (!operation || ask.method !== 'GET') {
    throw new GraphError(404, 'InvalidResourceType', `The resource '${path}' could not be found.`);
  }
  trace.path = operation.path;
  const fault = world.faults.strike(operation.path, 'arm');
  const struck = fault && answerOf(fault, { isInBatch: false });
  if (struck) return struck;
  checkVersion(operation, ask.query);
  const token = ask.query.get('$skiptoken');
  const isRepeated = fault?.isRepeatedPage === true;
  const tenant = world.directory.seenBy(operation.path.split('/').at(-1) ?? '', 'list');
  const scope = operation.fits.exec(path)?.[1] ?? '';
  const page =
    token === null
      ? world.pages.first(operation.answer({ tenant, scope, filter: ask.query.get('$filter') }), {
          size: sizeOf(operation, world),
          now,
          isRepeated,
        })
      : world.pages.next(token, now, isRepeated);
  const link = page.skipToken === undefined ? {} : { nextLink: linkTo(ask, page.skipToken) };
  return {
    status: 200,
    headers: {},
    body: { value: page.value, ...link },
    ...(fault?.stallMs !== undefined && { stallMs: fault.stallMs }),
  };
}

/** Diagnostic settings come whole. */
const sizeOf = ({ path }: Operation, { pageSize }: World) =>
  path.endsWith('/diagnosticSettings') ? Number.POSITIVE_INFINITY : (pageSize ?? 1000);

function linkTo({ path, query }: ArmAsk, token: string): string {
  const next = [...query].filter(([name]) => name !== '$skiptoken');
  const before = next.map(([name, value]) => `${name}=${encodeURIComponent(value)}&`).join('');
  return `https://management.azure.com${path}?${before}$skiptoken=${token}`;
}

function checkVersion({ path }: Operation, query: URLSearchParams): void {
  const version = query.get('api-version');
  if (version === null) {
    throw new GraphError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  const known = armOperations.find((operation) => operation.path === path)?.['api-version'];
  if (version !== known) {
    throw new GraphError(
      400,
      'InvalidApiVersionParameter',
      `The api-version '${version}' is invalid. The supported versions are '${known}'.`,
    );
  }
}
