import { globalAdministrator } from '../../roles.ts';
import { hourMs } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { accountRow } from '../examples/account-changes.ts';
import { day, hour, later } from '../examples/history.ts';
import { by, directRole, joinsGroup, pimRow } from '../examples/records.ts';
import { groups, helpdeskAdministrator, people } from '../examples/tenant.ts';
import {
  doerOf,
  episodes,
  followedBy,
  historiesOf,
  receiverOf,
  roleChanges,
  toldFrom,
} from '../past/change-history.ts';
import { nameOf, nameOfRole } from '../wording.ts';

const { dan, eve, gil } = people;
const created = (minute = 0) => later(minute, accountRow('Add user', dan));
const given = (minute: number) => later(minute, directRole(dan, globalAdministrator));

export default defineDetection({
  id: 'privileged-account-created',
  title: 'New account made an administrator',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1136.003', 'T1098.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'An account of one’s own, with a role, is how an intruder stays when the account they came with is taken back.',
  triage: [
    'Ask whoever made the account and whoever gave the role, by another way than mail.',
    'If nobody claims it: block the account, take the role, revoke the sessions of both others.',
  ],
  falsePositives: ['The onboarding of an administrator, or of their second account.'],

  detect(event, context) {
    return historiesOf(event, context).flatMap((history) => {
      const created = history.changes.filter(({ what }) => what === 'created');
      const grants = roleChanges(history, 'granted').filter(({ of }) => of === history.account);
      const byRole = Map.groupBy(grants, ({ role }) => `${role.templateId} ${role.scope}`);
      const withinMs = context.settings.withinHours * hourMs;
      const promotions = [...byRole.values()].flatMap((some) =>
        episodes(followedBy(created, some, withinMs), () => []),
      );
      return promotions.map(({ first, other, changes }) => {
        const { role } = other;
        const account = receiverOf(first);
        return {
          ...toldFrom(changes),
          key: [history.account, role.templateId, role.scope],
          title: `New account ${nameOf(account)} made ${nameOfRole(role)}`,
          summary: `${nameOf(doerOf(first))} created ${nameOf(account)}, which ${nameOf(doerOf(other))} gave the role ${nameOfRole(role)} soon after.`,
          subject: account,
          actor: doerOf(other),
          matter: ['role', role.templateId, role.scope],
        } as const;
      });
    });
  },

  examples: () => [
    { name: 'an hour after it was created', records: [created(), given(hour)], expect: 'high' },
    { name: 'a day after it was created', records: [created(), given(day)], expect: 'high' },
    {
      name: 'made eligible',
      records: [
        created(),
        later(
          hour,
          pimRow(
            'Add eligible member to role in PIM completed (permanent)',
            dan,
            helpdeskAdministrator,
          ),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'through a group',
      records: [created(), later(hour, joinsGroup(dan, groups.operators))],
      expect: 'high',
    },
    {
      name: 'a guest, of whom two rows tell',
      records: [
        later(0, accountRow('Add user', gil)),
        later(0.1, accountRow('Invite external user', gil)),
        later(hour, directRole(gil, helpdeskAdministrator)),
      ],
      expect: 'high',
    },
    {
      name: 'the day after the next',
      records: [created(), given(day + 1)],
      expect: 'nothing',
    },
    {
      name: 'the role was given to another',
      records: [created(), later(hour, directRole(eve, globalAdministrator))],
      expect: 'nothing',
    },
    {
      name: 'gives a role to another',
      records: [
        created(),
        later(hour, directRole(eve, globalAdministrator, { initiatedBy: by(dan) })),
      ],
      expect: 'nothing',
    },
    {
      name: 'created, then deleted',
      records: [created(), later(hour, accountRow('Delete user', dan))],
      expect: 'nothing',
    },
    {
      name: 'creation refused',
      records: [later(0, accountRow('Add user', dan, { result: 'failure' })), given(hour)],
      expect: 'nothing',
    },
  ],
});
