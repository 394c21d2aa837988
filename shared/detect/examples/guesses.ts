import { isoOf } from '../../time.ts';
import { approvedPrompt, type ExampleRecords, password, signIn } from './records.ts';

// Sign-ins of an attack, and of people who have a bad day.

export type Person = { id: string; upn: string };

const noon = Date.parse('2026-11-20T12:00:00Z');
const noSteps = new Set([50053, 50055, 50056, 50057, 50126, 50144]);

/** Addresses of nobody that the tenant knows. */
export const stranger = '203.0.113.9';
export const strangers = (n: number) => `203.0.113.${n + 1}`;

export const wrongPassword = 50126;
export const stoppedByMfa = 50074;
export const failedPrompt = 500121;
export const stoppedByPolicy = 53003;

/** An attempt to sign in, so many minutes after noon; each has an id of its own. */
export function attempt(who: Person, errorCode: number, minute: number, fields: object = {}) {
  const id = `${who.upn} ${errorCode} ${minute}`;
  const at = noon + minute * 60_000;
  return signIn(
    who,
    {
      id,
      correlationId: `flow of ${id}`,
      createdDateTime: isoOf(at),
      ipAddress: stranger,
      status: { errorCode },
      authenticationDetails: noSteps.has(errorCode) ? [] : [password],
      ...fields,
    },
    { time: isoOf(at + 60_000) },
  );
}

/** The same, and in with a prompt that was approved. */
export const prompted = (who: Person, minute: number, fields: object = {}) =>
  attempt(who, 0, minute, { authenticationDetails: [password, approvedPrompt], ...fields });

/** Without anybody at the keyboard. */
export const byProgram = (record: object) => ({
  ...record,
  category: 'NonInteractiveUserSignInLogs',
});

export const times = (count: number, make: (n: number) => ExampleRecords[number]): ExampleRecords =>
  Array.from({ length: count }, (_, n) => make(n));

/** People without any role, as many as are needed. */
export const somebody = (n: number): Person => ({
  id: `00000000-0000-4000-8000-${String(1_000 + n).padStart(12, '0')}`,
  upn: `somebody-${n}@example.com`,
});
