import { defineDetection } from '../detection.ts';
import { updateUser } from '../examples/account-changes.ts';
import { people } from '../examples/tenant.ts';
import { accountTarget, isChanged } from '../rows/account-changes.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, listOf, nameOf } from '../wording.ts';

const identities = new Map([
  ['userprincipalname', 'user principal name'],
  ['mail', 'mail address'],
  ['othermail', 'alternate mail address'],
  ['alternativesecurityid', 'external identity'],
]);
const renamed = (who: { id: string; upn: string }, fields: object = {}) =>
  updateUser(who, { UserPrincipalName: [[who.upn], ['ben.smith@example.com']] }, fields);
const identity = { Type: 5, IdentityProvider: 'live.com', Key: 'x' };

export default defineDetection({
  id: 'privileged-upn-or-identity-changed',
  title: 'Name or identity of an administrator changed',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  categories: ['AuditLogs'],
  techniques: ['T1098'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'A new name hides an account from rules and eyes that know the old one; a new mail address or external identity may open it to somebody else.',
  triage: [
    'Ask the administrator whether it was wanted.',
    'It was not: put it back, revoke the sessions, and look at what the account did since.',
  ],
  falsePositives: ['A marriage, or a company that changes its name.'],

  detect(event, { watchlist }) {
    const target = accountTarget(event);
    if (event.operation !== 'update user' || event.result !== 'success' || !target) return;
    const changed = [...identities].filter(([property]) => isChanged(target, property));
    const account = target.party;
    if (changed.length === 0 || !watchlist.isPrivileged(account, event.at)) return;
    const what = listOf(changed.map(([, name]) => name));
    const { key, gathered } = oneClick(event);
    return {
      key: [watchlist.idOf(account) ?? account.name, key],
      gathered,
      title: `${nameOf(event.actor)} > ${nameOf(account)}: ${what} changed`,
      summary: `${nameOf(event.actor)} changed the ${what} of the administrator ${nameOf(account)}.`,
      subject: account,
      roles: watchlist.rolesOf(account, event.at),
      matter: ['account'],
      details: { ...auditDetails(event), changed: what },
    };
  },

  examples: () => [
    { name: 'renamed', records: [renamed(people.ben)], expect: 'medium' },
    {
      name: 'another mail address',
      records: [updateUser(people.ben, { Mail: [null, ['ben@elsewhere.example']] })],
      expect: 'medium',
    },
    {
      name: 'another address to get back in by',
      records: [updateUser(people.ben, { OtherMail: [[], ['ben@elsewhere.example']] })],
      expect: 'medium',
    },
    {
      name: 'tied to an identity elsewhere',
      records: [updateUser(people.ben, { AlternativeSecurityId: [[], [identity]] })],
      expect: 'medium',
    },
    {
      name: 'tied to another identity elsewhere',
      records: [
        updateUser(people.ben, {
          AlternativeSecurityId: [[identity], [{ ...identity, Key: 'y' }]],
        }),
      ],
      expect: 'medium',
    },
    {
      name: 'listed, as it was',
      records: [
        updateUser(people.ben, { UserPrincipalName: [[people.ben.upn], ['BEN@example.com']] }),
        updateUser(people.ben, { AlternativeSecurityId: [[], []] }),
        updateUser(people.ben, { Mail: ['', null] }),
      ],
      expect: 'nothing',
    },
    {
      name: 'something else changed',
      records: [updateUser(people.ben, { Department: ['IT', 'HR'] })],
      expect: 'nothing',
    },
    { name: 'no administrator', records: [renamed(people.dan)], expect: 'nothing' },
    { name: 'refused', records: [renamed(people.ben, { result: 'failure' })], expect: 'nothing' },
    {
      name: 'deleted, and its name with it',
      records: [{ ...renamed(people.ben), operationName: 'Delete user' }],
      expect: 'nothing',
    },
    {
      name: 'of no account',
      records: [renamed(people.ben, { targetResources: [] })],
      expect: 'nothing',
    },
  ],
});
