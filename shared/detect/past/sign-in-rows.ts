import { accountSubject } from '../../memory/subject.ts';
import type { SignInEvent } from '../../read/event.ts';
import { isoOf } from '../../time.ts';
import type { Context, Match } from '../detection.ts';
import { mfaUse } from '../rows/mfa.ts';
import { countsOf } from './told-from-traces.ts';

/**
 * What a row says of a sign-in without MFA: that it was one, or that it was none after all. Rows that
 * take nothing back say nothing, as nearly all do.
 */
export function withoutMfa(event: SignInEvent, { past, watchlist }: Context) {
  const mfa = mfaUse(event);
  const rows = past
    .all('signIn', accountSubject(event.account, watchlist))
    .filter(({ requestId }) => requestId === event.requestId);
  if (mfa === 'no') {
    const writtenAt = event.emittedAt ?? event.at;
    const isTakenBack = rows.some((row) => row.mfa === 'yes' && row.emittedAt >= writtenAt);
    return isTakenBack ? undefined : rowOfSignIn(event, false);
  }
  const wasTold = rows.some((row) => row.mfa === 'no' || row.isCorrected);
  return mfa === 'yes' && wasTold ? rowOfSignIn(event, true) : undefined;
}

/**
 * What makes the rows of one sign-in one finding. Entra writes several while it goes on, and the row
 * that was written last is right: it may take back what an earlier one said.
 *
 * The correlation id is chosen by the client and may be used again, so the request's own id decides.
 */
const rowOfSignIn = (event: SignInEvent, isWithdrawn: boolean) =>
  ({
    key: [event.account.id ?? event.account.name, event.requestId],
    // Of rows written in one moment, or without an envelope, the one that tells more steps is the later.
    precedence: `${isoOf(event.emittedAt ?? event.at)} ${countsOf(event.steps.length)}`,
    subject: event.account,
    matter: ['sign-in'],
    ...(isWithdrawn && { isWithdrawn: true as const }),
  }) satisfies Partial<Match>;
