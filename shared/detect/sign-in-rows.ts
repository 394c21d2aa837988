import type { SignInEvent } from '../read/event.ts';
import { isoOf } from '../time.ts';
import type { Match } from './detection.ts';

/**
 * What makes the rows of one sign-in one finding. Entra writes several while it goes on, and the row
 * that was written last is right: it may take back what an earlier one said.
 *
 * The correlation id is chosen by the client and may be used again, so the request's own id decides.
 */
export const rowOfSignIn = (event: SignInEvent, isWithdrawn: boolean) =>
  ({
    key: [event.account.id ?? event.account.name, event.requestId],
    // Of rows written in one moment, or without an envelope, the one that tells more steps is the later.
    precedence: `${isoOf(event.emittedAt ?? event.at)} ${String(event.steps.length).padStart(4, '0')}`,
    subject: event.account,
    matter: ['sign-in'],
    ...(isWithdrawn && { isWithdrawn: true as const }),
  }) satisfies Partial<Match>;
