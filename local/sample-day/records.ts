import { createHash } from 'node:crypto';
import { tenant } from './people.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** A record of the log, and when the export wrote it (epoch milliseconds). */
export type LogRecord = { exportedAt: number; fields: Fields };

export type Dice = {
  between(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  guid(): string;
};

/** Chances that fall the same way whenever the seed is the same. */
export function diceOf(seed: string): Dice {
  let rolls = 0;
  const roll = () => createHash('sha256').update(`${seed} ${rolls++}`).digest();
  const between = (from: number, to: number) =>
    from + Math.floor((roll().readUInt32BE() / 2 ** 32) * (to - from + 1));
  return {
    between,
    pick: <T>(list: readonly T[]) => list[between(0, list.length - 1)] as T,
    guid() {
      const hex = roll().toString('hex');
      const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
      return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
    },
  };
}

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;

/** The log export lags behind what happened by this much, on a good day. */
const exportLagMs = { least: 60 * secondMs, most: 170 * secondMs };

/** A time as the inner fields write it: seven digits of a second; four mean nothing here. */
export const eventTime = (at: number) =>
  `${new Date(at).toISOString().slice(0, 23)}${String(at % 9973).padStart(4, '0')}+00:00`;

export const utcTime = (at: number) => eventTime(at).replace('+00:00', 'Z');

type TimeStyle = (at: number) => string;

const iso = (at: number) => new Date(at).toISOString();
const plain: TimeStyle = (at) => utcTime(at);

/** `11/14/2025 1:48:53 AM`: risk records, and some regions. */
export function americanTime(at: number): string {
  const date = new Date(at);
  const hours = date.getUTCHours();
  const clock = [hours % 12 || 12, date.getUTCMinutes(), date.getUTCSeconds()]
    .map((part, index) => (index === 0 ? part : String(part).padStart(2, '0')))
    .join(':');
  const day = [date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCFullYear()].join('/');
  return `${day} ${clock} ${hours < 12 ? 'AM' : 'PM'}`;
}

/** The other ways in which `time` has been seen. They lose digits at most, never the second. */
const oddTimes: readonly TimeStyle[] = [
  (at) => `${iso(at).slice(0, 19)}Z`,
  (at) => `${iso(at).slice(0, 22)}Z`,
  (at) => `${iso(at).slice(0, 23)}000000Z`,
  (at) => `${iso(at).slice(0, 23)}0000`,
  (at) => `${iso(at + 2 * 60 * minuteMs).slice(0, 23)}0000+02:00`,
  (at) => iso(at).slice(0, 23).replace('T', ' '),
  (at) => iso(at).replace('T0', 'T'),
  americanTime,
];

export type EnvelopeFields = {
  category: string;
  operationName: string;
  at: number;
  properties: Fields;
  correlationId: string;
  /** Further fields beside `properties`. */
  more?: Fields;
  time?: TimeStyle;
};

/** What stands around the properties of every record of the directory's own logs. */
export function inEnvelope(
  dice: Dice,
  { category, operationName, at, properties, correlationId, more, time }: EnvelopeFields,
): LogRecord {
  const exportedAt = at + dice.between(exportLagMs.least, exportLagMs.most);
  const style = time ?? (dice.between(1, 12) === 1 ? dice.pick(oddTimes) : plain);
  return {
    exportedAt,
    fields: {
      time: style(exportedAt),
      resourceId: `/tenants/${tenant.id}/providers/Microsoft.aadiam`,
      operationName,
      operationVersion: '1.0',
      category,
      tenantId: tenant.id,
      resultSignature: 'None',
      durationMs: dice.pick([0, 0, 0, '0']),
      correlationId,
      Level: dice.pick([4, 4, 4, '4', 'Informational']),
      ...more,
      properties,
    },
  };
}
