import type { Party } from '../../finding.ts';
import { accountKey, accountSubject } from '../../memory/subject.ts';
import type { RiskEvent, SignInEvent } from '../../read/event.ts';
import type { Severity } from '../../severity.ts';
import { isoOf } from '../../time.ts';
import type { Context, Match } from '../detection.ts';
import { listOf, nameOf } from '../wording.ts';

/** What a row says of one risk of an account. */
type Risk = {
  /** Which of its risks: that of the account as a whole, of a sign-in, or of something else detected. */
  what: string;
  state: string;
  level: string;
  types: readonly string[];
  ip: string | null;
  /** When it happened, and when it came to stand so, epoch milliseconds. */
  at: number;
  updatedAt: number;
  recordId: string;
  /** The word of Identity Protection itself counts more than that of a sign-in. */
  weight: '0' | '1';
};

/** What an open risk is worth; undefined: not worth telling. */
export type RiskSeverity = (risk: Pick<Risk, 'state' | 'level'>) => Severity | undefined;

export const atRisk = 'atrisk';
export const isConfirmed = (state: string) => state === 'confirmedcompromised';
const isOver = (state: string) => /^(remediated|dismissed|confirmedsafe|none)$/.test(state);

const wholeAccount = 'account';

/**
 * What to say of a risk: a finding, which later rows of the same risk take back. Where the risk of an
 * account as a whole is over, all that was seen of it by then is over too.
 */
export function riskMatches(
  event: RiskEvent | SignInEvent,
  severityOf: RiskSeverity,
  context: Context,
): Match[] {
  const risk = event.kind === 'risk' ? riskOf(event) : riskOfSignIn(event);
  const account = { ...event.account, name: nameIn(context, event.account) };
  const isGrave = ({ state, level }: Risk) =>
    severityOf({ state: isConfirmed(state) ? state : atRisk, level }) !== undefined;
  const known = knownRisks(account, context);
  // Whichever of the two rows comes last tells what the one does to the other.
  const ends = (one: Risk, other: Risk) =>
    one.what === wholeAccount && isOver(one.state) && one.at >= other.at && isGrave(other);
  const ended = known.filter((one) => one.what !== wholeAccount && ends(risk, one));
  const endings = risk.what === wholeAccount ? [] : known.filter((one) => ends(one, risk));
  return [
    ...ended.map(({ what }) => ({ what, from: risk })),
    ...endings.map((from) => ({ what: risk.what, from })),
    { what: risk.what, from: risk },
  ].flatMap(({ what, from }) => {
    const severity = severityOf(from);
    if (!severity && !isOver(from.state)) return [];
    const isOwn = from === risk && what === risk.what;
    return {
      ...tell(account, from),
      key: [accountKey(account, context.watchlist), what],
      ...(severity && { severity }),
      ...(isOver(from.state) && { isWithdrawn: true as const }),
      roles: context.watchlist.rolesOf(account, from.at),
      ...(!isOwn && { at: from.at, recordIds: [from.recordId] }),
    };
  });
}

function tell(account: Party, { types, level, state, ip, ...risk }: Risk) {
  const how = isConfirmed(state)
    ? 'confirmed as compromised'
    : `${nameOf({ id: null, name: level })} risk`;
  const kinds =
    types.length > 0 ? ` (${listOf(types.map((name) => nameOf({ id: null, name })))})` : '';
  return {
    title: `${nameOf(account)}: ${how}${kinds}`,
    summary: `Entra calls ${nameOf(account)}, or what was done with the account, risky: ${how}${kinds}.`,
    subject: account,
    actor: null,
    matter: ['risk'],
    precedence: `${risk.weight} ${isoOf(risk.updatedAt)} ${isOver(state) ? '1' : '0'}`,
    gathered: { types },
    details: { level, state, ip },
  } satisfies Partial<Match>;
}

const nameIn = ({ watchlist }: Context, account: Party) =>
  watchlist.account(account)?.name ?? account.name;

const riskOf = (event: RiskEvent): Risk => ({
  what: event.isState ? wholeAccount : (event.requestId ?? event.id),
  state: event.state,
  level: event.level,
  types: event.riskType ? [event.riskType] : [],
  ip: event.ip,
  at: event.at,
  updatedAt: event.updatedAt,
  recordId: event.id,
  weight: '1',
});

/** Identity Protection names the sign-in that it speaks of by the id of its record. */
const riskOfSignIn = (event: SignInEvent): Risk => ({
  what: event.id.toLowerCase(),
  state: event.risk.state,
  level: event.risk.level,
  types: event.risk.types,
  ip: event.ip,
  at: event.at,
  updatedAt: event.emittedAt ?? event.at,
  recordId: event.id,
  weight: '0',
});

/** As far as is remembered: of a sign-in, not how its risk stands. */
function knownRisks(account: Party, { past, watchlist }: Context): Risk[] {
  const subject = accountSubject(account, watchlist);
  const risks = past.all('risk', subject).map((trace): Risk => {
    const { state, level, ip, at, recordId, requestId, isState, type } = trace;
    const what = isState ? wholeAccount : (requestId ?? recordId);
    const types = type ? [type] : [];
    return { what, state, level, types, ip, at, updatedAt: at, recordId, weight: '1' };
  });
  const signIns = past.all('signIn', subject).map(({ id, riskLevel, ip, at }): Risk => {
    const what = id.toLowerCase();
    const known = { level: riskLevel, state: atRisk, types: [], ip, at, updatedAt: at };
    return { what, ...known, recordId: id, weight: '0' };
  });
  return [...risks, ...signIns];
}
