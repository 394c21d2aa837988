import { minuteMs } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { later, type Person, roleTaken } from '../examples/history.ts';
import { activates } from '../examples/pim.ts';
import { by, directRole, pimRow } from '../examples/records.ts';
import { helpdeskAdministrator, people, userAdministrator } from '../examples/tenant.ts';
import {
  doerOf,
  historiesOf,
  type RoleChange,
  roleChanges,
  toldFrom,
  tooMany,
} from '../past/change-history.ts';
import { nameOf } from '../wording.ts';

const { ada, ben, cleo, dan, eve, gil, hana, ian } = people;

const gives = (minute: number, giver: Person, who: Person, role = helpdeskAdministrator) =>
  later(minute, directRole(who, role, { initiatedBy: by(giver) }));
const takes = (minute: number, taker: Person, who: Person) =>
  later(minute, roleTaken(who, helpdeskAdministrator, { initiatedBy: by(taker) }));
const runsOut = (who: Person, minute: number) =>
  later(
    minute,
    pimRow('Remove member from role in PIM completed (timebound)', who, helpdeskAdministrator, {
      initiatedBy: { user: { displayName: 'Azure AD PIM' } },
    }),
  );
const otherRowOf = <T extends { properties: object }>(row: T): T => ({
  ...row,
  properties: { ...row.properties, id: 'other row' },
});

export default defineDetection({
  id: 'role-change-burst',
  title: 'Many changes of privileged roles',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1098.003', 'T1531'],
  source:
    'https://learn.microsoft.com/entra/architecture/security-operations-privileged-identity-management',
  why: 'Whoever takes over a tenant gives roles to accounts of their own and takes them from all others, as fast as they can.',
  triage: [
    'Ask whoever made the changes, by another way than mail, whether they did and why.',
    'If nobody claims them: revoke the sessions of that account, take back what it gave, give back what it took.',
  ],
  falsePositives: [
    'A migration, or a new distribution of who administers what: announce it, or raise the thresholds.',
    'Activations and assignments that run out are not counted.',
  ],

  detect(event, context) {
    const { settings, watchlist } = context;
    const limitOf = (change: RoleChange) =>
      watchlist.isPrivileged(doerOf(change), change.at) ? settings.byPrivileged : settings.byOthers;
    return historiesOf(event, context).flatMap((history) => {
      const made = roleChanges(history, 'granted', 'removed').filter(
        ({ by }) => by === history.account,
      );
      const bursts = tooMany(oneOfEachClick(made), limitOf, settings.windowMinutes * minuteMs);
      return bursts.map(({ key, first, changes }) => {
        const actor = doerOf(first);
        const holders = new Set(changes.map(({ of }) => of)).size;
        return {
          ...toldFrom(changes),
          key: [history.account, ...key],
          title: `${nameOf(actor)}: ${changes.length} changes of privileged roles, of ${holders} accounts`,
          summary: `${nameOf(actor)} gave or took privileged roles ${changes.length} times in quick succession, of ${holders} accounts.`,
          subject: actor,
          actor,
          matter: ['role', 'burst', ...key],
        } as const;
      });
    });
  },

  examples: () => [
    {
      name: 'three by an administrator',
      records: [gives(0, ada, ben), gives(30, ada, cleo), gives(60, ada, gil)],
      expect: 'high',
    },
    {
      name: 'two by an administrator',
      records: [gives(0, ada, ben), gives(30, ada, cleo)],
      expect: 'nothing',
    },
    {
      name: 'three by an administrator, slowly',
      records: [gives(0, ada, ben), gives(30, ada, cleo), gives(61, ada, gil)],
      expect: 'nothing',
    },
    {
      name: 'roles taken away',
      records: [takes(0, ada, ben), takes(1, ada, cleo), takes(2, ada, ian)],
      expect: 'high',
    },
    {
      name: 'five by somebody who is no administrator',
      records: [ben, cleo, gil, eve, ian].map((who, minute) => gives(minute, dan, who)),
      expect: 'high',
    },
    {
      name: 'four by somebody who is no administrator',
      records: [ben, cleo, gil, eve].map((who, minute) => gives(minute, dan, who)),
      expect: 'nothing',
    },
    {
      name: 'two rows of one click',
      records: [gives(0, ada, ben), otherRowOf(gives(0, ada, ben)), gives(1, ada, cleo)],
      expect: 'nothing',
    },
    {
      name: 'three by one click, of three people',
      records: [ben, cleo, gil].map((who, index) => ({
        ...gives(index, ada, who),
        properties: { ...gives(index, ada, who).properties, correlationId: 'one click' },
      })),
      expect: 'high',
    },
    {
      name: 'to one account, by three administrators',
      records: [
        gives(0, ada, dan),
        gives(1, hana, dan, userAdministrator),
        gives(2, cleo, dan, '966707d0-3269-4727-9be2-8c3a10f19b9d'),
      ],
      expect: 'nothing',
    },
    {
      name: 'activations',
      records: [0, 1, 2].map((minute) => later(minute, activates(ben, helpdeskAdministrator))),
      expect: 'nothing',
    },
    {
      name: 'assignments that run out',
      records: [ben, cleo, gil, eve, ian].map(runsOut),
      expect: 'nothing',
    },
  ],
});

/** The directory and PIM may both write what was one click; its id is chosen by the client. */
function oneOfEachClick(changes: readonly RoleChange[]): RoleChange[] {
  const clickOf = ({ correlationId, recordId, what, of, role }: RoleChange) =>
    [correlationId ?? recordId, what, of, role.templateId, role.scope].join(' ');
  const first = new Map(changes.toReversed().map((change) => [clickOf(change), change]));
  return changes.filter((change) => first.get(clickOf(change)) === change);
}
