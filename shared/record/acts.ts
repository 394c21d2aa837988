import { cleanLine } from '../clean-text.ts';
import { breakGlassIncident } from '../detect/found.ts';
import { breakGlassAccount, changesNothing } from '../detect/rows/break-glass.ts';
import { listOf, nameOf } from '../detect/wording.ts';
import { derivedId, type Party } from '../finding.ts';
import type { ActivityEvent, AuditEvent, LogEvent, RiskEvent, SignInEvent } from '../read/event.ts';
import type { Act } from '../respond/journal.ts';
import { isoOf } from '../time.ts';
import type { Watchlist } from '../watch/watchlist.ts';

/** What was done, before it is known in whose incident it is kept. */
type Deed = Pick<Act, 'kind' | 'what' | 'isSuccess' | 'isOwn' | 'isRenewal'> & {
  account: Party;
  ip: string | null;
};

const longestWhat = 300;

/**
 * What an event tells of break-glass accounts: what one did, tried, or had done to it. Each account has
 * its own act, for the one incident that an account has.
 */
export function actsOf(event: LogEvent, watchlist: Watchlist): Act[] {
  const deeds = new Map<string, Deed>();
  for (const deed of deedsOf(event, watchlist)) {
    const incident = breakGlassIncident(event.tenantId, deed.account, watchlist);
    // What it did to itself is its own act, and told once.
    if (!deeds.has(incident)) deeds.set(incident, deed);
  }
  return [...deeds].map(([incident, { account: _, ip, what, ...deed }]) => {
    const line = cleanLine(what, longestWhat);
    const at = isoOf(event.at);
    return {
      // Of more than the record's id: Entra writes a row again under its id when a sign-in went on.
      id: derivedId('act', incident, event.id, at, line, String(deed.isSuccess)),
      incident,
      at,
      ...deed,
      what: line,
      ip: ip && cleanLine(ip, 64),
      record: null,
    };
  });
}

function deedsOf(event: LogEvent, watchlist: Watchlist): Deed[] {
  switch (event.kind) {
    case 'signIn':
      return signIn(event, watchlist);
    case 'audit':
      return changesNothing(event) ? [] : change(event, watchlist);
    case 'activity':
      return activity(event, watchlist);
    case 'risk':
      return risk(event, watchlist);
  }
}

function signIn(event: SignInEvent, watchlist: Watchlist): Deed[] {
  const account = breakGlassAccount(event, { watchlist });
  if (!account) return [];
  const isRenewal = event.flow === 'refresh';
  const isSuccess = event.errorCode === 0;
  const where = nameOf({ id: event.app.id ?? 'an application', name: event.app.name });
  const did = isRenewal ? `renewed a token for ${where}` : `signed in to ${where}`;
  const tried = `${isRenewal ? 'was refused a token for' : 'was refused at'} ${where}`;
  const why = [event.failureReason, `error ${event.errorCode}`].filter(Boolean).join(', ');
  const what = isSuccess ? did : `${tried}: ${why}`;
  return [{ kind: 'signIn', account, what, isSuccess, isOwn: true, isRenewal, ip: event.ip }];
}

function change(event: AuditEvent, watchlist: Watchlist): Deed[] {
  const { actor, activity: did, targets } = event;
  const told = { kind: 'audit', isSuccess: event.result === 'success', isRenewal: false } as const;
  const ip = actor?.ip ?? null;
  const glass = (party: Party | null) => watchlist.isBreakGlass(party);
  const about = listOf(targets.map(({ party }) => nameOf(party)));
  const own: Deed[] =
    actor && glass(actor)
      ? [{ ...told, account: actor, what: about ? `${did}: ${about}` : did, isOwn: true, ip }]
      : [];
  const suffered = targets.flatMap(({ party }): Deed[] => {
    if (!glass(party)) return [];
    return [{ ...told, account: party, what: `${did}, by ${nameOf(actor)}`, isOwn: false, ip }];
  });
  return [...own, ...suffered];
}

function activity(event: ActivityEvent, watchlist: Watchlist): Deed[] {
  const { actor, result } = event;
  if (!actor || !watchlist.isBreakGlass(actor)) return [];
  const what = `${event.activity || event.operation}${event.scope ? ` at ${event.scope}` : ''}`;
  return [
    {
      kind: 'activity',
      account: actor,
      what: result === 'started' ? `${what} (begun)` : what,
      isSuccess: result !== 'failure',
      isOwn: true,
      isRenewal: false,
      ip: actor.ip,
    },
  ];
}

function risk(event: RiskEvent, watchlist: Watchlist): Deed[] {
  const { account, level, state, riskType, ip } = event;
  if (!watchlist.isBreakGlass(account)) return [];
  const what = `Microsoft's risk: ${[riskType, `level ${level}`, `state ${state}`].filter(Boolean).join(', ')}`;
  return [{ kind: 'risk', account, what, isSuccess: true, isOwn: false, isRenewal: false, ip }];
}
