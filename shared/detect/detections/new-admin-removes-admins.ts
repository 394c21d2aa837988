import { globalAdministrator, isTenantWide } from '../../roles.ts';
import { dayOf, hourMs } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { day, hour, later, type Person, roleTaken } from '../examples/history.ts';
import { by, directRole } from '../examples/records.ts';
import { helpdeskAdministrator, people, userAdministrator } from '../examples/tenant.ts';
import {
  episodes,
  followedBy,
  historiesOf,
  type RoleChange,
  receiverOf,
  roleChanges,
  toldFrom,
} from '../past/change-history.ts';
import { listOf, nameOf, nameOfRole } from '../wording.ts';

const { ada, ben, cleo, dan, hana, ian } = people;

const becomes = (who: Person, minute = 0) => later(minute, directRole(who, globalAdministrator));
const takes = (minute: number, taker: Person, who: Person, role = userAdministrator) =>
  later(minute, roleTaken(who, role, { initiatedBy: by(taker) }));

export default defineDetection({
  id: 'new-admin-removes-admins',
  title: 'A new administrator removes others',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'critical',
  categories: ['AuditLogs'],
  techniques: ['T1531', 'T1098.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Somebody who has just come to power and takes it from the others wants the tenant alone.',
  triage: [
    'Call the administrators who were removed. If any of them can still sign in, let that one act.',
    'Take the role from the new administrator, revoke their sessions, block the account.',
    'If nobody is left: use a break-glass account, now.',
    'Find who gave the new administrator the role, and how that account was taken.',
  ],
  falsePositives: [
    'A planned handover from one team of administrators to another.',
    'Whoever was Global or Privileged Role Administrator before is no new administrator.',
  ],

  detect(event, context) {
    const { settings, watchlist } = context;
    const isNewPower = (grant: RoleChange) =>
      !watchlist
        .rolesOf(receiverOf(grant), grant.at - 1)
        .some(({ templateId }) => isTenantWide(templateId));
    return historiesOf(event, context).flatMap((history) => {
      const isOwn = ({ of }: RoleChange) => of === history.account;
      const grants = roleChanges(history, 'granted').filter(isOwn).filter(isNewPower);
      const removals = roleChanges(history, 'removed').filter((removal) => !isOwn(removal));
      const purges = followedBy(grants, removals, settings.withinHours * hourMs).filter(
        ({ others }) => new Set(others.map(({ of }) => of)).size >= settings.removals,
      );
      const keyOf = ({ role, at }: RoleChange) => [role.templateId, role.scope, dayOf(at)];
      return episodes(purges, keyOf).map(({ key, first, changes }) => {
        const admin = receiverOf(first);
        const removed = listOf(
          changes.filter((one) => !isOwn(one)).map((one) => nameOf(receiverOf(one))),
        );
        return {
          ...toldFrom(changes),
          key: [history.account, ...key],
          title: `New administrator ${nameOf(admin)} removed ${removed}`,
          summary: `${nameOf(admin)} was given ${nameOfRole(first.role)} and then took privileged roles from ${removed}.`,
          subject: admin,
          actor: { ...admin, ip: changes.at(-1)?.ip ?? null },
          matter: ['role', first.role.templateId, first.role.scope],
        } as const;
      });
    });
  },

  examples: () => [
    {
      name: 'two administrators removed by one of an hour',
      records: [becomes(dan), takes(30, dan, cleo), takes(hour, dan, ian)],
      expect: 'critical',
    },
    {
      name: 'two administrators removed on the last minute of the day',
      records: [becomes(dan), takes(30, dan, cleo), takes(day, dan, ian)],
      expect: 'critical',
    },
    {
      name: 'one administrator removed',
      records: [becomes(dan), takes(30, dan, cleo)],
      expect: 'nothing',
    },
    {
      name: 'two roles of one administrator removed',
      records: [becomes(dan), takes(30, dan, cleo), takes(31, dan, cleo, helpdeskAdministrator)],
      expect: 'nothing',
    },
    {
      name: 'the second one a day later',
      records: [becomes(dan), takes(30, dan, cleo), takes(day + 1, dan, ian)],
      expect: 'nothing',
    },
    {
      name: 'removed before the role was given',
      records: [becomes(dan, 30), takes(20, dan, cleo), takes(21, dan, ian)],
      expect: 'nothing',
    },
    {
      name: 'removed by another',
      records: [becomes(dan), takes(30, ada, cleo), takes(31, ada, ian)],
      expect: 'nothing',
    },
    {
      name: 'among what is removed is a role of their own',
      records: [becomes(dan), takes(30, dan, cleo), takes(31, dan, dan, helpdeskAdministrator)],
      expect: 'nothing',
    },
    {
      name: 'the role was given to another',
      records: [
        later(0, directRole(ben, globalAdministrator, { initiatedBy: by(dan) })),
        takes(30, dan, cleo),
        takes(31, dan, ian),
      ],
      expect: 'nothing',
    },
    {
      name: 'a Global Administrator of old, who got another role',
      records: [
        later(0, directRole(hana, helpdeskAdministrator)),
        takes(30, hana, cleo),
        takes(31, hana, ian),
      ],
      expect: 'nothing',
    },
    {
      name: 'a lesser administrator of old, who became a Global Administrator',
      records: [becomes(cleo), takes(30, cleo, ben, helpdeskAdministrator), takes(31, cleo, ian)],
      expect: 'critical',
    },
  ],
});
