import type { Fields, LogRecord } from './records.ts';

/** One message of the Event Hub. */
export type Envelope = { label: string; body: Buffer };

/**
 * How a body may be written. Diagnostic settings write `records`; the others come from relays, from
 * copies of the log, and from senders that mean well.
 */
const spellings = {
  records: (all) => JSON.stringify({ records: all }),
  lines: (all) => all.map((one) => JSON.stringify(one)).join('\n'),
  list: (all) => JSON.stringify(all),
  'text in text': (all) => JSON.stringify(JSON.stringify({ records: all })),
  'capital keys': (all) => JSON.stringify(capitalKeys({ records: all })),
  'properties as text': (all) => JSON.stringify({ records: all.map(propertiesAsText) }),
  'some without time': (all) =>
    JSON.stringify({
      records: all.map((one, index) => (index % 3 === 1 ? withoutTime(one) : one)),
    }),
  'byte order mark': (all) => `\ufeff${JSON.stringify({ records: all })}`,
} satisfies Record<string, (all: readonly Fields[]) => string>;
export type Spelling = keyof typeof spellings;

export const oddSpellings = Object.keys(spellings).slice(1) as Spelling[];

export const envelopeOf = (
  label: string,
  records: readonly LogRecord[],
  spelling: Spelling = 'records',
): Envelope => ({
  label: spelling === 'records' ? label : `${label}, as ${spelling}`,
  body: Buffer.from(spellings[spelling](records.map(({ fields }) => fields))),
});

/** A record that came without an envelope. */
export const bareRecord = (label: string, { fields }: LogRecord): Envelope => ({
  label,
  body: Buffer.from(JSON.stringify(fields)),
});

/** An envelope in whose middle a relay cut one record off, within a text. The others are whole. */
export function envelopeWithBroken(
  label: string,
  records: readonly LogRecord[],
  broken: LogRecord,
): Envelope {
  const whole = records.map(({ fields }) => JSON.stringify(fields));
  const text = JSON.stringify(broken.fields);
  const cut = text.slice(0, text.indexOf('"userPrincipalName"') + 25);
  whole.splice(Math.floor(whole.length / 2), 0, cut);
  return { label, body: Buffer.from(`{"records":[${whole.join(',')}]}`) };
}

/** The inner fields tell it too, but for Azure's own log, which has no other time. */
const withoutTime = ({ time, ...rest }: Fields): Fields =>
  rest.category === 'Administrative' ? { time, ...rest } : rest;

const propertiesAsText = (fields: Fields) => ({
  ...fields,
  properties: JSON.stringify(fields.properties),
});

/** `activityDateTime` as `ActivityDateTime`, all the way down. Keys that are claims stay. */
function capitalKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    /^[a-z]\w*$/.test(key) ? key.charAt(0).toUpperCase() + key.slice(1) : key,
    capitalKeys(inner),
  ]);
  return Object.fromEntries(entries);
}
