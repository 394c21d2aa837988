import { accountSubject } from '../../memory/subject.ts';
import type { SignInTrace } from '../../memory/trace.ts';
import { networkOf } from '../../read/network-of.ts';
import { dayOf, minuteMs } from '../../time.ts';
import { defineDetection, type Match } from '../detection.ts';
import { attempt, byProgram, type Person, stoppedByPolicy, times } from '../examples/guesses.ts';
import { people } from '../examples/tenant.ts';
import { around } from '../past/bursts.ts';
import {
  firstFew,
  knowledgeOf,
  placeOf,
  roundedDown,
  whoOf,
  withAddress,
} from '../past/told-from-traces.ts';
import { refusedByPolicy } from '../rows/error-codes.ts';
import { listOf, nameOf } from '../wording.ts';

const portal = { appId: 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c', appDisplayName: 'Azure Portal' };
const compliant = { deviceDetail: { isCompliant: true } };
const refusals = (count: number, fields: object = {}, who: Person = people.ada, minutes = 1) =>
  times(count, (n) => attempt(who, stoppedByPolicy, n * minutes, { ...portal, ...fields }));
const elsewhere = (minute: number, fields: object = {}, who: Person = people.ada) =>
  attempt(who, 0, minute, fields);

export default defineDetection({
  id: 'ca-bypass-attempts',
  title: 'Refused by Conditional Access, then in by another application',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'medium',
  categories: ['SignInLogs'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-policies',
  why: 'Somebody with the credentials of an administrator tries one application after the other until one is not covered by the policies.',
  triage: [
    'Ask the administrator whether it was them, and why they were refused.',
    'Look at what the application that let them in gives access to.',
    'Close the gap: policies for administrators belong on all applications.',
  ],
  falsePositives: ['A private device that may open mail and not the tools of administrators.'],

  detect(event, { watchlist, past, settings }) {
    const rows = past
      .all('signIn', accountSubject(event.account, watchlist))
      .filter(({ flow, ip, app }) => flow === 'user' && ip !== null && app !== null);
    const own = rows.find(({ id }) => id === event.id);
    if (!own) return;
    const network = networkOf(own.ip ?? '');
    const here = rows.filter(({ ip }) => networkOf(ip ?? '') === network);
    const ways = here
      .filter(({ errorCode }) => errorCode === 0)
      .map((success) => ({
        success,
        refused: refusedBefore(success, here, settings.windowMinutes * minuteMs),
      }))
      .filter(({ refused }) => refused.length >= settings.refusals);
    // The first of each day: it comes last here, and stays.
    const firsts = new Map(ways.toReversed().map((way) => [dayOf(way.success.at), way]));
    const who = whoOf(event, watchlist);
    return [...firsts].map(([day, { success, refused }]): Match => {
      const many = roundedDown(refused.length, settings.refusals);
      const name = nameOf(who);
      const app = nameOf({ id: null, name: success.app });
      const apps = firstFew(refused.map((one) => one.app));
      const others = listOf(apps.map((one) => nameOf({ id: null, name: one })));
      return {
        key: [who.id ?? who.name, network, day],
        precedence: knowledgeOf(around(here, day)),
        title: `${name} refused by Conditional Access, then in by ${app}${placeOf(success)}`,
        summary: `${name} was refused ${many} or more times at ${others}, and then let in at ${app}${placeOf(success)}.`,
        subject: who,
        actor: withAddress(who, success),
        roles: watchlist.rolesOf(who, success.at),
        matter: ['sign-in'],
        at: success.at,
        recordIds: [success, ...refused].map(({ id }) => id),
        details: { app, refused: apps },
      };
    });
  },

  examples: () => [
    { name: 'three refusals, then in', records: [...refusals(3), elsewhere(5)], expect: 'medium' },
    {
      name: 'told the other way round',
      records: [elsewhere(5), ...refusals(3).toReversed()],
      expect: 'medium',
    },
    {
      name: 'in by more than one',
      records: [...refusals(3), elsewhere(5), elsewhere(6, { appDisplayName: 'Outlook' })],
      expect: 'medium',
    },
    {
      name: 'as the policy says',
      records: [...refusals(1), elsewhere(90)],
      settings: { refusals: 1, windowMinutes: 90 },
      expect: 'medium',
    },
    {
      name: 'after a sign-in elsewhere',
      records: [elsewhere(-30, { ipAddress: '203.0.113.200' }), ...refusals(3), elsewhere(5)],
      expect: 'medium',
    },
    {
      name: 'on a device that complies, and did not help at first',
      records: [...refusals(3, compliant), elsewhere(5, compliant)],
      expect: 'medium',
    },
    { name: 'two refusals', records: [...refusals(2), elsewhere(5)], expect: 'nothing' },
    {
      name: 'two refusals, told twice',
      records: [...refusals(2), ...refusals(2), elsewhere(5)],
      expect: 'nothing',
    },
    {
      name: 'two refusals, and one in the same moment',
      records: [...refusals(2), attempt(people.ada, stoppedByPolicy, 5, portal), elsewhere(5)],
      expect: 'nothing',
    },
    { name: 'refused and left', records: refusals(3), expect: 'nothing' },
    {
      name: 'in at the same one in the end',
      records: [...refusals(3), elsewhere(5, portal)],
      expect: 'nothing',
    },
    {
      name: 'in on another device, which complies',
      records: [...refusals(3), elsewhere(5, compliant)],
      expect: 'nothing',
    },
    { name: 'in before', records: [elsewhere(-1), ...refusals(3)], expect: 'nothing' },
    { name: 'in long after', records: [...refusals(3), elsewhere(61)], expect: 'nothing' },
    {
      name: 'in from elsewhere',
      records: [...refusals(3), elsewhere(5, { ipAddress: '203.0.113.200' })],
      expect: 'nothing',
    },
    {
      name: 'no address told',
      records: [...refusals(3, { ipAddress: '' }), elsewhere(5, { ipAddress: '' })],
      expect: 'nothing',
    },
    {
      name: 'no application told',
      records: [...refusals(3), elsewhere(5, { appId: '', appDisplayName: '' })],
      expect: 'nothing',
    },
    {
      name: 'a program is refused',
      records: [...refusals(3).map(byProgram), elsewhere(5)],
      expect: 'nothing',
    },
    {
      name: 'stopped for other reasons',
      records: [...refusals(3, { status: { errorCode: 50074 } }), elsewhere(5)],
      expect: 'nothing',
    },
    {
      name: 'not an administrator',
      records: [...refusals(3, {}, people.dan), elsewhere(5, {}, people.dan)],
      expect: 'nothing',
    },
  ],
});

/** What was refused at other applications before a success, soon enough and on no lesser device. */
const refusedBefore = (success: SignInTrace, rows: readonly SignInTrace[], windowMs: number) =>
  rows.filter(
    ({ errorCode, at, app, device }) =>
      refusedByPolicy.has(errorCode) &&
      at < success.at &&
      success.at - at <= windowMs &&
      app !== success.app &&
      (device.isCompliant === true || success.device.isCompliant !== true),
  );
