import { accountSubject } from '../../memory/subject.ts';
import type { TraceOf } from '../../memory/trace.ts';
import { dayOf, hourMs } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { refresh, signIn } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { refusedByPolicy } from '../rows/error-codes.ts';
import { fromWhere, nameOf } from '../wording.ts';

/** So many refused sign-ins within an hour are no forgotten enrolment any more. */
const spike = 5;

const blocked = (fields: object = {}) => ({ status: { errorCode: 53003 }, ...fields });
const atTen = { createdDateTime: '2026-11-20T00:10:00Z' };
/** Refused sign-ins, so many minutes apart. */
const several = (count: number, minutes: number, fields: object = {}, make = signIn) =>
  Array.from({ length: count }, (_, n) => {
    const createdDateTime = new Date(Date.UTC(2026, 10, 20, 0, n * minutes)).toISOString();
    return make(people.ada, blocked({ id: `sign-in-${n}`, createdDateTime, ...fields }));
  });

export default defineDetection({
  id: 'admin-ca-blocked',
  title: 'Administrator blocked by Conditional Access',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'medium',
  severityVaries: `High for ${spike} refused sign-ins within an hour; what a program renews by itself is not counted.`,
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/identity/conditional-access/troubleshoot-conditional-access',
  why: 'The password was right, and a policy stood in the way: somebody with the credentials came from a place, a device or a program that is not allowed.',
  triage: [
    'Ask the administrator whether it was them, and from which device.',
    'Not them: reset the password and revoke the sessions. The policy has held, the password has not.',
    'Look for a sign-in to another application soon after: a way around the policy.',
  ],
  falsePositives: ['A new device before it is enrolled; a phone or laptop away from the office.'],

  detect(event, { watchlist, past }) {
    const day = dayOf(event.at);
    const refusals = past
      .all('signIn', accountSubject(event.account, watchlist))
      .filter(({ errorCode, at }) => refusedByPolicy.has(errorCode) && dayOf(at) === day);
    // Only the sign-ins of administrators are remembered: unless this is one of them, there is no news.
    const own = refusals.find(({ id }) => id === event.id);
    if (!own) return;
    const [first = own] = refusals;
    const id = watchlist.idOf(event.account) ?? event.account.id;
    const name = watchlist.account(event.account)?.name ?? event.account.name;
    const who = { type: event.account.type, id, name };
    const { ip, country, city, point } = first;
    const where = fromWhere({ ip, place: { country, city, point } });
    const times = refusals.length > 1 ? ` ${refusals.length} times` : '';
    return {
      // A program that renews its tokens is refused all day: one finding.
      key: [id ?? name, day],
      precedence: String(refusals.length).padStart(6, '0'),
      gathered: {
        addresses: [event.ip],
        apps: [event.app.name ?? event.app.id],
        policies: event.refusedBy,
      },
      title: `Conditional Access blocked ${nameOf(who)}${times}${where}`,
      summary: `${nameOf(who)} was refused by Conditional Access or security defaults${times}${where}, first at ${nameOf({ id: null, name: first.app })}.`,
      severity: isSpike(refusals) ? 'high' : 'medium',
      subject: who,
      actor: { ...who, ip },
      roles: watchlist.rolesOf(event.account, first.at),
      matter: ['sign-in'],
      at: first.at,
      recordIds: refusals.map((refusal) => refusal.id),
    };
  },

  examples: () => [
    { name: 'one sign-in', records: [signIn(people.ada, blocked())], expect: 'medium' },
    ...[53000, 53001, 53002, 530035].map((errorCode) => ({
      name: `as error ${errorCode}`,
      records: [signIn(people.ada, blocked({ status: { errorCode } }))],
      expect: 'medium' as const,
    })),
    { name: 'a renewal', records: [refresh(people.ben, blocked())], expect: 'medium' },
    {
      name: 'five within the hour',
      records: several(5, 15),
      expect: 'high',
    },
    { name: 'five, the last one late', records: several(5, 16), expect: 'medium' },
    { name: 'four within the hour', records: several(4, 5), expect: 'medium' },
    {
      name: 'five rows of one sign-in',
      records: several(5, 1, { originalRequestId: 'request-1' }),
      expect: 'medium',
    },
    { name: 'five renewals', records: several(5, 5, {}, refresh), expect: 'medium' },
    {
      name: 'four, among other failures',
      records: [
        ...several(4, 5),
        signIn(people.ada, { ...atTen, id: 'typo', status: { errorCode: 50126 } }),
        signIn(people.ada, { ...atTen, id: 'success' }),
      ],
      expect: 'medium',
    },
    {
      name: 'five within the hour, the last one first',
      records: several(5, 15).toReversed(),
      expect: 'high',
    },
    {
      name: 'each day is a finding of its own',
      records: [
        signIn(people.ada, blocked({ createdDateTime: '2026-11-19T23:59:00Z' })),
        signIn(people.ada, blocked({ id: 'sign-in-2', ...atTen })),
      ],
      settings: { exclude: [{ account: people.ada.id, reason: 'moves', until: '2026-11-19' }] },
      expect: 'medium',
    },
    { name: 'let in', records: [signIn(people.ada)], expect: 'nothing' },
    {
      name: 'stopped for another reason',
      records: [signIn(people.ada, { status: { errorCode: 50074 } })],
      expect: 'nothing',
    },
    { name: 'not an administrator', records: [signIn(people.dan, blocked())], expect: 'nothing' },
  ],
});

function isSpike(refusals: readonly TraceOf<'signIn'>[]): boolean {
  const tried = refusals.filter(({ flow }) => flow === 'user');
  return tried.some(({ at: from }) => {
    const within = tried.filter(({ at }) => at >= from && at - from <= hourMs);
    return new Set(within.map(({ requestId }) => requestId)).size >= spike;
  });
}
