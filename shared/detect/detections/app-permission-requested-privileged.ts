import type { AuditEvent } from '../../read/event.ts';
import { asText, isRaw, unwrapJson } from '../../read/raw.ts';
import { defineDetection } from '../detection.ts';
import {
  applicationChanged,
  applicationWrite,
  change,
  graphAppId,
  roleManagement,
} from '../examples/applications.ts';
import { applicationMatch, applicationOf } from '../rows/applications.ts';
import {
  applicationPermission,
  delegatedPermission,
  type Permission,
} from '../rows/permissions.ts';
import { listOf } from '../wording.ts';

const delegatedDirectoryAccess = '0e263e50-5827-48a4-b97c-d940288653c7';
const readsUsers = 'df021288-bdef-4463-88db-98f22de89214';
const mailOfAll = 'e2a3a72e-5f79-4c64-b1b1-878b674786c9';

const requires = (...ids: string[]) => [
  {
    ResourceAppId: graphAppId,
    RequiredAppPermissions: ids.map((EntitlementId) => ({
      EntitlementId,
      DirectAccessGrant: true,
    })),
    EncodingVersion: 1,
  },
];
const asked = (
  before: unknown,
  after: unknown,
  operationName = 'Update application',
  fields = {},
) => applicationChanged(operationName, [change('RequiredResourceAccess', before, after)], fields);

export default defineDetection({
  id: 'app-permission-requested-privileged',
  title: 'Application asks for a dangerous permission',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source: 'https://learn.microsoft.com/entra/identity-platform/app-objects-and-service-principals',
  why: 'Nothing is granted yet, but the next administrator who consents to the application grants all of it.',
  triage: [
    'Ask whoever changed the application what needs the permission.',
    'Tell administrators not to consent until that is answered.',
    'If nobody claims it: take the request out again and look at the owners of the application.',
  ],
  falsePositives: ['Development of a tool for administrators.'],

  detect(event, { watchlist }) {
    if (event.result !== 'success' || !/^(add|update) application$/.test(event.operation)) return;
    const names = [...new Set(dangerousAsked(event).map(({ name }) => name))].sort();
    if (names.length === 0) return;
    const app = applicationOf(event, watchlist);
    const match = applicationMatch(event, app, `asks for ${listOf(names)}`, names);
    return { ...match, details: { ...match.details, permissions: names.slice(0, 20) } };
  },

  examples: () => [
    {
      name: 'asked for in addition',
      records: [asked(requires(readsUsers), requires(readsUsers, roleManagement))],
      expect: 'medium',
    },
    {
      name: 'asked for by a new application',
      records: [asked([], requires(mailOfAll), 'Add application')],
      expect: 'medium',
    },
    {
      name: 'delegated, in the directory',
      records: [asked([], requires(delegatedDirectoryAccess))],
      expect: 'medium',
    },
    {
      name: 'in the notation of Microsoft Graph, in capitals',
      records: [
        asked(null, [
          {
            resourceAppId: graphAppId,
            resourceAccess: [{ id: applicationWrite.toUpperCase(), type: 'Role' }],
          },
        ]),
      ],
      expect: 'medium',
    },
    {
      name: 'asked for before',
      records: [asked(requires(roleManagement), requires(roleManagement, readsUsers))],
      expect: 'nothing',
    },
    {
      name: 'asked for no more',
      records: [asked(requires(roleManagement), [])],
      expect: 'nothing',
    },
    { name: 'harmless', records: [asked([], requires(readsUsers))], expect: 'nothing' },
    {
      name: 'a list of other things',
      records: [asked([], [null, 'x', { RequiredAppPermissions: 7 }])],
      expect: 'nothing',
    },
    {
      name: 'of a service principal',
      records: [asked([], requires(roleManagement), 'Update service principal')],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [asked([], requires(roleManagement), 'Update application', { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

function dangerousAsked({ targets }: AuditEvent): Permission[] {
  return targets.flatMap(({ changes }) => {
    const required = changes.get('requiredresourceaccess');
    const before = new Set(idsIn(required?.before));
    const added = idsIn(required?.after).filter((id) => !before.has(id));
    return added.flatMap((id) => applicationPermission(id) ?? delegatedPermission(id) ?? []);
  });
}

/** The ids of permissions, asked for in the directory's notation or in that of Microsoft Graph. */
function idsIn(value: unknown): string[] {
  return listIn(value).flatMap((api) =>
    listIn(api.RequiredAppPermissions ?? api.resourceAccess).flatMap(
      ({ EntitlementId, id }) => asText(EntitlementId ?? id)?.toLowerCase() ?? [],
    ),
  );
}

function listIn(value: unknown) {
  const parsed = unwrapJson(value);
  return Array.isArray(parsed) ? parsed.filter(isRaw) : [];
}
