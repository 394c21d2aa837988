import type { Party } from '../../finding.ts';
import type { AuditEvent } from '../../read/event.ts';
import { asText, isRaw, type Raw } from '../../read/raw.ts';
import { parseTime } from '../../time.ts';
import { isBrokenOff, isOpenEnded, policyObject } from './policy-json.ts';
import { policyParty, policyTarget } from './policy-target.ts';

/**
 * Conditional Access policies as audit rows write them, each change twice: by Conditional Access, as
 * Graph has it, and by the directory, as it is stored. Undefined is what the row does not tell.
 */
export type AccessPolicy = {
  /** Folded: `enabled` is the only one that holds; it is `reporting` in the directory's row. */
  state: string | undefined;
  modifiedAt: number | undefined;
  conditionOf(name: string): Condition | undefined;
  conditionNames: readonly string[];
  /** All of them are asked for, any part of each will do: `[[mfa], [compliantdevice, domainjoineddevice]]`. */
  grant: readonly (readonly string[])[] | undefined;
  /** What is in force, by name; the more, the stricter. */
  session: ReadonlyMap<string, number> | undefined;
};

/** Ids and words, folded. */
export type Condition = { include: ReadonlySet<string>; exclude: ReadonlySet<string> };

export type AccessPolicyChange = {
  deed: 'add' | 'update' | 'delete';
  /** Told by Conditional Access itself, not by the directory. */
  isFirstHand: boolean;
  policy: Party;
  before: AccessPolicy | undefined;
  after: AccessPolicy | undefined;
};

const operation = /^(add|update|delete) (conditional access )?policy$/;

/** The change of a Conditional Access policy that a row tells of, done or not. */
export function accessPolicyChange(event: AuditEvent): AccessPolicyChange | undefined {
  const named = operation.exec(event.operation);
  if (!named) return undefined;
  const deed = named[1] as AccessPolicyChange['deed'];
  const isFirstHand = named[2] !== undefined;
  const policy = policyParty(policyTarget(event));
  for (const change of event.targets.flatMap(({ changes }) => [...changes.values()])) {
    const before = accessPolicy(change.before, isFirstHand);
    const after = accessPolicy(change.after, isFirstHand);
    if (before || after) return { deed, isFirstHand, policy, before, after };
  }
  // The directory has policies of many kinds: without one to look at, this may be any.
  return isFirstHand
    ? { deed, isFirstHand, policy, before: undefined, after: undefined }
    : undefined;
}

function accessPolicy(value: unknown, isFirstHand: boolean): AccessPolicy | undefined {
  const policy = policyObject(value);
  if (!policy || !(isFirstHand || 'conditions' in policy)) return undefined;
  const conditions = isRaw(policy.conditions) ? policy.conditions : undefined;
  return {
    state: fold(policy.state) || undefined,
    modifiedAt: parseTime(policy.modifieddatetime),
    conditionOf: (name) => conditionOf(conditions, name),
    conditionNames: Object.keys(conditions ?? {}),
    grant: grantOf(policy),
    session: sessionOf(policy),
  };
}

function conditionOf(conditions: Raw | undefined, name: string): Condition | undefined {
  const value = conditions && told(conditions, name);
  if (value === undefined) return undefined;
  const [include, exclude] = [new Set<string>(), new Set<string>()];
  const lists = isRaw(value) ? Object.entries(value) : [['include', value] as const];
  for (const [key, list] of lists) {
    // A filter always leaves something out, whichever way round it is put.
    const isExcluded = key.startsWith('exclude') || key.endsWith('filter');
    for (const word of wordsOf(key, list)) (isExcluded ? exclude : include).add(word);
  }
  include.delete('none');
  return { include, exclude };
}

/** What a policy says under a key, null for nothing; undefined where the text broke off before or in it. */
function told(policy: Raw, key: string): unknown {
  const value = policy[key];
  if (isBrokenOff(value) || (value === undefined && isOpenEnded(policy))) return undefined;
  return value ?? null;
}

function wordsOf(key: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => wordsOf(key, one));
  if (isRaw(value)) {
    // How guests' tenants are listed says `all`, which is not everybody.
    const parts = Object.entries(value).filter(([part]) => part !== 'externaltenants');
    return parts.flatMap(([part, one]) => wordsOf(part, one));
  }
  // Kinds of guests are a sum of bits, or a list with commas as others are.
  if (typeof value === 'number')
    return bits.filter((bit) => value & bit).map((bit) => `bit ${bit}`);
  const words = key.endsWith('rule') ? [fold(value)] : fold(value).split(',');
  return words.map((word) => word.trim()).filter((word) => word !== '');
}

const bits = Array.from({ length: 31 }, (_, place) => 1 << place);

const fold = (value: unknown) => asText(value)?.toLowerCase() ?? '';

function grantOf(policy: Raw): AccessPolicy['grant'] {
  const grant = told(policy, 'controls' in policy ? 'controls' : 'grantcontrols');
  if (grant === undefined) return undefined;
  if (Array.isArray(grant)) return grant.map(controlsOf).filter((any) => any.length > 0);
  const controls = controlsOf(grant);
  const isAnyEnough = isRaw(grant) && fold(grant.operator) === 'or';
  return isAnyEnough && controls.length > 0 ? [controls] : controls.map((one) => [one]);
}

function controlsOf(grant: unknown): string[] {
  if (!isRaw(grant)) return [];
  const { authenticationstrength: strength } = grant;
  const strengths = [isRaw(strength) ? strength.id : null, grant.authstrengthids];
  const plain = [grant.builtincontrols, grant.control, grant.customauthenticationfactors];
  return [
    ...wordsOf('control', plain),
    ...wordsOf('strength', strengths).map((id) => `strength ${id}`),
    ...wordsOf('terms', grant.termsofuse).map((id) => `terms ${id}`),
  ];
}

function sessionOf(policy: Raw): AccessPolicy['session'] {
  const session = told(policy, 'sessioncontrols');
  if (session === undefined) return undefined;
  if (Array.isArray(session)) return new Map(wordsOf('session', session).map((name) => [name, 0]));
  const controls = isRaw(session) ? Object.entries(session) : [];
  return new Map(
    controls.filter(([, one]) => isOn(one)).map(([name, one]) => [name, strictnessOf(one)]),
  );
}

/** Browser sessions that always persist, and continuous evaluation switched off, are no protection. */
function isOn(control: unknown): boolean {
  if (!isRaw(control)) return control === true;
  return control.isenabled !== false && !/^(always|disabled)$/.test(fold(control.mode));
}

/** Of the sign-in frequency it is the hours, negative: zero is every time. */
function strictnessOf(control: unknown): number {
  const { value, type } = isRaw(control) ? control : {};
  return -Number(value) * (fold(type) === 'days' ? 24 : 1) || 0;
}
