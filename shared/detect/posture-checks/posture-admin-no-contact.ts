import { cleanLine } from '../../clean-text.ts';
import type { Snapshot } from '../../watch/directory.ts';
import type { DirectoryPart } from '../../watch/tenant-fields.ts';
import type { WatchedAccount } from '../../watch/watch-state.ts';
import { people } from '../examples/tenant.ts';
import { registeredAs } from '../posture/account-kinds.ts';
import { domainOf } from '../posture/domains.ts';
import {
  definePostureCheck,
  type PostureContext,
  type PostureMatch,
  partyOf,
  privilegedUsers,
  type Unknown,
  unreadOf,
} from '../posture-check.ts';
import { listOf, nameOf } from '../wording.ts';

const unreachable = { mail: null, otherMails: [] };
const domains = { organization: { domains: [{ name: 'Example.com' }, { name: 'example.org' }] } };
const forwarding = (...forwardsMailTo: string[]) => ({ hasMailbox: true, forwardsMailTo });

export default definePostureCheck({
  id: 'posture-admin-no-contact',
  title: 'Administrator cannot be reached, or their mail leaves the tenant',
  severity: 'low',
  severityVaries: 'Medium where a rule forwards their mail outside the tenant.',
  categories: ['Graph'],
  techniques: ['T1114.003'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/security-planning',
  why: 'Warnings of Microsoft and of this watch go to an address that somebody must read, and nobody else should.',
  triage: [
    'Mail leaves the tenant: ask the administrator about the rule. Not theirs: an intruder reads along; remove it, revoke the sessions.',
    'Cannot be reached: set an address under which the person reads mail, or name an owner in the register of the policy.',
  ],
  falsePositives: [
    'Mail forwarded to a provider that works for you. Exclude the account, with the reason.',
    'Break-glass accounts need no address. They are left out, but for rules that forward mail.',
    'Forwarding that is set in Exchange itself is not seen here.',
  ],

  judges: 'people',
  check: (context) =>
    privilegedUsers(context).flatMap((account) => [
      ...judgeForwarding(account, context),
      ...judgeAddress(account, context),
    ]),

  examples: () => [
    { name: 'no address at all', account: unreachable, expect: 'low' },
    { name: 'blank addresses', account: { mail: ' ', otherMails: [''] }, expect: 'low' },
    {
      name: 'a rule sends mail outside',
      account: forwarding('ada@example.net'),
      directory: domains,
      expect: 'medium',
    },
    {
      name: 'one of several goes outside',
      account: forwarding('ben@example.com', 'Ada <ada@notexample.com>'),
      directory: domains,
      expect: 'medium',
    },
    {
      name: 'mail of a break-glass account goes outside',
      account: forwarding('ada@example.net'),
      directory: domains,
      declared: 'emergency',
      expect: 'medium',
    },
    {
      name: 'goes outside, whatever is known of the mailbox itself',
      account: { ...forwarding('ada@example.net'), hasMailbox: false },
      directory: domains,
      expect: 'medium',
    },
    {
      name: 'no address, and rules that are not known',
      account: { ...unreachable, hasMailbox: true, forwardsMailTo: undefined },
      expect: 'low',
    },
    { name: 'an address beside its own', account: {}, expect: 'nothing' },
    {
      name: 'an address of its own will do, whatever else is known',
      account: { mail: 'ada@example.com', otherMails: undefined },
      expect: 'nothing',
    },
    {
      name: 'an owner in the register',
      account: unreachable,
      tenant: { register: [{ account: people.ada.id, owner: 'Grace Hopper' }] },
      expect: 'nothing',
    },
    {
      name: 'the register names the owner of another',
      account: unreachable,
      tenant: { register: [{ account: people.ben.id, owner: 'Grace Hopper' }] },
      expect: 'low',
    },
    {
      name: 'a break-glass account without an address',
      account: unreachable,
      declared: 'emergency',
      expect: 'nothing',
    },
    {
      name: 'forwarded within the organisation',
      account: forwarding('BEN@EXAMPLE.COM', 'Cleo <cleo@mail.example.org>'),
      directory: domains,
      expect: 'nothing',
    },
    {
      name: 'forwarded to a colleague, as Exchange writes one',
      account: forwarding('/O=EXCHANGELABS/OU=EXCHANGE ADMINISTRATIVE GROUP/CN=RECIPIENTS/CN=BEN'),
      expect: 'nothing',
    },
    { name: 'disabled', account: { ...unreachable, enabled: false }, expect: 'nothing' },
    { name: 'no role', account: { ...unreachable, assignments: [] }, expect: 'nothing' },
    {
      name: 'without a mailbox there are no rules to read',
      account: { hasMailbox: false, forwardsMailTo: undefined },
      expect: 'nothing',
    },
    {
      name: 'the rules of a mailbox could not be read',
      account: { hasMailbox: true, forwardsMailTo: undefined },
      expect: 'unknown',
    },
    {
      name: 'whose domains these are is not known',
      account: forwarding('ada@example.net'),
      expect: 'unknown',
    },
    {
      name: 'no domain is known',
      account: forwarding('ada@example.net'),
      directory: { organization: { domains: [] } },
      expect: 'unknown',
    },
    {
      name: 'its own address is not known',
      account: { mail: undefined, otherMails: [] },
      expect: 'unknown',
    },
    {
      name: 'other addresses are not known',
      account: { mail: null, otherMails: null },
      expect: 'unknown',
    },
  ],
});

function judgeAddress(
  account: WatchedAccount,
  context: PostureContext,
): readonly (PostureMatch | Unknown)[] {
  const { watchlist, snapshot, now } = context;
  const subject = partyOf(account);
  if (watchlist.isBreakGlass(subject) || registeredAs(account, context)) return [];
  const { mail, otherMails } = account.snapshot ?? {};
  if ([mail, ...(otherMails ?? [])].some((address) => address?.includes('@'))) return [];
  if (mail === undefined || !otherMails) return [unreadOf(snapshot, 'users', account)];
  return [
    {
      key: [account.id, 'no address'],
      title: `${nameOf(subject)}: administrator cannot be reached`,
      summary: `${nameOf(subject)} has no mail address, no other one, and no owner in the policy.`,
      subject,
      roles: watchlist.rolesOf(subject, now),
      matter: ['account', 'contact'],
    },
  ];
}

function judgeForwarding(
  account: WatchedAccount,
  { watchlist, snapshot, now }: PostureContext,
): readonly (PostureMatch | Unknown)[] {
  const outside = forwardedOutside(account, snapshot);
  if (typeof outside === 'string') return [unreadOf(snapshot, outside, account)];
  if (outside.length === 0) return [];
  const subject = partyOf(account);
  const shown = listOf(outside.map((address) => cleanLine(address, 64)));
  return [
    {
      key: [account.id, 'forwards', ...outside],
      title: `${nameOf(subject)}: mail of an administrator leaves the tenant`,
      summary: `A rule in the inbox of ${nameOf(subject)} forwards mail to ${shown}.`,
      severity: 'medium',
      subject,
      roles: watchlist.rolesOf(subject, now),
      matter: ['account', 'forwarding'],
      details: { addresses: outside },
    },
  ];
}

/** The addresses that are none of the organisation's own; or what must be known first. */
function forwardedOutside(
  { snapshot: known }: WatchedAccount,
  { organization }: Snapshot,
): readonly string[] | DirectoryPart {
  const { hasMailbox, forwardsMailTo } = known ?? {};
  if (!forwardsMailTo) return hasMailbox === false ? [] : 'mailRules';
  // Colleagues may be written as Exchange's own X.500 names, which have no domain.
  const addresses = forwardsMailTo.filter((address) => address.includes('@'));
  if (addresses.length === 0) return [];
  const own = organization?.domains?.map(({ name }) => name.toLowerCase()) ?? [];
  if (own.length === 0) return 'organization';
  const isOwn = (domain: string) => own.some((one) => `.${domain}`.endsWith(`.${one}`));
  return addresses.filter((address) => !isOwn(domainOf(bare(address)))).sort();
}

/** `Ada <ada@example.net>` */
const bare = (address: string) => address.replace(/[>\s]+$/, '');
