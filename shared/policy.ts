import type { DetectionId } from './detect/detection-ids.ts';
import { crossMistakes } from './policy/cross-checks.ts';
import { type DetectionSettings, defaultSettings } from './policy/detections.ts';
import { schemaMistakes, withoutRepeats } from './policy/mistakes.ts';
import { formatPath, type Mistake, type PolicyProblem, toProblem } from './policy/problem.ts';
import { reachMistakes } from './policy/reach-checks.ts';
import { type Policy, policySchema, type TenantPolicy, tenantSchema } from './policy/schema.ts';
import { readSource, type Source } from './policy/source.ts';
import { policyWarnings } from './policy/warnings.ts';

export { type DescribeFacts, describePolicy } from './policy/describe.ts';
export { type DetectionSettings, type Threshold, thresholdsOf } from './policy/detections.ts';
export type { Expected } from './policy/expected.ts';
export { formatProblem, type PolicyProblem } from './policy/problem.ts';
export {
  type AccountKind,
  type Policy,
  policyJsonSchema,
  policySchema,
  type Route,
  type TenantPolicy,
} from './policy/schema.ts';

export type PolicyOptions = {
  /** Role names that may be used: in lower case -> template id. Left out: those of the built-in roles. */
  roleNames?: ReadonlyMap<string, string> | undefined;
  /** Epoch milliseconds, for warnings of what lies too far ahead. Left out: what the clock says. */
  now?: number | undefined;
};

export type ParsedPolicy =
  | { policy: Policy; warnings: PolicyProblem[] }
  | { problems: PolicyProblem[] };

/**
 * Reads and checks a policy. Never throws.
 *
 * @param text - YAML 1.2, or JSON.
 * @param file - How the problems name it.
 * @returns The policy with all defaults filled in, or everything that is wrong with it: one problem a mistake,
 * sorted by line. Warnings do not stop a policy, and are looked for in one without errors only.
 */
export function parsePolicy(
  text: string,
  file: string,
  { roleNames, now = Date.now() }: PolicyOptions = {},
): ParsedPolicy {
  const source = readSource(text);
  if ('mistake' in source) return { problems: [toProblem(source.mistake, file, source.position)] };

  const { data, locate } = source;
  const toProblems = (mistakes: readonly Mistake[]) => problemsOf(mistakes, file, locate);
  const parsed = policySchema.safeParse(data);
  const mistakes = [
    // Not part of `withoutRepeats`: the entry that counts is judged even if its key was there before.
    ...source.mistakes,
    ...withoutRepeats([
      ...schemaMistakes(parsed.error?.issues ?? [], data),
      ...crossMistakes(data, {
        roleNames,
        repeatedKeys: new Set(source.mistakes.map(({ path }) => formatPath(path))),
        lineOf: (path) => locate(path, 'value').line,
      }),
    ]),
  ];
  if (!parsed.success || mistakes.length > 0) return { problems: toProblems(mistakes) };
  // Asked last: what is wrong with channels and routes would only be told once more.
  const unreached = reachMistakes(parsed.data);
  if (unreached.length > 0) return { problems: toProblems(unreached) };
  return { policy: parsed.data, warnings: toProblems(policyWarnings(parsed.data, now)) };
}

/** Sorted; what an anchor brings in twice is told once, where it is written. */
function problemsOf(
  mistakes: readonly Mistake[],
  file: string,
  locate: Source['locate'],
): PolicyProblem[] {
  const problems = new Map<string, PolicyProblem>();
  for (const mistake of mistakes) {
    const problem = toProblem(mistake, file, locate(mistake.path, mistake.point));
    const { line, column, message } = problem;
    // With the last key: two missing ones are at the same place, that of their map.
    problems.set(JSON.stringify([line, column, mistake.path.at(-1), message]), problem);
  }
  return [...problems.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

/**
 * The policy of one tenant: without any policy that of `defaultTenantPolicy`; undefined for a tenant
 * that the policy does not name, which is not watched.
 */
export function tenantPolicy(
  policy: Policy | undefined,
  tenantId: string,
): TenantPolicy | undefined {
  if (!policy) return defaultTenantPolicy(tenantId);
  return policy.tenants.find(({ id }) => id === tenantId.toLowerCase());
}

const nobody = '00000000-0000-0000-0000-000000000000';

/** A tenant of which nothing is known but its id: no break-glass accounts, no networks, the shipped roles. */
export const defaultTenantPolicy = (tenantId: string): TenantPolicy => ({
  ...tenantSchema.parse({ id: nobody, name: nobody }),
  id: tenantId.toLowerCase(),
  name: tenantId,
});

/** How a detection is set: by the policy, else by its defaults; `severity` is undefined unless overruled. */
export const detectionSettings = <Id extends DetectionId>(
  policy: Policy | undefined,
  id: Id,
): DetectionSettings<Id> =>
  (policy?.detections[id] as DetectionSettings<Id> | undefined) ?? defaultSettings(id);
