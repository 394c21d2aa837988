import type { Finding, Party } from '../../finding.ts';
import { addressOf, cutUnits, fitted, textsOf } from '../draft.ts';
import * as siem from '../siem-format.ts';
import { maxSyslogHeader } from '../syslog.ts';

type Header = readonly [
  vendor: string,
  product: string,
  version: string,
  ruleId: string,
  name: string,
  severity: string,
];
type Fields = readonly (readonly [key: string, value: string])[];

/** The backslash and the pipe; a line break would end the line. */
export const cefHeader = (text: string) =>
  text.replace(/[\\|]/g, '\\$&').replace(/\r\n|\r|\n/g, ' ');

/** The backslash and the equals sign, which would begin a field of its own. Pipes stay. */
export const cefValue = (text: string) =>
  text
    .replace(/[\\=]/g, '\\$&')
    .replace(/\r\n|\n/g, '\\n')
    .replace(/\r/g, '\\r');

export const cefLine = (header: Header, extension: Fields) =>
  `CEF:0|${header.map(cefHeader).join('|')}|${extension.map(pairOf).join(' ')}`;

const pairOf = ([key, value]: Fields[number]) => `${key}=${cefValue(value)}`;

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
const maxDetailBytes = 2000;

/** A finding as one line of CEF, of at most {@link maxCefBytes}: `msg` is cut first, then goes what matters least. */
export default siem.defineSiemFormat({
  name: 'cef',
  event: (finding) => fittedLine(headerOf(finding), fieldsOf(finding), messageOf(finding)),
});

const headerOf = ({ detection, severity }: Finding): Header => [
  siem.product.vendor_name,
  siem.product.name,
  siem.product.version,
  cutUnits(detection, maxName),
  cutUnits(siem.ruleNameOf(detection), maxName),
  severities[severity],
];

const messageOf = ({ title, summary }: Finding) =>
  cutUnits([title, summary].filter(Boolean).join(' - '), maxMessage);

/** Groups of fields that stay or go together, the most important first; without the empty ones. */
function fieldsOf(finding: Finding): Fields[] {
  const { actor, subject, source, techniques, roles, details } = finding;
  const { app, failure, userAgent } = textsOf(details);
  const isTarget = siem.isAccount(subject) && !(actor && siem.isSelf(finding));
  const address = addressOf(actor?.ip) ?? addressOf(details.ip);
  const groups = [
    identityOf(finding),
    one('cat', source.category),
    custom('cs1', 'attackTechnique', techniques.join(', ')),
    personOf('s', actor),
    personOf('d', isTarget ? subject : null),
    // CEF's src is IPv4; this is where it has the other kind.
    address?.includes(':') ? custom('c6a2', 'Source IPv6 Address', address) : one('src', address),
    custom('cs3', 'incident', finding.incident),
    custom('cs5', 'subject', [subject.type, subject.name ?? subject.id].filter(Boolean).join(' ')),
    custom('cs4', 'roles', [...new Set(roles.map(({ name }) => name))].join(', ')),
    one('outcome', failure || details.error ? 'failure' : undefined),
    one('reason', failure),
    one('destinationServiceName', app),
    one('requestClientApplication', userAgent),
    custom('cs6', 'details', jsonOf(details)),
  ];
  return groups.filter((group) => group.length > 0);
}

/** Stays whatever goes: short enough to fit beside any header. */
const identityOf = (finding: Finding): Fields => [
  ['rt', String(Date.parse(finding.time))],
  ...one('externalId', cutUnits(finding.id, 40)),
  ...one('deviceExternalId', finding.tenantId),
  ['act', finding.revision === 1 ? 'create' : 'update'],
  ...custom('cs2', 'eventUid', siem.eventUidOf(finding)),
  ['cn1Label', 'revision'],
  ['cn1', String(finding.revision)],
];

const personOf = (side: 's' | 'd', party: Party | null): Fields => [
  ...one(`${side}user`, party?.name ?? undefined),
  ...one(`${side}uid`, party?.id ?? undefined),
];

const one = (key: string, value: string | undefined): Fields =>
  value ? [[key, cutUnits(value, maxName)]] : [];

const custom = (key: string, label: string, value: string): Fields =>
  value
    ? [
        [`${key}Label`, label],
        [key, key === 'cs6' ? value : cutUnits(value, maxName)],
      ]
    : [];

function jsonOf(details: Finding['details']): string {
  const kept = fitted(details, maxDetailBytes);
  return Object.keys(kept).length > 0 ? JSON.stringify(kept) : '';
}

function fittedLine(header: Header, groups: readonly Fields[], message: string): string {
  const kept = [...groups];
  while (bytesOf(cefLine(header, kept.flat())) > maxCefBytes && kept.length > 1) kept.pop();
  const line = cefLine(header, kept.flat());
  const msg = cutBytes(message, maxCefBytes - bytesOf(line) - ' msg='.length);
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
