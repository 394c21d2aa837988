import { cleanLine } from '../../clean-text.ts';
import type { AccessPolicy, Condition } from './conditional-access.ts';

/** A policy of which the row tells nothing: nothing can have been lost from it but that it was in force. */
const untold: AccessPolicy = {
  state: undefined,
  modifiedAt: undefined,
  conditionOf: () => undefined,
  conditionNames: [],
  grant: undefined,
  session: undefined,
};

/** A row without the state counts as one of a policy that holds. */
export const isInForce = (policy: AccessPolicy | undefined) =>
  policy?.state === undefined || policy.state === 'enabled';

/**
 * In what way a policy protects less than before; names, times and the order of ids don't count.
 *
 * @param spared - accounts that it is right to exclude.
 */
export function weaknesses(
  before: AccessPolicy = untold,
  after: AccessPolicy = untold,
  spared: ReadonlySet<string> = new Set(),
): string[] {
  return [
    ...switchedOff(before, after),
    ...grantLost(before.grant, after.grant),
    ...after.conditionNames
      .filter(isPlain)
      .flatMap((name) => narrowed(name, before.conditionOf(name), after.conditionOf(name), spared)),
    ...sessionLost(before.session, after.session),
  ];
}

/** The directory writes the same clients in several ways; the other row of the change tells them. */
const isPlain = (condition: string) => condition !== 'clienttypes';

function switchedOff(before: AccessPolicy, after: AccessPolicy): string[] {
  if (!isInForce(before) || isInForce(after)) return [];
  return [after.state === 'disabled' ? 'switched off' : 'report-only'];
}

/** Conditions in which an empty list is nobody and nothing; in all others it is no condition at all. */
const emptyIsNone = /^(users|applications|clientapplications)$/;
const allClients = ['browser', 'mobileappsanddesktopclients', 'exchangeactivesync', 'other'];

function narrowed(
  name: string,
  before: Condition | undefined,
  after: Condition | undefined,
  spared: ReadonlySet<string>,
): string[] {
  if (!before || !after) return [];
  const isAll = ({ include }: Condition) =>
    include.has('all') ||
    (include.size === 0 && !emptyIsNone.test(name)) ||
    allClients.every((client) => include.has(client));
  const isLess = isAll(before) || [...before.include].some((one) => !after.include.has(one));
  const added = [...after.exclude].filter((one) => !before.exclude.has(one) && !spared.has(one));
  const what = cleanLine(name, 40);
  return [
    ...(isLess && !isAll(after) ? [`fewer ${what} included`] : []),
    ...(added.length > 0 ? [`more ${what} excluded`] : []),
  ];
}

function grantLost(before: AccessPolicy['grant'], after: AccessPolicy['grant']): string[] {
  if (!before || !after) return [];
  // What was asked for is kept if something asked for now can't be met without meeting it.
  const isKept = (old: readonly string[]) =>
    after.some((now) => now.every((control) => old.some((one) => implies(control, one))));
  // Terms of use keep nobody out.
  const matters = (any: readonly string[]) => !any.every((one) => one.startsWith('terms '));
  return before.filter(matters).every(isKept)
    ? []
    : [`asks for ${inWords(after)} instead of ${inWords(before)}`];
}

const inWords = (grant: readonly (readonly string[])[]) =>
  cleanLine(grant.map((any) => any.join(' or ')).join(', and ') || 'nothing', 80);

/** Blocked is stricter than anything; any strength is multi-factor authentication. */
function implies(control: string, asked: string): boolean {
  if (control === asked || control === 'block') return true;
  if (!control.startsWith('strength ')) return false;
  return asked === 'mfa' || rankOf(control, 1) >= rankOf(asked, 3);
}

/** The built-in strengths; one of the tenant's own may be as weak as the first or as strict as the last. */
const builtInStrengths = [2, 3, 4].map((n) => `strength 00000000-0000-0000-0000-00000000000${n}`);

function rankOf(control: string, own: number): number {
  if (!control.startsWith('strength ')) return Number.POSITIVE_INFINITY;
  const rank = builtInStrengths.indexOf(control) + 1;
  return rank === 0 ? own : rank;
}

function sessionLost(before: AccessPolicy['session'], after: AccessPolicy['session']): string[] {
  if (!before || !after) return [];
  return [...before].flatMap(([name, strictness]) => {
    const now = after.get(name);
    const what = cleanLine(name, 40);
    if (now === undefined) return [`without ${what}`];
    return now < strictness ? [`${what} less strict`] : [];
  });
}
