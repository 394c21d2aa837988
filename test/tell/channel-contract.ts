import { describe, expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import type { Alert } from '../../shared/tell/alert.ts';
import type { Mail, Transports } from '../../shared/tell/channel.ts';
import { answeredAlerts, hostileAlert, hostileNames, sampleAlerts } from './sample-alerts.ts';

export type Sent = {
  to: string;
  body?: string;
  headers?: Readonly<Record<string, string>>;
  mail?: Mail;
  operationId?: string;
};

/** Transports that keep what they are given. */
export function recorder(fail?: () => never) {
  const sent: Sent[] = [];
  const transports: Transports = {
    async postJson(to, body, headers) {
      fail?.();
      sent.push({ to, body, ...(headers && { headers }) });
    },
    async sendMail(to, mail) {
      fail?.();
      sent.push({ to, mail });
    },
    async sendGraphMail(mail) {
      fail?.();
      sent.push({ to: mail.from, mail });
    },
    async sendAcsMail(to, mail, operationId) {
      fail?.();
      sent.push({ to, mail, operationId });
    },
  };
  return { sent, transports };
}

type ChannelCase = {
  type: string;
  /** With the secrets in place. */
  send: (alert: Alert, transports: Transports) => Promise<void>;
  /** What a person gets to read, all of it. */
  readable: (sent: Sent) => string;
  /** Of what it sends one message that says everything; left out: of all. */
  isTold?: (alert: Alert) => boolean;
};

const allAlerts: [string, Alert][] = Object.entries({ ...sampleAlerts, ...answeredAlerts });

/** What holds for each place where people are told; a new channel adds one line to call it. */
export function describeChannel({ type, send, readable, isTold = () => true }: ChannelCase) {
  const deliver = async (alert: Alert) => {
    const { sent, transports } = recorder();
    await send(alert, transports);
    return sent;
  };

  describe(`channel ${type}`, () => {
    test.each(allAlerts.filter(([, alert]) => isTold(alert)))(
      '%s: one message that can be acted on',
      async (_, alert) => {
        const sent = await deliver(alert);
        expect(sent).toHaveLength(1);
        const text = sent.map(readable).join();
        for (const part of [
          alert.severity.toUpperCase(),
          alert.title,
          alert.summary,
          alert.incident,
          alert.finding,
          alert.id,
          alert.link ?? '',
          alert.answer ?? '',
          alert.drill ? 'DRILL' : '',
          alert.drill?.declaredBy ?? '',
          ...alert.onCall.map(({ name }) => name),
          ...alert.next,
          ...alert.facts.flatMap(({ label, value }) => [label, value]),
          ...alert.also.map(({ title }) => title),
        ]) {
          expect(text).toContain(part);
        }
      },
    );

    test('a repeat is the same message, byte for byte', async () => {
      const [first, second] = [
        await deliver(sampleAlerts.noMfa),
        await deliver(sampleAlerts.noMfa),
      ].map((sent) => sent.map(({ headers: _signed, ...message }) => message));
      expect(second).toEqual(first);
    });

    test.each(Object.entries(hostileNames))('a hostile name (%s) stays text', async (_, name) => {
      const text = (await deliver({ ...hostileAlert(name), detection: 'x', techniques: [] }))
        .map(readable)
        .join();
      expect(text).not.toMatch(/https?:\/\/(?:evil|e)\./);
      expect(text.replaceAll('\n', ' ')).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
      expect(text.isWellFormed()).toBe(true);
    });

    test('a failure of the transport is passed on as it is', async () => {
      const failure = new WatchError('DELIVERY_UNAVAILABLE', 'try later', { retryAfterMs: 5 });
      const { transports } = recorder(() => {
        throw failure;
      });
      await expect(send(sampleAlerts.noMfa, transports)).rejects.toBe(failure);
    });
  });
}
