import * as z from 'zod';
import { flag, secretRef, strict, whole } from '../../policy/fields.ts';
import { defineSink, type Outcome, type Packed, taken } from '../sink.ts';
import { type SyslogHeader, syslogFrame } from '../syslog.ts';

const app = 'glasswatch';
const hostAllowed = 'a host name or an IP address, e.g. syslog.contoso.com, or { env: NAME }';
const hostnameAllowed = '1 to 255 letters, digits and signs of ASCII without blanks';

/** What receivers should take of one message, in octets. */
const maxMessage = 8192;

export default defineSink({
  type: 'syslog',
  settings: strict({
    host: z
      .union(
        [
          z.string(hostAllowed).regex(/^[A-Za-z0-9]([\w.:-]{0,252}[A-Za-z0-9])?$/, hostAllowed),
          secretRef,
        ],
        { error: () => hostAllowed },
      )
      .describe('The receiver, by a name that its certificate has. A variable may say host:port.'),
    port: whole(1, 65535).default(6514).describe('6514, the port of syslog over TLS, unless said.'),
    ca: secretRef
      .optional()
      .describe('Certificates (PEM) to trust besides the usual ones, in that variable.'),
    private: flag()
      .default(false)
      .describe('true: the receiver may have an address of a private network.'),
    hostname: z
      .string(hostnameAllowed)
      .regex(/^[!-~]{1,255}$/, hostnameAllowed)
      .default(app)
      .describe('The host that messages say they come from.'),
  }).meta({ description: 'Syslog messages (RFC 5424) over TLS, with CEF in them.' }),
  formats: ['cef'],
  // After a connection that broke all of its messages are sent again: not too many at once.
  limits: { maxEvents: 200, maxBytes: 1_000_000, baseBytes: 0, bytesEach: 0 },
  // Connections side by side would overtake each other.
  width: 1,
  describe: ({ host, port }) =>
    `syslog over TLS to ${typeof host === 'string' ? `${host}:${port}` : `the host in ${host.env}`}`,

  open({ host, port, ca, private: isPrivate, hostname }, { sendFrames }) {
    const target = { ...placeOf(host, port), isPrivate, ...(ca !== undefined && { ca }) };
    return {
      pack({ severity, time, kind, line }) {
        const header: SyslogHeader = {
          severity,
          time: timestampOf(time),
          host: hostname,
          app,
          messageId: kind,
        };
        return syslogFrame(header, line).toString();
      },
      async send(batch) {
        const short = batch.filter((one) => outcomeOf(one) === taken);
        if (short.length > 0) {
          await sendFrames(
            target,
            short.map(({ text }) => Buffer.from(text)),
          );
        }
        return batch.map(outcomeOf);
      },
      close: async () => {},
    };
  },
});

/** An IPv6 address has colons of its own, and is left as it is. */
function placeOf(host: string, port: number): { host: string; port: number } {
  const [, name, own] = /^([^:]+):(\d{1,5})$/.exec(host) ?? [];
  return name === undefined ? { host, port } : { host: name, port: Number(own) };
}

/** A time that nobody can write down is left out: it must not keep its event back. */
function timestampOf(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.valueOf()) ? '' : date.toISOString();
}

const tooLong: Outcome = {
  became: 'refused',
  says: `longer than the ${maxMessage} octets that syslog receivers take`,
};

/** What becomes of it once the batch has arrived. */
const outcomeOf = ({ text }: Packed): Outcome =>
  Number.parseInt(text, 10) > maxMessage ? tooLong : taken;
