import type { Party } from '../../finding.ts';
import type { AuditEvent, AuditTarget } from '../../read/event.ts';
import { asText, isRaw } from '../../read/raw.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { accountTarget } from './account-changes.ts';
import { isSame } from './password-events.ts';

/**
 * A change of how an account proves itself, apart from its password: methods registered, changed or
 * deleted, passes issued, per-user multi-factor authentication switched off.
 */
export type MethodChange = {
  account: Party;
  /** What replaces or changes a method adds one. */
  effect: 'added' | 'removed';
  /** The person did it themself, or a service of the platform that writes for them. */
  isOwn: boolean;
};

export function methodChange(event: AuditEvent, watchlist: Watchlist): MethodChange | undefined {
  const effect = effectOf(event);
  const account = effect && accountOf(event);
  return account && { account, effect, isOwn: isOwn(event, account, watchlist) };
}

/** A pass that gets whoever holds it in, without any other method. */
export function isTemporaryPass({ operation, reason, targets }: AuditEvent): boolean {
  if (/temporary access pass/i.test(`${operation} ${reason}`)) return true;
  return targets.some(({ changes }) =>
    [...changes.keys()].some((name) => name.startsWith('temporaryaccesspass')),
  );
}

// Folded operation names.
const adds =
  /^((user|admin) (registered|updated|changed default) .*(security info|method)|add (fido2|passkey|windows hello|platform credential|passwordless phone|users strong authentication)|create (temporary access|application) pass|assign hardware oath)/;
const removes =
  /^((user|admin) deleted .*(security info|method)|disable strong authentication|(delete|remove) (fido2|passkey|windows hello|platform credential|passwordless phone|users strong authentication))/;
const updatesState = 'update per-user multifactor authentication state';

function effectOf(event: AuditEvent): MethodChange['effect'] | undefined {
  const { operation } = event;
  if (adds.test(operation)) return 'added';
  // A pass that is taken back lets nobody in.
  if (removes.test(operation)) return isTemporaryPass(event) ? undefined : 'removed';
  if (operation === updatesState) return saysDisabled(event) ? 'removed' : undefined;
  if (operation !== 'update user') return undefined;
  return event.targets.map(({ changes }) => effectOfUpdate(changes, event)).find(Boolean);
}

const saysDisabled = ({ reason, targets }: AuditEvent) =>
  [
    reason,
    ...targets.flatMap(({ changes }) => [...changes.values()].map(({ after }) => after)),
  ].some((text) => /\bdisabled\b/i.test(asText(text) ?? ''));

/** The directory's own row of a change, which older ways of making one are all that tells of. */
function effectOfUpdate(
  changes: AuditTarget['changes'],
  event: AuditEvent,
): MethodChange['effect'] | undefined {
  const required = changes.get('strongauthenticationrequirement');
  if (required && isRequired(required.before) && !isRequired(required.after)) return 'removed';
  // Details of a phone app change with each use of it: only how many methods there are tells anything.
  for (const name of ['strongauthenticationmethod', 'searchabledevicekey']) {
    const change = changes.get(name);
    const more = countOf(change?.after) - countOf(change?.before);
    if (more > 0) return 'added';
    // Behind a service stands a row that says who did it.
    if (more < 0) return isPlatform(event) ? undefined : 'removed';
  }
  return undefined;
}

const countOf = (value: unknown) => (Array.isArray(value) ? value.length : 0);

/** Per-user MFA, one entry for each relying party: `[{ "RelyingParty": "*", "State": 1 }]`. */
const isRequired = (value: unknown) =>
  Array.isArray(value) &&
  value.some((one) => isRaw(one) && !/^(0|disabled)$/i.test(asText(one.State) ?? '0'));

const isSelfService = ({ operation }: AuditEvent) => operation.startsWith('user ');

function accountOf(event: AuditEvent): Party | undefined {
  const target = accountTarget(event)?.party;
  if (target) return target;
  const { actor } = event;
  return isSelfService(event) && actor?.type === 'user' ? actor : undefined;
}

/** Services that write to the directory what somebody did in theirs, with their application ids. */
const platform = new Map([
  ['azure credential configuration endpoint service', 'ea890292-c8c8-4433-b5ea-b09d0668e1a6'],
  ['azure mfa strongauthenticationservice', 'b5a60e17-278b-4c92-a4e2-b9262e66bb28'],
  ['device registration service', '01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9'],
]);

function isPlatform({ actor, actorAppId, targets }: AuditEvent): boolean {
  const appId = platform.get(actor?.name?.toLowerCase() ?? '');
  if (!appId || actor?.type !== 'servicePrincipal') return false;
  // Another application may take the name, but not the id: the directory's rows tell it among the changes.
  const names = targets.flatMap(({ changes }) => asText(changes.get('spn')?.after) ?? []);
  return [actorAppId ?? appId, ...names].every((name) => name.toLowerCase().includes(appId));
}

function isOwn(event: AuditEvent, account: Party, watchlist: Watchlist): boolean {
  const { actor } = event;
  if (actor?.type === 'user') return isSame(actor, account, watchlist);
  if (isSelfService(event)) return true;
  // An application may be called anything; what administrators do is never written by the platform.
  return !event.operation.startsWith('admin ') && (actor === null || isPlatform(event));
}
