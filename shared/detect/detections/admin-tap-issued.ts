import { defineDetection } from '../detection.ts';
import { methodRow, updateUser } from '../examples/account-changes.ts';
import { by } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { isTemporaryPass, methodChange } from '../rows/method-changes.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

const registered = 'Admin registered security info';
const byAdmin = { initiatedBy: by(people.ada) };
const pass = { resultReason: 'Admin registered temporary access pass method for user' };
const issued = (fields: object = {}) =>
  methodRow(registered, people.ben, { ...byAdmin, ...pass, ...fields });

export default defineDetection({
  id: 'admin-tap-issued',
  title: 'Temporary Access Pass issued for an administrator',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1098.001', 'T1556.006'],
  source:
    'https://learn.microsoft.com/entra/identity/authentication/howto-authentication-temporary-access-pass',
  why: 'Whoever has the pass signs in as the administrator, past password and second factor, and can register methods of their own.',
  triage: [
    'Ask the administrator, by another way than mail, whether they asked for a pass.',
    'They did not: delete the pass, revoke the sessions of both accounts, and look for methods registered since.',
  ],
  falsePositives: ['The first day of a new administrator, or a lost telephone.'],

  detect(event, { watchlist }) {
    const change = methodChange(event, watchlist);
    if (change?.effect !== 'added' || !isTemporaryPass(event)) return;
    if (event.result !== 'success' || !watchlist.isPrivileged(change.account, event.at)) return;
    const { account } = change;
    const { key, gathered } = oneClick(event);
    return {
      key: [watchlist.idOf(account) ?? account.name, key],
      gathered,
      title: `${nameOf(event.actor)} > ${nameOf(account)}: Temporary Access Pass`,
      summary: `${nameOf(event.actor)} issued a Temporary Access Pass for the administrator ${nameOf(account)}.`,
      subject: account,
      roles: watchlist.rolesOf(account, event.at),
      matter: ['account'],
      details: auditDetails(event),
    };
  },

  examples: () => [
    { name: 'as the reason tells it', records: [issued()], expect: 'high' },
    {
      name: 'as the description tells it',
      records: [issued({ resultReason: '', resultDescription: pass.resultReason })],
      expect: 'high',
    },
    {
      name: 'as the description beside the properties tells it',
      records: [{ ...issued({ resultReason: null }), ResultDescription: pass.resultReason }],
      expect: 'high',
    },
    {
      name: 'as the operation tells it',
      records: [methodRow('Create Temporary Access Pass method for user', people.ben, byAdmin)],
      expect: 'high',
    },
    {
      name: 'as the changes tell it',
      records: [
        {
          ...updateUser(people.ben, { 'TemporaryAccessPass.Id': ['', 'x'] }),
          operationName: registered,
        },
      ],
      expect: 'high',
    },
    {
      name: 'for themself',
      records: [issued({ initiatedBy: by(people.ben) })],
      expect: 'high',
    },
    { name: 'refused', records: [issued({ result: 'failure' })], expect: 'nothing' },
    {
      name: 'another method',
      records: [issued({ resultReason: 'Admin registered phone method for user' })],
      expect: 'nothing',
    },
    {
      name: 'deleted',
      records: [{ ...issued(), operationName: 'Admin deleted security info' }],
      expect: 'nothing',
    },
    {
      name: 'no administrator',
      records: [methodRow(registered, people.dan, { ...byAdmin, ...pass })],
      expect: 'nothing',
    },
    {
      name: 'the policy of passes changed',
      records: [issued({ targetResources: [{ type: 'Policy', id: 'policy' }] })].map((row) => ({
        ...row,
        operationName: 'Authentication Methods Policy Update',
      })),
      expect: 'nothing',
    },
  ],
});
