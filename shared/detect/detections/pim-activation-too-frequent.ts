import { hourMs } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { hour, later } from '../examples/history.ts';
import { activates } from '../examples/pim.ts';
import { by, directRole } from '../examples/records.ts';
import { helpdeskAdministrator, people, userAdministrator } from '../examples/tenant.ts';
import { historiesOf, receiverOf, roleChanges, toldFrom, tooMany } from '../past/change-history.ts';
import { nameOf, nameOfRole } from '../wording.ts';

const { ada, ben, dan } = people;
const activations = (minutes: readonly number[], role = helpdeskAdministrator) =>
  minutes.map((minute) => later(minute, activates(ben, role)));
const sixInADay = [0, 1, 2, 3, 4, 24].map((hours) => hours * hour);

export default defineDetection({
  id: 'pim-activation-too-frequent',
  title: 'Role activated again and again',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'low',
  categories: ['AuditLogs'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-configure-security-alerts',
  why: 'A role that is activated all day long is held all day long: its activations end too soon, or a program renews them.',
  triage: [
    'Ask the person what they need the role for: a longer activation, or a lesser role that stays active, may be right.',
    'If they know nothing of it: revoke their sessions and look at what was done with the role.',
  ],
  falsePositives: ['A long day of changes, with activations that last an hour each.'],

  detect(event, context) {
    const { activations: most, windowHours } = context.settings;
    return historiesOf(event, context).flatMap((history) => {
      const own = roleChanges(history, 'activated').filter(({ of }) => of === history.account);
      const byRole = Map.groupBy(own, ({ role }) => `${role.templateId} ${role.scope}`);
      const often = [...byRole.values()].flatMap((some) =>
        tooMany(some, () => most, windowHours * hourMs),
      );
      return often.map(({ key, first, changes }) => {
        const [holder, { role }] = [receiverOf(first), first];
        return {
          ...toldFrom(changes),
          key: [history.account, role.templateId, role.scope, ...key],
          title: `${nameOf(holder)} activated ${nameOfRole(role)} ${changes.length} times`,
          summary: `${nameOf(holder)} activated the role ${nameOfRole(role)} more than ${most} times within ${windowHours} hours.`,
          subject: holder,
          actor: { ...holder, ip: first.ip },
          matter: ['role', role.templateId, role.scope],
        } as const;
      });
    });
  },

  examples: () => [
    { name: 'six times in a day', records: activations(sixInADay), expect: 'low' },
    { name: 'five times in a day', records: activations(sixInADay.slice(1)), expect: 'nothing' },
    {
      name: 'six times in more than a day',
      records: activations([...sixInADay.slice(0, 5), 24 * hour + 1]),
      expect: 'nothing',
    },
    {
      name: 'six times, by somebody else for them',
      records: sixInADay.map((minute) =>
        later(minute, activates(ben, helpdeskAdministrator, {}, { initiatedBy: by(ada) })),
      ),
      expect: 'low',
    },
    {
      name: 'two roles, three times each',
      records: [...activations([0, 60, 120]), ...activations([1, 61, 121], userAdministrator)],
      expect: 'nothing',
    },
    {
      name: 'given as often as that, not activated',
      records: sixInADay.map((minute) => later(minute, directRole(dan, helpdeskAdministrator))),
      expect: 'nothing',
    },
  ],
});
