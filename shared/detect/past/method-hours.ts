import type { Actor, Party } from '../../finding.ts';
import { accountKey, accountSubject } from '../../memory/subject.ts';
import type { ChangeTrace } from '../../memory/trace.ts';
import type { AuditEvent, SignInEvent } from '../../read/event.ts';
import { networkOf } from '../../read/network-of.ts';
import { dayMs, isoOf } from '../../time.ts';
import type { Context } from '../detection.ts';
import { type MethodChange, methodChange } from '../rows/method-changes.ts';
import { doerOf, receiverOf } from './change-history.ts';
import { type PlaceUse, placeUse } from './usual-places.ts';

export type MethodTrace = ChangeTrace & {
  method: NonNullable<ChangeTrace['method']>;
  place: PlaceUse;
};

/**
 * What one hand changed of the methods of one account within an hour: one registration is several
 * rows, of several services, that have no id in common.
 */
export type MethodHour = {
  account: Party;
  isOwn: boolean;
  actor: Actor;
  /** Of the effect that was asked for. */
  changes: readonly MethodTrace[];
  /** All that is remembered of the account's methods, in the order of the events. */
  all: readonly MethodTrace[];
  /** What its finding is told by. */
  key: readonly (string | null)[];
  at: number;
  recordIds: readonly string[];
};

/**
 * The hours that an event may tell something new about: a change of methods any of the account's, a
 * sign-in those in which a method was changed from the same network that day.
 */
export function methodHours(
  event: AuditEvent | SignInEvent,
  effect: MethodChange['effect'],
  context: Context,
): MethodHour[] {
  const { watchlist } = context;
  const account = event.kind === 'signIn' ? event.account : methodChange(event, watchlist)?.account;
  if (!account) return [];
  const all = methodTraces(account, context);
  const changes = all.filter(({ method }) => method.effect === effect);
  const touched = new Set(changes.filter((change) => mayTellOf(event, change)).map(hourOf));
  return [...Map.groupBy(changes, hourOf)]
    .filter(([hour]) => touched.has(hour))
    .map(([hour, some]) => {
      const first = some[0] as MethodTrace;
      const { isOwn } = first.method;
      return {
        account: receiverOf(first),
        isOwn,
        actor: doerOf(first),
        changes: some,
        all,
        key: [accountKey(account, watchlist), hour],
        at: first.at,
        recordIds: some.map(({ recordId }) => recordId),
      };
    });
}

/** More for each thing that is known of it, so that the fullest answer wins. */
const weights: Record<PlaceUse, number> = { unknown: 1, new: 2, usual: 3 };
export const knowledgeOf = (changes: readonly MethodTrace[]) =>
  changes.reduce((sum, { place }) => sum + weights[place], 0);

function methodTraces(account: Party, context: Context): MethodTrace[] {
  const key = accountKey(account, context.watchlist);
  return context.past.all('change', accountSubject(account, context.watchlist)).flatMap((change) =>
    // What administrators did to others lies with them too.
    change.method && change.of === key
      ? [
          {
            ...change,
            method: change.method,
            place: placeUse(change.ip, change.at, account, context),
          },
        ]
      : [],
  );
}

const hourOf = ({ method, by, at }: MethodTrace) =>
  `${method.isOwn ? 'own' : by} ${isoOf(at).slice(0, 13)}`;

function mayTellOf(event: AuditEvent | SignInEvent, { at, ip }: MethodTrace): boolean {
  if (event.kind === 'audit') return true;
  const isThere = event.ip !== null && networkOf(event.ip) === (ip && networkOf(ip));
  return isThere && Math.abs(event.at - at) <= dayMs;
}
