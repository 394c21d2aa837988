import type { Severity } from '../severity.ts';

/** 13, log audit. */
const facility = 13;
const severities = { informational: 6, low: 5, medium: 4, high: 3, critical: 2 } as const;

/** What stands around a message. `data`: structured data, by its id and then by name. */
export type SyslogHeader = {
  severity: Severity;
  /** UTC ISO 8601 in milliseconds. */
  time: string;
  host: string;
  app: string;
  processId?: string;
  messageId?: string;
  data?: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** The longest header without structured data, in octets; see the lengths below. */
export const maxSyslogHeader = 512;

/**
 * A syslog message without its frame. No byte order mark: many receivers show it as text.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5424#section-6
 */
export function syslogMessage(header: SyslogHeader, text: string): string {
  const { severity, time, host, app, processId, messageId, data = {} } = header;
  const fields = [
    `<${facility * 8 + severities[severity]}>1`,
    printable(time, 32),
    printable(host, 255),
    printable(app, 48),
    printable(processId, 128),
    printable(messageId, 32),
    Object.entries(data).map(elementOf).join('') || '-',
  ];
  return `${fields.join(' ')} ${text}`;
}

/**
 * The message as it goes over TLS, counted in octets: a line break in it ends nothing.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5425#section-4.3
 */
export function syslogFrame(header: SyslogHeader, text: string): Buffer {
  const message = Buffer.from(syslogMessage(header, text), 'utf8');
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

/** The value of a parameter of structured data. */
export const syslogValue = (text: string) => text.replace(/["\\\]]/g, '\\$&');

/** Header fields are ASCII without blanks; a blank from outside would move all that follow. */
const printable = (text: string | undefined, max: number) =>
  (text ?? '').replace(/[^\x21-\x7e]/g, '?').slice(0, max) || '-';

const sdName = (name: string) => printable(name, 32).replace(/["=\]]/g, '?');

const elementOf = ([id, values]: [string, Readonly<Record<string, string>>]) => {
  const all = Object.entries(values).map(([key, one]) => ` ${sdName(key)}="${syslogValue(one)}"`);
  return `[${sdName(id)}${all.join('')}]`;
};
