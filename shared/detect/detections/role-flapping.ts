import { globalAdministrator } from '../../roles.ts';
import { dayOf, hourMs } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { day, hour, later, roleTaken } from '../examples/history.ts';
import { activates } from '../examples/pim.ts';
import {
  audit,
  by,
  byPim,
  roleChanges as changesOf,
  directRole,
  partyTarget,
  pimRow,
  target,
} from '../examples/records.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import {
  doerOf,
  episodes,
  followedBy,
  historiesOf,
  type RoleChange,
  receiverOf,
  roleChanges,
  toldFrom,
} from '../past/change-history.ts';
import { nameOf, nameOfRole } from '../wording.ts';

const { ben, dan, hana } = people;
const given = (minute = 0) => later(minute, directRole(dan, globalAdministrator));
const taken = (minute: number, taker = hana) =>
  later(minute, roleTaken(dan, globalAdministrator, { initiatedBy: by(taker) }));
const scoped = (minute: number, operationName: string, unit: string) =>
  later(
    minute,
    audit(operationName, {
      targetResources: [
        target(dan, changesOf(helpdeskAdministrator)),
        partyTarget('AdministrativeUnit', { id: unit, name: unit }),
      ],
    }),
  );

export default defineDetection({
  id: 'role-flapping',
  title: 'Privileged role given and taken away again',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'A role that is held for an hour, outside the activations of PIM, was wanted for one deed and its trace swept away.',
  triage: [
    'Look at all that the holder did between the two moments: nothing else shows what the role was for.',
    'Ask whoever gave and took it.',
  ],
  falsePositives: [
    'A test, or a mistake that was put right.',
    'Activations that end and assignments that run out are not counted.',
  ],

  detect(event, context) {
    return historiesOf(event, context).flatMap((history) => {
      const ofAccount = ({ of }: RoleChange) => of === history.account;
      const removals = roleChanges(history, 'removed').filter(ofAccount);
      const withinMs = context.settings.withinHours * hourMs;
      const flaps = roleChanges(history, 'granted')
        .filter(ofAccount)
        .flatMap((grant) => {
          const same = removals.filter((removal) => holdingOf(removal) === holdingOf(grant));
          return followedBy([grant], same, withinMs);
        });
      const keyOf = (grant: RoleChange) => [holdingOf(grant), dayOf(grant.at)];
      return episodes(flaps, keyOf).map(({ key, first, changes }) => {
        const [holder, role] = [nameOf(receiverOf(first)), nameOfRole(first.role)];
        return {
          ...toldFrom(changes),
          key: [history.account, ...key],
          title: `${holder}: ${role} given and taken away again`,
          summary: `${nameOf(doerOf(first))} gave ${holder} the role ${role}; it was taken away again within ${context.settings.withinHours} hours.`,
          subject: receiverOf(first),
          actor: doerOf(first),
          matter: ['role', first.role.templateId, first.role.scope],
        } as const;
      });
    });
  },

  examples: () => [
    { name: 'within an hour', records: [given(), taken(hour)], expect: 'high' },
    { name: 'within a day', records: [given(), taken(day)], expect: 'high' },
    {
      name: 'twice on one day',
      records: [given(), taken(20), given(40), taken(hour)],
      expect: 'high',
    },
    { name: 'after more than a day', records: [given(), taken(day + 1)], expect: 'nothing' },
    { name: 'taken away, then given back', records: [taken(0), given(hour)], expect: 'nothing' },
    {
      name: 'another role taken away',
      records: [given(), later(hour, roleTaken(dan, helpdeskAdministrator))],
      expect: 'nothing',
    },
    {
      name: 'the role of another taken away, by the new holder',
      records: [
        given(),
        later(hour, roleTaken(ben, globalAdministrator, { initiatedBy: by(dan) })),
      ],
      expect: 'nothing',
    },
    {
      name: 'the holder gave the role to another and lost it',
      records: [
        later(0, directRole(ben, globalAdministrator, { initiatedBy: by(dan) })),
        taken(hour),
      ],
      expect: 'nothing',
    },
    {
      name: 'eligible, in place of active',
      records: [
        later(
          0,
          pimRow(
            'Add eligible member to role in PIM completed (permanent)',
            dan,
            globalAdministrator,
          ),
        ),
        taken(1),
      ],
      expect: 'nothing',
    },
    {
      name: 'moved from one administrative unit to another',
      records: [
        scoped(0, 'Add scoped member to role', 'north'),
        scoped(5, 'Remove scoped member from role', 'south'),
      ],
      expect: 'nothing',
    },
    {
      name: 'an activation that ends',
      records: [
        later(0, activates(ben, helpdeskAdministrator)),
        later(
          hour,
          pimRow('Remove member from role (PIM activation expired)', ben, helpdeskAdministrator),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'a time-bound assignment that runs out',
      records: [
        later(
          0,
          pimRow('Add member to role in PIM completed (timebound)', dan, globalAdministrator),
        ),
        later(
          hour,
          pimRow('Remove member from role in PIM completed (timebound)', dan, globalAdministrator, {
            initiatedBy: { user: { displayName: 'Azure AD PIM' } },
          }),
        ),
        later(hour, roleTaken(dan, globalAdministrator, { initiatedBy: byPim })),
      ],
      expect: 'nothing',
    },
  ],
});

const holdingOf = ({ role, tier }: RoleChange) => [role.templateId, role.scope, tier].join(' ');
