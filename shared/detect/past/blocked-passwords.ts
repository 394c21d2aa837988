import type { Party } from '../../finding.ts';
import { accountSubject } from '../../memory/subject.ts';
import type { SignInTrace } from '../../memory/trace.ts';
import type { SignInEvent } from '../../read/event.ts';
import { networkOf } from '../../read/network-of.ts';
import { dayOf } from '../../time.ts';
import type { Context } from '../detection.ts';
import { provesPassword } from '../rows/error-codes.ts';
import { familiarBefore, isUnfamiliar } from './familiarity.ts';
import { isCompleted, isOneFlow } from './sign-in-flows.ts';
import { countsOf, knowledgeOf } from './told-from-traces.ts';

/** Sign-ins from one network on one UTC day that only something behind the right password stopped. */
export type BlockedPassword = {
  network: string;
  day: string;
  /** From where the account was never seen, and without an end that went well. */
  rows: readonly SignInTrace[];
  precedence: string;
};

/**
 * The blocked sign-ins that a sign-in of a watched account may tell something new of: it is one of
 * them, it is how one of them ended, or it came before them and shows where the account is at home.
 *
 * @returns those without rows were some as far as was known before.
 */
export function blockedPasswords(event: SignInEvent, context: Context): BlockedPassword[] {
  const { watchlist, past } = context;
  if (!watchlist.isPrivileged(event.account, event.at)) return [];
  const signIns = past.all('signIn', accountSubject(event.account, watchlist));
  const own = signIns.find(({ id }) => id === event.id);
  const blocked = signIns.filter(isBlocked);
  // An earlier version of the row told of something else.
  const before = own?.isCorrected ? [...blocked, own] : blocked;
  const told = before.filter(
    (row) =>
      row === own ||
      (event.errorCode === 0 && (row.at > event.at || (own !== undefined && isOneFlow(row, own)))),
  );
  return [...new Set(told.map(placeAndDay))].flatMap((group) => {
    const isHere = (row: SignInTrace) => placeAndDay(row) === group;
    const here = blocked.filter(isHere);
    const rows = here.filter((row) => isOpen(row, signIns, event.account, context));
    const others = signIns.filter(({ id }) => id !== event.id);
    const wasOpen = (row: SignInTrace) => isOpen(row, others, event.account, context, event.id);
    if (rows.length === 0 && !before.filter(isHere).some(wasOpen)) return [];
    const [network = '', day = ''] = group.split(' ');
    const known = signIns.filter((one) => isHere(one) || here.some((row) => isOneFlow(row, one)));
    // What is explained stays so: of equal knowledge the answer that explains more is the later.
    const explained = countsOf(here.length - rows.length);
    return { network, day, rows, precedence: `${knowledgeOf(known)} ${explained}` };
  });
}

const placeAndDay = ({ ip, at }: SignInTrace) => `${networkOf(ip ?? '')} ${dayOf(at)}`;

const isBlocked = ({ errorCode, firstFactor }: SignInTrace) =>
  provesPassword.has(errorCode) && firstFactor !== 'other';

const isOpen = (
  row: SignInTrace,
  signIns: readonly SignInTrace[],
  account: Party,
  context: Context,
  without?: string,
) =>
  !isCompleted(row, signIns) &&
  isUnfamiliar(row, familiarBefore(account, row.at, context, without));
