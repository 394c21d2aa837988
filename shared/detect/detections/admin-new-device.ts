import { defineDetection } from '../detection.ts';
import { day, later } from '../examples/history.ts';
import { refresh, signIn } from '../examples/records.ts';
import { known, people } from '../examples/tenant.ts';
import { noveltiesIn } from '../past/novelty.ts';
import { whoOf, withAddress } from '../past/told-from-traces.ts';
import { nameOf } from '../wording.ts';

const { ada, dan, hana } = people;
const laptop = { deviceId: 'laptop-1', displayName: 'LAPTOP-1', operatingSystem: 'Windows 11' };
const strange = { deviceId: 'strange-1', displayName: 'STRANGE-1', operatingSystem: 'Windows 11' };
const on = (days: number, deviceDetail: object, fields: object = {}) =>
  later(days * day, signIn(ada, { deviceDetail, ...fields }));

export default defineDetection({
  id: 'admin-new-device',
  title: 'Administrator on a device that was never seen',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'medium',
  categories: ['SignInLogs'],
  techniques: ['T1078.004', 'T1098.005'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Administrators work from a few devices that are known. Whoever has stolen the account brings another.',
  triage: [
    'Ask the person whether the device is theirs, and why they administer from it.',
    'If not: revoke the sessions, reset the password, check the methods and the devices that are registered.',
  ],
  falsePositives: [
    'A new computer or telephone.',
    'A browser that does not tell the id of the device: it is told once for each family of systems.',
  ],

  detect(event, context) {
    const { learningDays } = context.settings;
    const who = whoOf(event, context.watchlist);
    const snapshot = context.watchlist.account(event.account)?.snapshot?.known;
    const listed = (snapshot?.devices ?? []).map((id) => id.toLowerCase());
    return noveltiesIn(event, 'device', { learningDays, listed }, context).map(
      ({ habit, isNews, precedence }) => {
        const device = nameOf({ id: habit.value, name: habit.name });
        const where = habit.ip ? ` (${nameOf({ id: habit.ip, name: null })})` : '';
        return {
          key: [context.watchlist.idOf(who) ?? who.name, habit.value],
          precedence,
          ...(!isNews && { isWithdrawn: true as const }),
          title: `${nameOf(who)} on a new device: ${device}${where}`,
          summary: `${nameOf(who)} signed in on a device that the account was never seen with: ${device}${where}.`,
          subject: who,
          actor: withAddress(who, habit),
          matter: ['sign-in'],
          at: habit.at,
          recordIds: [habit.recordId],
          details: { device: habit.name, id: habit.value, ip: habit.ip },
        };
      },
    );
  },

  examples: () => [
    {
      name: 'after two weeks on another',
      records: [on(0, laptop), on(14, strange)],
      expect: 'medium',
    },
    {
      name: 'a system without a registered device',
      records: [on(0, laptop), on(20, { operatingSystem: 'Linux' })],
      expect: 'medium',
    },
    {
      name: 'one that the snapshot does not know',
      records: [later(0, signIn(hana, { deviceDetail: strange }))],
      expect: 'medium',
    },
    {
      name: 'one that the snapshot knows',
      records: [
        later(0, signIn(hana, { deviceDetail: { ...laptop, deviceId: known.devices[0] } })),
      ],
      expect: 'nothing',
    },
    {
      name: 'while the account is learnt about',
      records: [on(0, laptop), on(13, strange)],
      expect: 'nothing',
    },
    {
      name: 'while the account is learnt about, as long as the policy says',
      records: [on(0, laptop), on(13, strange)],
      settings: { learningDays: 13 },
      expect: 'medium',
    },
    { name: 'the first of all', records: [on(0, strange)], expect: 'nothing' },
    {
      name: 'seen before, in a record that comes late',
      records: [on(0, laptop), on(14.1, strange, { id: 'again' }), on(13.9, strange)],
      expect: 'nothing',
    },
    {
      name: 'a new browser of the same system',
      records: [
        on(0, { operatingSystem: 'Windows 10', browser: 'Edge 153' }),
        on(20, { operatingSystem: 'Windows 11', browser: 'Firefox 155' }),
      ],
      expect: 'nothing',
    },
    { name: 'none that is told', records: [on(0, laptop), on(20, {})], expect: 'nothing' },
    {
      name: 'a token renewed on it',
      records: [on(0, laptop), later(20 * day, refresh(ada, { deviceDetail: strange }))],
      expect: 'nothing',
    },
    {
      name: 'refused on it',
      records: [on(0, laptop), on(20, strange, { status: { errorCode: 50126 } })],
      expect: 'nothing',
    },
    {
      name: 'of another person',
      records: [on(0, laptop), on(20, strange, { userId: dan.id, userPrincipalName: dan.upn })],
      expect: 'nothing',
    },
  ],
});
