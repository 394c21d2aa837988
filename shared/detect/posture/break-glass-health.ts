import type { Party } from '../../finding.ts';
import { isGuid } from '../../read/raw.ts';
import { globalAdministrator } from '../../roles.ts';
import type { DirectoryPart } from '../../watch/tenant-fields.ts';
import type { WatchedAccount } from '../../watch/watch-state.ts';
import { isEnabled, type PostureContext, partyOf, unread } from '../posture-check.ts';
import { nameOf } from '../wording.ts';
import {
  type AccessPolicy,
  appliesTo,
  enabledPolicies,
  excludes,
  isUnsure,
  type PolicySubject,
  subjectOfPolicy,
} from './access-policies.ts';
import { isStanding, privilegedAssignments } from './assignments.ts';
import { domainOf, isFederated, isGivenDomain } from './domains.ts';
import { gapOf, isUnlicensed } from './gaps.ts';
import { isExternal } from './identities.ts';
import { hasPhishingResistant } from './methods.ts';

/** What may be wrong with a break-glass account, the gravest first: for a title, and for a sentence. */
export const faultTexts = {
  missing: ['not found', 'It is not in the directory.'],
  disabled: ['disabled', 'It is disabled.'],
  role: [
    'not Global Administrator for good',
    'It is not Global Administrator directly, actively, for good and everywhere.',
  ],
  external: ['from outside', 'It signs in elsewhere: whoever runs that place decides.'],
  synchronised: ['synchronised', 'It is synchronised from on premises, and fails with them.'],
  federated: ['in a federated domain', 'Its domain is federated, and fails with the federation.'],
  domain: ['not on onmicrosoft.com', 'Its name is not in the onmicrosoft.com domain.'],
  methods: [
    'without passkey or certificate',
    'It has no phishing-resistant method, which the portals ask even of it.',
  ],
  policies: [
    'inside every access policy',
    'Every Conditional Access policy for all users catches it: it is outside none.',
  ],
} as const;
export type Fault = keyof typeof faultTexts;
const faultsInOrder = Object.keys(faultTexts) as Fault[];

export type BreakGlassHealth = {
  party: Party;
  faults: Fault[];
  /** Why not all of it can be told. */
  unknown: string | null;
  methods: readonly string[];
  /** Conditional Access policies that demand something of it, or block it. */
  policies: string[];
};

type Context = Pick<PostureContext, 'watchlist' | 'snapshot' | 'tenant' | 'now'>;
/** Whether it is at fault; the part of the directory that would have to be read to tell. */
type Answer = boolean | DirectoryPart;

/** One of the policy's break-glass accounts; `account` only where the snapshot has it. */
export type DeclaredBreakGlass = { party: Party; account: WatchedAccount | undefined };

/** As the policy declares them, each once, though it may be named by its id and by its UPN. */
export function declaredBreakGlass({ watchlist, snapshot, tenant }: Context): DeclaredBreakGlass[] {
  const found = tenant.accounts.emergency.map((written): [string, DeclaredBreakGlass] => {
    const id = watchlist.idOf({ type: 'user', id: null, name: written }) ?? written;
    const isThere = snapshot.accounts.some((one) => one.id === id && one.type === 'user');
    const account = isThere ? watchlist.state.accounts.get(id) : undefined;
    const told = isGuid(id) ? { id, name: null } : { id: null, name: written };
    return [id, { party: account ? partyOf(account) : { type: 'user', ...told }, account }];
  });
  return [...new Map(found).values()];
}

/** Whether each of the declared accounts would open the door in an emergency. */
export const breakGlassHealth = (context: Context): BreakGlassHealth[] =>
  declaredBreakGlass(context).map(({ party, account }) =>
    account ? healthOf(account, context) : healthOfMissing(party, context),
  );

function healthOfMissing(party: Party, { snapshot }: Context): BreakGlassHealth {
  const part = (['users', 'roles'] as const).find((one) => gapOf(snapshot, one));
  const unknown = part ? unread(snapshot, part).unknown : null;
  return { party, faults: part ? [] : ['missing'], unknown, methods: [], policies: [] };
}

function healthOf(account: WatchedAccount, context: Context): BreakGlassHealth {
  const { snapshot, watchlist, now } = context;
  const subject = subjectOfPolicy(account, watchlist, now);
  const answers: Record<Fault, Answer> = {
    missing: false,
    disabled: account.enabled.length === 0 ? 'users' : !isEnabled(account),
    role: roleAnswer(account, context),
    external: isExternal(account) ?? 'users',
    synchronised: account.snapshot?.onPremisesSynced === undefined ? 'users' : isSynced(account),
    ...nameAnswers(account, context),
    methods: methodsAnswer(account),
    policies: policiesAnswer(subject, context),
  };
  const untold = Object.values(answers).filter((answer) => typeof answer === 'string');
  return {
    party: partyOf(account),
    faults: faultsInOrder.filter((fault) => answers[fault] === true),
    unknown: [...new Set(untold)].map((part) => unread(snapshot, part).unknown).join(' ') || null,
    methods: account.snapshot?.methods ?? [],
    policies: (demandingPolicies(context) ?? [])
      .filter((policy) => appliesTo(policy, subject))
      .map(({ id, name }) => nameOf({ id, name: name ?? null })),
  };
}

/** Never synchronised is null in Graph; once, and not any more, is false. */
const isSynced = ({ snapshot }: WatchedAccount) => snapshot?.onPremisesSynced === true;

/** A domain of one's own can be lost, or handed to a federation that fails in the very emergency. */
function nameAnswers({ snapshot }: WatchedAccount, context: Context) {
  const upn = snapshot?.userPrincipalName;
  if (!upn) return { domain: 'users' as const, federated: false };
  return {
    domain: !isGivenDomain(domainOf(upn)),
    // Where it is not known, the domain is the tenant's own and a fault already.
    federated: isFederated(context.snapshot, upn) ?? false,
  };
}

function roleAnswer(account: WatchedAccount, context: Context): Answer {
  const held = privilegedAssignments(account, context);
  if (!held) return 'roles';
  const own = held.filter(
    ({ role, via }) => role.templateId === globalAdministrator && role.scope === '/' && !via,
  );
  const standing = own.map((one) => isStanding(one, context.snapshot));
  if (standing.includes(true)) return false;
  return standing.includes(undefined) ? 'pim' : true;
}

const methodsAnswer = ({ snapshot }: WatchedAccount): Answer =>
  snapshot?.methods ? !hasPhishingResistant(snapshot.methods) : 'registration';

/** Being outside one policy is the least: whoever breaks all the others then still leaves a way in. */
function policiesAnswer(subject: PolicySubject, { snapshot }: Context): Answer {
  const demanding = demandingPolicies({ snapshot });
  // Without the licence there are no policies.
  if (!demanding) return isUnlicensed(snapshot, 'conditionalAccess') ? false : 'conditionalAccess';
  const forAll = demanding.filter(({ includeUsers }) => includeUsers?.includes('all'));
  if (forAll.length === 0 || forAll.some((policy) => excludes(policy, subject))) return false;
  return forAll.some((policy) => isUnsure(policy, subject)) ? 'groups' : true;
}

const demandingPolicies = ({ snapshot }: Pick<Context, 'snapshot'>) =>
  enabledPolicies(snapshot)?.filter(isDemanding);

/** One that only limits sessions keeps nobody out. */
const isDemanding = ({ grant }: AccessPolicy) =>
  (grant?.controls ?? []).length > 0 || Boolean(grant?.strength);
