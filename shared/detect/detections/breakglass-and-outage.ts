import type { Party } from '../../finding.ts';
import type { SuccessTrace } from '../../memory/trace.ts';
import { dayOf, hourMs } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { later } from '../examples/history.ts';
import { refresh, signIn } from '../examples/records.ts';
import { exampleTenant, people } from '../examples/tenant.ts';
import { presencesOf } from '../notes/sign-ins.ts';
import { earliness } from '../past/novelty.ts';
import { nameOf } from '../wording.ts';

const nearMs = hourMs;
const { ada, ben, dan, fay, glass, hana } = people;
const uses = (minute = 0, fields: object = {}) => later(minute, signIn(glass, { ...fields }));
const works = (minute: number, who: { id: string; upn: string } = ada, fields: object = {}) =>
  later(minute, signIn(who, { ...fields }));

export default defineDetection({
  id: 'breakglass-and-outage',
  title: 'Break-glass account used while nobody was locked out',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'critical',
  categories: ['SignInLogs'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access',
  why: 'The account is for the hour in which no administrator can sign in. In this hour others could: it was no emergency.',
  triage: [
    'Call the custodians of the account. A drill? Then somebody announced it.',
    'Nobody knows of it: revoke its sessions, replace its credential, look at everything it did.',
  ],
  falsePositives: ['A drill.', 'An outage that struck some administrators and left others alone.'],

  detect(event, context) {
    const { watchlist } = context;
    const present = presencesOf(event, context);
    const isGlass = (one: SuccessTrace) => watchlist.isBreakGlass(whoOf(one));
    // An executive is watched too, and gets in whatever keeps the administrators out.
    const isAdministrator = (one: SuccessTrace) => watchlist.rolesOf(whoOf(one), one.at).length > 0;
    const now = { at: event.at, lastAt: event.at };
    // Those of the days before have been told.
    const uses = present.filter(isGlass).filter((use) => areNear(use, now));
    return uses.flatMap((use) => {
      const [other] = present.filter(
        (one) => !isGlass(one) && isAdministrator(one) && areNear(use, one),
      );
      if (!other) return [];
      const glass = { ...whoOf(use), name: watchlist.account(whoOf(use))?.name ?? use.name };
      const name = nameOf(whoOf(other));
      return {
        // Of a day the first use is told, with the first who could sign in: more of either is no news.
        key: [use.account, dayOf(use.at)],
        precedence: [use, other].map(({ at }) => earliness(at)).join(' '),
        title: `Break-glass USED: ${nameOf(glass)}${use.from ?? ''}, though ${name} could sign in`,
        summary: `The break-glass account ${nameOf(glass)} signed in${use.from ?? ''} within an hour of ${name}, who did so as on any day.`,
        subject: glass,
        actor: { ...glass, ip: null },
        matter: ['break-glass'],
        at: use.at,
        recordIds: [use.recordId, other.recordId],
        details: { other: name },
      } as const;
    });
  },

  examples: () => [
    {
      name: 'another administrator signed in shortly before',
      records: [works(0), uses(30)],
      expect: 'critical',
    },
    {
      name: 'another administrator signed in shortly after',
      records: [uses(0), works(60)],
      expect: 'critical',
    },
    {
      name: 'used twice on a day, seen by two',
      records: [works(-70, ben), uses(-60), works(5), uses(10)],
      expect: 'critical',
    },
    {
      name: 'an administrator who kept signing in all the hour',
      records: [works(5), works(55, ada, { id: 'again' }), uses(110)],
      expect: 'critical',
    },
    { name: 'nobody else signed in', records: [uses(0)], expect: 'nothing' },
    { name: 'others signed in hours before', records: [works(-61), uses(0)], expect: 'nothing' },
    { name: 'others signed in hours after', records: [uses(0), works(61)], expect: 'nothing' },
    {
      name: 'both break-glass accounts were used',
      records: [uses(0), works(10)],
      tenant: {
        accounts: { ...exampleTenant.accounts, emergency: [people.glass.id, people.ada.id] },
      },
      expect: 'nothing',
    },
    {
      name: 'others failed to sign in',
      records: [uses(0), works(10, ada, { status: { errorCode: 50053 } })],
      expect: 'nothing',
    },
    {
      name: 'somebody without a role signed in',
      records: [uses(0), works(10, dan)],
      expect: 'nothing',
    },
    {
      name: 'an executive signed in',
      records: [uses(0), works(10, fay)],
      expect: 'nothing',
    },
    {
      name: 'tokens of others were renewed',
      records: [uses(0), later(10, refresh(ada))],
      expect: 'nothing',
    },
    {
      name: 'the break-glass account failed to sign in',
      records: [uses(0, { status: { errorCode: 50126 } }), works(10)],
      expect: 'nothing',
    },
    { name: 'others signed in', records: [works(0), works(10, hana)], expect: 'nothing' },
  ],
});

const whoOf = ({ account, name }: SuccessTrace): Party => ({ type: 'user', id: account, name });

type Span = Pick<SuccessTrace, 'at' | 'lastAt'>;
const areNear = (a: Span, b: Span) => Math.max(a.at - b.lastAt, b.at - a.lastAt) <= nearMs;
