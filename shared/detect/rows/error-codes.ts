/**
 * What Entra's sign-in error codes mean for a watch.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */

/** The password was wrong, or right and too old, or Entra's lock-out took the attempt for a guess. */
export const refusedPassword: ReadonlySet<number> = new Set([
  50053, 50055, 50056, 50064, 50126, 50144,
]);

/** Locked out for too many failures, or refused for a malicious address. */
export const lockedOut = 50053;
export const accountDisabled = 50057;

/** The password was right and something else stopped the sign-in: no token was issued. */
export const stoppedAfterPassword: ReadonlySet<number> = new Set([
  ...[50074, 50076, 50078, 50072, 50079, 500121, 50158, 53000, 53001, 53002, 53003, 53004, 53011],
  ...[530035, 50131, 50097, 50155, 50129, 50105, 50125, 50135, 50132, 50133, 50173],
]);

/** The same, without sessions that were ended: those show a token, which needs no password. */
export const provesPassword: ReadonlySet<number> = new Set(
  [...stoppedAfterPassword].filter((code) => ![50132, 50133, 50173].includes(code)),
);

/** Conditional Access or security defaults refused. */
export const refusedByPolicy: ReadonlySet<number> = new Set([53000, 53001, 53002, 53003, 530035]);

/** A second factor was asked for and never given. */
export const secondFactorMissing: ReadonlySet<number> = new Set([
  50074, 50076, 50078, 50158, 500121,
]);
export const secondFactorFailed = 500121;
