/** A message as a receiver reads it. */
export type SyslogMessage = {
  facility: number;
  severity: number;
  /** As it was written; null: none. */
  time: string | null;
  host: string | null;
  app: string | null;
  processId: string | null;
  messageId: string | null;
  cef: CefEvent;
};

export type CefEvent = {
  vendor: string;
  product: string;
  version: string;
  ruleId: string;
  name: string;
  severity: string;
  extension: Readonly<Record<string, string>>;
};

const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})$/;
const sdName = '[^\\s="\\]]{1,32}';
const sdElement = `\\[${sdName}(?: ${sdName}="(?:[^"\\\\\\]]|\\\\["\\\\\\]])*")*\\]`;
const message = new RegExp(
  `^<(0|[1-9]\\d{0,2})>1 (\\S{1,32}) (\\S{1,255}) (\\S{1,48}) (\\S{1,128}) (\\S{1,32}) (?:-|(?:${sdElement})+) (.*)$`,
  's',
);

/**
 * RFC 5424 with CEF in it.
 *
 * @throws what is wrong with it. Nothing is guessed.
 */
export function readSyslogMessage(text: string): SyslogMessage {
  const parts = message.exec(text);
  if (!parts) throw new Error('no header of RFC 5424');
  const [, pri, time = '', host, app, processId, messageId, body = ''] = parts;
  if (Number(pri) > 191) throw new Error(`a priority of ${pri}`);
  if (time !== '-' && !(timestamp.test(time) && Date.parse(time))) throw new Error('no time');
  return {
    facility: Number(pri) >> 3,
    severity: Number(pri) & 7,
    time: filledIn(time),
    host: filledIn(host),
    app: filledIn(app),
    processId: filledIn(processId),
    messageId: filledIn(messageId),
    cef: readCef(body),
  };
}

const filledIn = (field: string | undefined) =>
  field === undefined || field === '-' ? null : field;

const headerField = '((?:[^|\\\\\\r\\n]|\\\\[|\\\\])*)';
const header = new RegExp(`^CEF:0\\|${`${headerField}\\|`.repeat(6)}`);
const pair = /(?:^| )(\w+)=((?:[^\\=\r\n]|\\[\\=nr])*?)(?=$| \w+=)/y;

function readCef(line: string): CefEvent {
  const found = header.exec(line);
  if (!found) throw new Error('no header of CEF');
  const [vendor, product, version, ruleId, name, severity] = found
    .slice(1)
    .map((field) => field.replace(/\\(.)/g, '$1')) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if (!/^(?:\d|10)$/.test(severity)) throw new Error(`a severity of ${severity}`);
  const extension = readExtension(line.slice(found[0].length));
  return { vendor, product, version, ruleId, name, severity, extension };
}

function readExtension(text: string): Record<string, string> {
  const extension = new Map<string, string>();
  pair.lastIndex = 0;
  for (let at = 0; at < text.length; at = pair.lastIndex) {
    const [, key, value = ''] = pair.exec(text) ?? [];
    if (key === undefined) throw new Error('a field that can not be told from its neighbours');
    if (extension.has(key)) throw new Error(`${key} stands there twice`);
    extension.set(
      key,
      value.replace(/\\(.)/g, (_, char: string) => unescaped[char] ?? char),
    );
  }
  return Object.fromEntries(extension);
}

const unescaped: Readonly<Record<string, string>> = { n: '\n', r: '\r' };
