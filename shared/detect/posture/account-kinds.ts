import type { Party } from '../../finding.ts';
import type { AccountPurpose, Registered } from '../../policy/attested.ts';
import type { WatchedAccount } from '../../watch/watch-state.ts';
import { type PostureContext, partyOf } from '../posture-check.ts';
import { nameOf } from '../wording.ts';
import { isExternal } from './identities.ts';

/** Which of the six kinds of Microsoft's guidance an account is, why we think so, and who answers for it. */
export type Placed = { owner: string | null } & (
  | { kind: AccountPurpose; evidence: string }
  | { kind: null; why: string }
);

type Known = Pick<PostureContext, 'watchlist' | 'tenant'>;

/** The lists of the policy, the gravest first: an account on two of them is what the first one says. */
const lists = [
  ['emergency', 'break-glass'],
  ['shared', 'shared'],
  ['automation', 'automation'],
  ['external', 'external'],
] as const;

/** What the policy declares goes first; then what the directory shows. `kind` is null where neither tells. */
export function purposeOf(account: WatchedAccount, known: Known): Placed {
  return {
    ...(declaredPurpose(account, known) ?? evidentPurpose(account)),
    owner: ownerOf(account, known),
  };
}

/** What the register of the policy says of an account. */
export const registeredAs = (account: WatchedAccount, known: Known): Registered | undefined =>
  known.tenant.register.find((entry) => known.watchlist.isMeant(partyOf(account), entry.account));

/** Whether the policy says that somebody comes from outside: by its list, or by its register. */
export const isDeclaredExternal = (party: Party, { watchlist, tenant }: Known): boolean =>
  watchlist.is('external', party) ||
  tenant.register.some(
    ({ kind, account }) => kind === 'external' && watchlist.isMeant(party, account),
  );

function declaredPurpose(account: WatchedAccount, known: Known) {
  const party = partyOf(account);
  const list = lists.find(([name]) => known.watchlist.is(name, party));
  const registered = registeredAs(account, known)?.kind;
  if (!list) {
    return (
      registered && { kind: registered, evidence: `The policy registers it as ${registered}.` }
    );
  }
  const [name, kind] = list;
  const contradiction =
    registered && registered !== kind
      ? ` Its register says ${registered}; what is listed goes first.`
      : '';
  return { kind, evidence: `The policy lists it under accounts.${name}.${contradiction}` };
}

function evidentPurpose(account: WatchedAccount) {
  const { type, snapshot } = account;
  const { hasMailbox, isLicensed } = snapshot ?? {};
  if (type === 'group') return { kind: null, why: 'It is a group, not an account.' };
  if (type === 'servicePrincipal') {
    return { kind: 'automation' as const, evidence: 'It is a service principal.' };
  }
  if (isExternal(account)) {
    return { kind: 'external' as const, evidence: 'It signs in from outside the tenant.' };
  }
  if (hasMailbox) return { kind: 'mixed-use' as const, evidence: 'It has a mailbox.' };
  if (isLicensed) return { kind: 'mixed-use' as const, evidence: 'It holds a licence.' };
  return hasMailbox === false && isLicensed === false
    ? { kind: 'administration-only' as const, evidence: 'It has neither mailbox nor licence.' }
    : { kind: null, why: 'The snapshot does not say whether it has a mailbox or a licence.' };
}

function ownerOf(account: WatchedAccount, known: Known): string | null {
  const { manager, owners } = account.snapshot ?? {};
  const [first] = owners ?? [];
  return (
    registeredAs(account, known)?.owner ?? referredName(manager) ?? referredName(first) ?? null
  );
}

type Reference = { id: string; name?: string | null | undefined };

const referredName = (one: Reference | null | undefined) =>
  one ? nameOf({ id: one.id, name: one.name ?? null }) : undefined;
