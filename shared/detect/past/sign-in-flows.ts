import type { SignInTrace } from '../../memory/trace.ts';

type Row = Pick<SignInTrace, 'at' | 'errorCode' | 'correlationId' | 'requestId'>;

/** The client chooses the correlation id and may use it again: an hour later it is another sign-in. */
const flowMs = 60 * 60_000;

/** What the rows of one sign-in have in common: interrupts, prompts, and how it ended. */
export const flowOf = ({ correlationId, requestId }: Row) => correlationId ?? requestId;

export const isOneFlow = (one: Row, other: Row) =>
  flowOf(one) === flowOf(other) && Math.abs(one.at - other.at) <= flowMs;

/** Whether the sign-in that a row interrupts went well in the end. */
export const isCompleted = (row: Row, rows: readonly Row[]) =>
  rows.some((other) => other.errorCode === 0 && other.at >= row.at && isOneFlow(row, other));
