import { asTexts } from '../../read/raw.ts';
import { defineDetection } from '../detection.ts';
import { accountRow, updateUser } from '../examples/account-changes.ts';
import { by, byApp, directRole } from '../examples/records.ts';
import { exampleTenant, people, workloads } from '../examples/tenant.ts';
import { accountTarget } from '../rows/account-changes.ts';
import { isApproved, isSynchronisation } from '../rows/approved-actors.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

const deeds = new Map([
  ['add user', 'created'],
  ['delete user', 'deleted'],
]);

const nobodyApproved = { accounts: { ...exampleTenant.accounts, automation: [] } };
const byHr = { initiatedBy: byApp(workloads.hr) };
const invited = (changes: Parameters<typeof updateUser>[1], who: { id: string; upn: string }) => ({
  ...updateUser(who, changes),
  operationName: 'Add user',
});

export default defineDetection({
  id: 'account-admin-by-nonapproved',
  title: 'Account created or deleted by somebody who is not meant to',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  categories: ['AuditLogs'],
  techniques: ['T1136.003', 'T1531'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-user-accounts',
  why: 'Where accounts come from one place, an account made or deleted elsewhere is a back door, damage, or a way around the rules.',
  triage: [
    'Ask whoever did it what it was for.',
    'Nobody claims it: disable the new account or restore the deleted one, and look at what else they did.',
  ],
  falsePositives: [
    'An administrator who helps out, or a service that provisions: name them under `approved`, or as automation. While neither that list nor `accounts.automation` names anybody, nobody is judged.',
  ],

  detect(event, context) {
    const deed = deeds.get(event.operation);
    const target = accountTarget(event);
    if (!deed || !target || event.result !== 'success') return;
    const { actor } = event;
    if (isApproved(actor, context.settings.approved, context)) return;
    if (isSynchronisation(actor, event.at, context)) return;
    // An invitation makes an account too; it is told by itself.
    if (deed === 'created' && isGuest(target)) return;
    const { key, gathered } = oneClick(event);
    const account = target.party;
    return {
      key: [account.id ?? account.name, deed, key],
      gathered,
      title: `${nameOf(actor)} ${deed} the account ${nameOf(account)}`,
      summary: `${nameOf(actor)}, whom the policy does not name for it, ${deed} the account ${nameOf(account)}.`,
      subject: account,
      matter: ['account'],
      details: auditDetails(event),
    };
  },

  examples: () => [
    { name: 'created', records: [accountRow('Add user', people.eve)], expect: 'medium' },
    { name: 'deleted', records: [accountRow('Delete user', people.eve)], expect: 'medium' },
    {
      name: 'a guest deleted',
      records: [accountRow('Delete user', people.gil)],
      expect: 'medium',
    },
    {
      name: 'by an application that is called like the approved one',
      records: [
        accountRow('Add user', people.eve, {
          initiatedBy: byApp({ id: workloads.sync.id, name: workloads.hr.name }),
        }),
      ],
      expect: 'medium',
    },
    {
      name: 'by automation',
      records: [accountRow('Add user', people.eve, byHr)],
      expect: 'nothing',
    },
    {
      name: 'by somebody approved, by their id',
      records: [accountRow('Add user', people.eve)],
      settings: { approved: [people.ada.id] },
      expect: 'nothing',
    },
    {
      name: 'by somebody approved, by their name',
      records: [accountRow('Add user', people.eve, { initiatedBy: by(people.dan) })],
      settings: { approved: [people.dan.upn] },
      expect: 'nothing',
    },
    {
      name: 'by somebody approved, whom the record calls by their id alone',
      records: [
        accountRow('Add user', people.eve, { initiatedBy: { user: { id: people.ada.id } } }),
      ],
      settings: { approved: [people.ada.upn] },
      expect: 'nothing',
    },
    {
      name: 'by an application that is called by the id of somebody approved',
      records: [
        accountRow('Add user', people.eve, {
          initiatedBy: byApp({ id: workloads.sync.id, name: people.ada.id }),
        }),
      ],
      settings: { approved: [people.ada.id] },
      expect: 'medium',
    },
    {
      name: 'only somebody else is approved, and nobody automation',
      records: [accountRow('Add user', people.eve)],
      settings: { approved: [people.dan.id] },
      tenant: nobodyApproved,
      expect: 'medium',
    },
    {
      name: 'nobody is approved',
      records: [accountRow('Add user', people.eve)],
      tenant: nobodyApproved,
      expect: 'nothing',
    },
    {
      name: 'nobody is named as the actor',
      records: [accountRow('Add user', people.eve, { initiatedBy: {} })],
      expect: 'nothing',
    },
    {
      name: 'by the directory synchronisation',
      records: [
        directRole(people.dan, 'd29b2b05-8046-44ba-8758-1e26182fcf32', {
          activityDateTime: '2026-11-18T12:00:00Z',
        }),
        accountRow('Add user', people.eve, { initiatedBy: by(people.dan) }),
      ],
      expect: 'nothing',
    },
    {
      name: 'by another administrator than the synchronisation',
      records: [accountRow('Add user', people.eve, { initiatedBy: by(people.cleo) })],
      expect: 'medium',
    },
    {
      name: 'a guest invited',
      records: [invited({}, people.gil), invited({ UserType: [[], ['Guest']] }, people.eve)],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [accountRow('Add user', people.eve, { result: 'failure' })],
      expect: 'nothing',
    },
    {
      name: 'of no account',
      records: [accountRow('Add user', people.eve, { targetResources: [] })],
      expect: 'nothing',
    },
    { name: 'changed', records: [accountRow('Update user', people.eve)], expect: 'nothing' },
  ],
});

const isGuest = ({ party, changes }: NonNullable<ReturnType<typeof accountTarget>>) =>
  /#ext#@/i.test(party.name ?? '') ||
  asTexts(changes.get('usertype')?.after).some((type) => /^guest$/i.test(type));
