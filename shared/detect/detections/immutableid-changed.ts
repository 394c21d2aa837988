import { defineDetection } from '../detection.ts';
import { updateUser } from '../examples/account-changes.ts';
import { people } from '../examples/tenant.ts';
import { accountTarget, isChanged } from '../rows/account-changes.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

const anchors = ['sourceanchor', 'immutableid', 'onpremisesimmutableid'];
const anchored = (who: { id: string; upn: string }, fields: object = {}) =>
  updateUser(who, { SourceAnchor: [[], ['q6+Ug2ZLs0a2eQ==']] }, fields);

export default defineDetection({
  id: 'immutableid-changed',
  title: 'Administrator tied to another account on premises',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1098', 'T1484.002'],
  source:
    'https://learn.microsoft.com/entra/identity/hybrid/connect/plan-connect-design-concepts#sourceanchor',
  why: 'The immutable id says which account on premises, or of a federated domain, is this one. Whoever sets it can sign in as the administrator with an identity of their own.',
  triage: [
    'Ask whoever runs the synchronisation whether they meant it.',
    'They did not: put the id back, revoke the sessions, and check the federation of all domains.',
  ],
  falsePositives: ['An account that is moved to, or out of, the synchronisation.'],

  detect(event, { watchlist }) {
    const target = accountTarget(event);
    if (event.operation !== 'update user' || event.result !== 'success' || !target) return;
    if (!anchors.some((anchor) => isChanged(target, anchor))) return;
    const account = target.party;
    if (!watchlist.isPrivileged(account, event.at)) return;
    const { key, gathered } = oneClick(event);
    return {
      key: [watchlist.idOf(account) ?? account.name, key],
      gathered,
      title: `${nameOf(event.actor)} > ${nameOf(account)}: immutable id changed`,
      summary: `${nameOf(event.actor)} changed which account on premises the administrator ${nameOf(account)} is tied to.`,
      subject: account,
      roles: watchlist.rolesOf(account, event.at),
      matter: ['account'],
      details: auditDetails(event),
    };
  },

  examples: () => [
    { name: 'set', records: [anchored(people.ben)], expect: 'high' },
    ...['ImmutableId', 'OnPremisesImmutableId'].map((property) => ({
      name: `set, by the name of ${property}`,
      records: [updateUser(people.ben, { [property]: [null, 'q6+Ug2ZLs0a2eQ=='] })],
      expect: 'high' as const,
    })),
    {
      name: 'taken away',
      records: [updateUser(people.ben, { SourceAnchor: [['q6+Ug2ZLs0a2eQ=='], []] })],
      expect: 'high',
    },
    {
      name: 'listed, as it was',
      records: [
        updateUser(people.ben, { SourceAnchor: [['q6+Ug2ZLs0a2eQ=='], ['q6+Ug2ZLs0a2eQ==']] }),
        updateUser(people.ben, { SourceAnchor: [[], []] }),
      ],
      expect: 'nothing',
    },
    {
      name: 'something else changed',
      records: [updateUser(people.ben, { Department: ['IT', 'HR'] })],
      expect: 'nothing',
    },
    { name: 'no administrator', records: [anchored(people.dan)], expect: 'nothing' },
    { name: 'refused', records: [anchored(people.ben, { result: 'failure' })], expect: 'nothing' },
    {
      name: 'a new account',
      records: [{ ...anchored(people.ben), operationName: 'Add user' }],
      expect: 'nothing',
    },
    {
      name: 'of no account',
      records: [anchored(people.ben, { targetResources: [] })],
      expect: 'nothing',
    },
  ],
});
