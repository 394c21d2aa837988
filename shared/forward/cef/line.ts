import { cutUnits } from '../draft.ts';
import { product } from '../siem-format.ts';
import { maxSyslogHeader } from '../syslog.ts';

export type CefHeader = readonly [
  vendor: string,
  product: string,
  version: string,
  ruleId: string,
  name: string,
  severity: string,
];
export type CefFields = readonly (readonly [key: string, value: string])[];

/** The backslash and the pipe; a line break would end the line. */
export const cefHeader = (text: string) =>
  text.replace(/[\\|]/g, '\\$&').replace(/\r\n|\r|\n/g, ' ');

/** The backslash and the equals sign, which would begin a field of its own. Pipes stay. */
export const cefValue = (text: string) =>
  text
    .replace(/[\\=]/g, '\\$&')
    .replace(/\r\n|\n/g, '\\n')
    .replace(/\r/g, '\\r');

export const cefLine = (header: CefHeader, extension: CefFields) =>
  `CEF:0|${header.map(cefHeader).join('|')}|${extension.map(pairOf).join(' ')}`;

const pairOf = ([key, value]: CefFields[number]) => `${key}=${cefValue(value)}`;

/** Syslog receivers should take messages of 8192 octets, with the header before this line. */
export const maxCefBytes = 8192 - maxSyslogHeader;

const severities = {
  informational: '1',
  low: '3',
  medium: '5',
  high: '8',
  critical: '10',
} as const;

// Shorter than CEF allows, so that a line is full of text only if somebody meant it to be.
const maxName = 255;
const maxMessage = 1023;

export const headerOf = (
  id: string,
  name: string,
  severity: keyof typeof severities,
): CefHeader => [
  product.vendor_name,
  product.name,
  product.version,
  cutUnits(id, maxName),
  cutUnits(name, maxName),
  severities[severity],
];

/** A field; none without a value. */
export const one = (key: string, value: string | undefined, most = maxName): CefFields =>
  value ? [[key, cutUnits(value, most)]] : [];

/** A field that says itself what it is. */
export const custom = (
  key: string,
  label: string,
  value: string | undefined,
  most = maxName,
): CefFields => (value ? [[`${key}Label`, label], ...one(key, value, most)] : []);

/**
 * A line of at most {@link maxCefBytes}: the message is cut first, then goes what matters least.
 *
 * @param groups - fields that stay or go together, the most important first; the first group always stays.
 */
export function fittedLine(
  header: CefHeader,
  groups: readonly CefFields[],
  message: string,
): string {
  const kept = groups.filter((group) => group.length > 0);
  while (bytesOf(cefLine(header, kept.flat())) > maxCefBytes && kept.length > 1) kept.pop();
  const line = cefLine(header, kept.flat());
  const room = maxCefBytes - bytesOf(line) - ' msg='.length;
  const msg = cutBytes(cutUnits(message, maxMessage), room);
  return msg ? `${line} msg=${cefValue(msg)}` : line;
}

const bytesOf = (text: string) => Buffer.byteLength(text);
const ellipsis = '…';

/** As much of a text as its escaped form fits into so many bytes. */
function cutBytes(text: string, maxBytes: number): string {
  if (bytesOf(cefValue(text)) <= maxBytes) return text;
  let [kept, room] = ['', maxBytes - bytesOf(ellipsis)];
  for (const char of text) {
    room -= bytesOf(cefValue(char));
    if (room < 0) break;
    kept += char;
  }
  return kept && `${kept}${ellipsis}`;
}
