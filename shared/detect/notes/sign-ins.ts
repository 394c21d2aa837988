import type { Note } from '../../memory/memories.ts';
import type { Past } from '../../memory/past.ts';
import { accountKey, accountSubject, presenceSubject } from '../../memory/subject.ts';
import type { HabitTrace, SignInTrace, SuccessTrace } from '../../memory/trace.ts';
import type { TenantPolicy } from '../../policy.ts';
import type { SignInEvent } from '../../read/event.ts';
import { networkOf } from '../../read/network-of.ts';
import { fold } from '../../read/raw.ts';
import { dayMs, dayOf, hourMs, startOfDay } from '../../time.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { adminAppOf } from '../rows/admin-apps.ts';
import { refusedPassword, stoppedAfterPassword } from '../rows/error-codes.ts';
import { firstFactor } from '../rows/first-factor.ts';
import { mfaUse } from '../rows/mfa.ts';
import { isKnownPlace } from '../rows/places.ts';
import { fromWhere } from '../wording.ts';

/** What the sign-ins of watched accounts leave: each row of a person's own, and habits of the successes. */
export function signInNotes(
  event: SignInEvent,
  watchlist: Watchlist,
  tenant: TenantPolicy,
): Note[] {
  const subject = accountSubject(event.account, watchlist);
  const isKnown = isKnownPlace(event, tenant);
  if (!watchlist.isPrivileged(event.account, event.at)) {
    return opensTool(event) ? [{ subject, trace: signInTrace(event, isKnown) }] : [];
  }
  const notes: Note[] = [];
  if (isOwnSignIn(event)) notes.push({ subject, trace: signInTrace(event, isKnown) });
  if (event.errorCode !== 0) return notes;
  if (event.flow === 'refresh') notes.push({ subject, trace: sightingTrace(event, isKnown) });
  for (const trace of habitsOf(event, isKnown)) notes.push({ subject, trace });
  if (isPresence(event, watchlist)) notes.push(presence(event, watchlist));
  return notes;
}

/** Anybody who opens the tools of administrators: a later row may take back what an earlier one told. */
const opensTool = (event: SignInEvent) =>
  event.flow === 'user' && event.errorCode === 0 && adminAppOf(event) !== undefined;

/** Not the silent renewals that went well: a program makes them by itself, all day. */
const isOwnSignIn = (event: SignInEvent) =>
  event.flow === 'user' ||
  (event.flow === 'refresh' && (isFailure(event) || firstFactor(event) === 'password'));

const isFailure = ({ errorCode }: SignInEvent) =>
  refusedPassword.has(errorCode) || stoppedAfterPassword.has(errorCode);

function signInTrace(event: SignInEvent, isKnown: boolean): SignInTrace {
  const { id: deviceId, name, os, browser, isCompliant, isManaged } = event.device;
  return {
    kind: 'signIn',
    id: event.id,
    at: event.at,
    emittedAt: event.emittedAt ?? event.at,
    errorCode: event.errorCode,
    flow: event.flow,
    requestId: event.requestId,
    correlationId: event.correlationId,
    sessionId: event.sessionId,
    ip: event.ip,
    asn: event.asn,
    country: event.place.country,
    city: event.place.city,
    point: event.place.point,
    isKnownPlace: isKnown,
    device: { id: deviceId, name, os, browser, isCompliant, isManaged },
    app: event.app.name ?? event.app.id,
    client: event.clientApp,
    mfa: mfaUse(event),
    firstFactor: firstFactor(event),
    said: saidOf(event),
    riskLevel: event.risk.level,
  };
}

/** The status may say only what may have been, while a step says what was: so all of it, once each. */
function saidOf({ statusDetail, steps, failureReason }: SignInEvent): string | null {
  const words = [statusDetail, ...steps.map(({ result }) => result)].filter(Boolean);
  const said = words.length > 0 ? words : [failureReason];
  return [...new Set(said.map((text) => fold(text ?? '')))].join('; ').slice(0, 300) || null;
}

const sightingTrace = (event: SignInEvent, isKnown: boolean) => ({
  kind: 'sighting' as const,
  id: [event.sessionId, event.ip && networkOf(event.ip), dayOf(event.at)].join(' '),
  at: event.at,
  sessionId: event.sessionId,
  ip: event.ip,
  asn: event.asn,
  country: event.place.country,
  point: event.place.point,
  isKnownPlace: isKnown,
  recordId: event.id,
});

/** From the office everybody looks alike: only the country and the device tell something then. */
function habitsOf(event: SignInEvent, isKnown: boolean): HabitTrace[] {
  const { ip, asn, place, device, credentialId, flow } = event;
  const names: [HabitTrace['what'], string | null | undefined][] = [
    ['country', place.country],
    ['asn', isKnown ? null : asn === null ? null : String(asn)],
    ['network', isKnown || flow !== 'workload' ? null : ip && networkOf(ip)],
    ['device', flow === 'user' ? deviceName(device) : null],
    ['credential', credentialId],
  ];
  return names.flatMap(([what, value]) =>
    value
      ? {
          kind: 'habit',
          id: `${what} ${value}`,
          at: event.at,
          // To the day: the trace changes once a day, however often it is seen.
          lastAt: startOfDay(event.at) + dayMs - 1,
          what,
          value,
          recordId: event.id,
          ip,
          isKnownPlace: isKnown,
          name: what === 'device' ? device.name : null,
        }
      : [],
  );
}

/** A registered device is told by its id; any other by the family of its system, since browsers change weekly. */
export function deviceName({ id, os }: SignInEvent['device']): string | null {
  if (id) return id;
  const family = /^[a-z]+( phone)?/i.exec(os?.trim() ?? '')?.[0].toLowerCase();
  return family ? `unregistered ${family}` : null;
}

/** That an administrator could sign in, by the hour: to tell a lock-out of all from a use of break-glass. */
const isPresence = (event: SignInEvent, watchlist: Watchlist) =>
  event.flow === 'user' && event.errorCode === 0 && watchlist.isPrivileged(event.account, event.at);

/** Who of the watched accounts could sign in, as far as this sign-in is one of theirs. */
export const presencesOf = (
  event: SignInEvent,
  { past, watchlist }: { past: Past; watchlist: Watchlist },
): readonly SuccessTrace[] =>
  isPresence(event, watchlist) ? past.all('success', presenceSubject) : [];

const presence = (event: SignInEvent, watchlist: Watchlist): Note => {
  const account = accountKey(event.account, watchlist);
  return {
    subject: presenceSubject,
    trace: {
      kind: 'success',
      id: `${account} ${Math.floor(event.at / hourMs)}`,
      at: event.at,
      lastAt: event.at,
      account,
      name: event.account.name,
      isWatched: true,
      errorCode: 0,
      mayBeGuessed: false,
      recordId: event.id,
      from: fromWhere(event),
    },
  };
};
