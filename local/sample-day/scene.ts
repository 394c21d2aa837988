import type { Severity } from '../../shared/severity.ts';
import { apps, lisbon } from './apps.ts';
import { admins, breakGlass } from './people.ts';
import { type Dice, type LogRecord, secondMs } from './records.ts';
import { signIn } from './sign-ins.ts';

/**
 * What people are to be told of: one incident, written down by hand. `detection` names it. Where
 * one record shows two sides of it, `also` has the other; of equally severe ones either may lead.
 */
export type ExpectedAlert = {
  detection: string;
  also?: readonly string[];
  /** As a card shows it: what the log calls them. */
  subject: string;
  severity: Severity;
};

/** Records of one envelope that belong together, and what people are to be told of them. */
export type Scene = {
  label: string;
  records: LogRecord[];
  expected: readonly ExpectedAlert[];
  /** Another record of this envelope was cut off by a relay on its way. */
  hasBrokenRecord?: true;
};

export type Stage = {
  dice: Dice;
  ago: (minutes: number) => number;
  /** Of the break-glass account. */
  session: string;
};

export const abroad = { ip: '203.0.113.77', place: lisbon };
/** Whoever signed in as him: the story of the first three scenes. */
export const tomasAbroad = { by: admins.tomas, ip: abroad.ip };

/** A record of the one use of a break-glass account: the sign-in, or a renewal of its session. */
export function breakGlassUse({ dice, ago, session }: Stage, minutes: number, isRefresh = true) {
  const at = ago(minutes);
  const device = { operatingSystem: 'Windows 11', browser: 'Edge 154.0.0', isManaged: false };
  const record = signIn(dice, {
    ...{ who: breakGlass[0], app: apps.portal, ip: '203.0.113.9', factors: 'passkey' },
    ...{ at, session, isRefresh, more: { deviceDetail: device } },
  });
  return atExport(record, at + 75 * secondMs);
}

/** The same record, but exported at a moment of our choosing. */
export const atExport = ({ fields }: LogRecord, exportedAt: number): LogRecord => ({
  exportedAt,
  fields: { ...fields, time: new Date(exportedAt).toISOString() },
});
