import { defineDetection } from '../detection.ts';
import { activates, completed, pimForGroups, workingHours } from '../examples/pim.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { offHours } from '../rows/off-hours.ts';
import { activation, activationMatch } from '../rows/pim-activations.ts';

const byBen = (fields: object = {}) => activates(people.ben, helpdeskAdministrator, {}, fields);
const ownHours = (account: string, from: string, to: string) => {
  const { workingHours: all } = workingHours('08:00', '18:00');
  const { people: _, ...calendar } = all;
  return { workingHours: { ...all, people: [{ ...calendar, account, from, to }] } };
};

export default defineDetection({
  id: 'pim-activation-off-hours',
  title: 'Privileged role activated outside working hours',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  categories: ['AuditLogs'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Whoever has taken over an account prefers the hours at which its owner sleeps.',
  triage: [
    'Ask who is on call. The policy can not know, so this finding does not either.',
    'Nobody on call knows of it: end the activation, revoke the sessions, look at what was done since.',
  ],
  falsePositives: [
    'On-call duty, a change window, a journey. Give people with other hours their own in the policy.',
    'An approval that came late: the role is active only from then on.',
  ],

  detect(event, context) {
    const done = activation(event, context);
    if (!done) return;
    const off = offHours(done.holder, event.at, context);
    if (!off) return;
    const [, ...what] = done.matter;
    return {
      ...activationMatch(event, done, ` off hours (${off.clock})`),
      // Whoever works through the night activates more than once.
      key: [context.watchlist.idOf(done.holder) ?? done.holder.name, ...what, off.night],
    };
  },

  examples: () => [
    {
      name: 'before work begins',
      records: [byBen()],
      tenant: workingHours('13:00', '18:00'),
      expect: 'medium',
    },
    {
      name: 'twice in one night',
      records: [byBen(), byBen({ id: 'PIM_2', activityDateTime: '2026-11-20T02:00:00Z' })],
      tenant: workingHours('00:30', '01:30'),
      expect: 'medium',
    },
    {
      name: 'in PIM for Groups',
      records: [pimForGroups(completed, people.dan)],
      tenant: workingHours('13:00', '18:00'),
      expect: 'medium',
    },
    {
      name: 'during working hours',
      records: [byBen()],
      tenant: workingHours('08:00', '18:00'),
      expect: 'nothing',
    },
    { name: 'without working hours in the policy', records: [byBen()], expect: 'nothing' },
    {
      name: 'outside hours of their own, given by UPN',
      records: [byBen()],
      tenant: ownHours(people.ben.upn, '20:00', '04:00'),
      expect: 'medium',
    },
    {
      name: 'outside hours of their own, given by id',
      records: [byBen()],
      tenant: ownHours(people.ben.id, '20:00', '04:00'),
      expect: 'medium',
    },
    {
      name: 'outside hours of their own, though nobody told of the account before',
      records: [activates(people.dan, helpdeskAdministrator)],
      tenant: ownHours(people.dan.id, '20:00', '04:00'),
      expect: 'medium',
    },
    {
      name: "outside somebody else's own hours",
      records: [byBen()],
      tenant: ownHours(people.ada.upn, '20:00', '04:00'),
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [byBen({ result: 'failure' })],
      tenant: workingHours('13:00', '18:00'),
      expect: 'nothing',
    },
  ],
});
