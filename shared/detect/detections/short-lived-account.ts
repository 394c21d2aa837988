import type { ChangeTrace } from '../../memory/trace.ts';
import { globalAdministrator } from '../../roles.ts';
import { hourMs } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { accountRow } from '../examples/account-changes.ts';
import { day, hour, later } from '../examples/history.ts';
import { activates } from '../examples/pim.ts';
import { by, byApp, directRole } from '../examples/records.ts';
import { helpdeskAdministrator, people, workloads } from '../examples/tenant.ts';
import {
  doerOf,
  episodes,
  followedBy,
  historiesOf,
  inOrder,
  receiverOf,
  roleChanges,
  toldFrom,
} from '../past/change-history.ts';
import { listOf, nameOf, nameOfRole } from '../wording.ts';

const { dan, eve, gil } = people;
const byHr = { initiatedBy: byApp(workloads.hr) };
const created = (minute = 0, fields: object = {}) =>
  later(minute, accountRow('Add user', dan, { ...fields }));
const deleted = (minute: number, fields: object = {}) =>
  later(minute, accountRow('Delete user', dan, { ...fields }));

export default defineDetection({
  id: 'short-lived-account',
  title: 'Account created and deleted again',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries: 'Critical where the account held a privileged role in between.',
  categories: ['AuditLogs'],
  techniques: ['T1136.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-user-accounts',
  why: 'An account that lives for hours was made for one deed, and deleted so that nobody asks about it.',
  triage: [
    'Look at what the account did while it lived: sign-ins, consents, roles, groups. Its id still finds it.',
    'Ask whoever created it, and whoever deleted it.',
    'If nobody claims it: restore it, disabled, so that it can be looked into.',
  ],
  falsePositives: [
    'Tests, and scripts for licences.',
    'What declared automation creates and deletes by itself is left out, unless it was privileged.',
  ],

  detect(event, context) {
    const { settings, watchlist } = context;
    const isRoutine = (change: ChangeTrace) => watchlist.is('automation', doerOf(change));
    return historiesOf(event, context).flatMap((history) => {
      const ofKind = (kind: ChangeTrace['what']) =>
        history.changes.filter(({ what }) => what === kind);
      const lives = followedBy(ofKind('created'), ofKind('deleted'), settings.withinHours * hourMs);
      return episodes(lives, () => [history.account]).flatMap(({ key, first, other, changes }) => {
        const powers = roleChanges(history, 'granted', 'activated').filter(
          ({ of, at }) => of === history.account && at <= other.at,
        );
        if (powers.length === 0 && changes.every(isRoutine)) return [];
        const account = nameOf(receiverOf(first));
        const role = listOf(powers.map(({ role }) => nameOfRole(role)));
        const asWhat = role && `, meanwhile ${role}`;
        return {
          ...toldFrom(inOrder([...changes, ...powers])),
          key,
          title: `${account}: created and deleted again${asWhat}`,
          summary: `${nameOf(doerOf(first))} created ${account}${asWhat}; ${nameOf(doerOf(other))} deleted it within ${settings.withinHours} hours.`,
          severity: role ? 'critical' : 'high',
          subject: receiverOf(first),
          actor: doerOf(other),
          matter: ['account'],
        } as const;
      });
    });
  },

  examples: () => [
    { name: 'within an hour', records: [created(), deleted(hour)], expect: 'high' },
    { name: 'within a day', records: [created(), deleted(day)], expect: 'high' },
    {
      name: 'a guest, deleted for good',
      records: [
        later(0, accountRow('Invite external user', gil)),
        later(hour, accountRow('Delete user', gil)),
        later(2 * hour, accountRow('Hard Delete user', gil)),
      ],
      expect: 'high',
    },
    {
      name: 'privileged in between',
      records: [created(), later(30, directRole(dan, globalAdministrator)), deleted(hour)],
      expect: 'critical',
    },
    {
      name: 'active for a while',
      records: [created(), later(30, activates(dan, helpdeskAdministrator)), deleted(hour)],
      expect: 'critical',
    },
    {
      name: 'privileged at its last moment',
      records: [created(), later(hour, directRole(dan, helpdeskAdministrator)), deleted(hour)],
      expect: 'critical',
    },
    {
      name: 'gave a role to another in between',
      records: [
        created(),
        later(30, directRole(eve, globalAdministrator, { initiatedBy: by(dan) })),
        deleted(hour),
      ],
      expect: 'high',
    },
    {
      name: 'got a role only after it was gone',
      records: [created(), deleted(hour), later(hour + 1, directRole(dan, globalAdministrator))],
      expect: 'high',
    },
    {
      name: 'created by automation, deleted by a person',
      records: [created(0, byHr), deleted(hour)],
      expect: 'high',
    },
    {
      name: 'by automation, privileged in between',
      records: [
        created(0, byHr),
        later(30, directRole(dan, globalAdministrator)),
        deleted(hour, byHr),
      ],
      expect: 'critical',
    },
    { name: 'by automation', records: [created(0, byHr), deleted(hour, byHr)], expect: 'nothing' },
    { name: 'the day after the next', records: [created(), deleted(day + 1)], expect: 'nothing' },
    {
      name: 'deleted, and one of its id restored and listed as new',
      records: [deleted(0), created(hour)],
      expect: 'nothing',
    },
    {
      name: 'another account deleted',
      records: [created(), later(hour, accountRow('Delete user', eve))],
      expect: 'nothing',
    },
    {
      name: 'deletion refused',
      records: [created(), deleted(hour, { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});
