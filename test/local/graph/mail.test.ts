import { expect, test } from 'vitest';
import { contosoTestIds as ids } from '../../../local/graph/contoso-test.ts';
import { simulate } from './simulated.ts';

const mail = {
  message: {
    subject: 'Alarm',
    body: { contentType: 'Text', content: 'Look.' },
    toRecipients: [{ emailAddress: { address: 'soc@contoso-test.example' } }],
  },
  saveToSentItems: false,
};

test('a mail is accepted, and lies in the outbox', async () => {
  const { simulator, ask } = await simulate();
  const path = `/v1.0/users/${ids.ord1}/sendMail`;
  const { status, text } = await ask(path, { method: 'POST', body: mail });
  expect([status, text]).toEqual([202, '']);
  expect(simulator.outbox).toEqual([
    {
      sender: 'ord1@contoso-test.example',
      at: '2026-08-20T12:00:00Z',
      message: mail.message,
      saveToSentItems: false,
    },
  ]);
});

test.each([
  ['no mailbox', ids.ga1, mail, 404],
  ['nobody', 'nobody@contoso-test.example', mail, 404],
  ['no message', ids.ord1, {}, 400],
  ['no recipient', ids.ord1, { message: { subject: 'x' } }, 400],
])('a mail with %s as it is refused', async (_, sender, body, status) => {
  const { simulator, ask } = await simulate();
  const answer = await ask(`/v1.0/users/${sender}/sendMail`, { method: 'POST', body });
  expect(answer.status).toBe(status);
  expect(simulator.outbox).toEqual([]);
});

test('a mail as MIME lies in the outbox as it came, and is handed on', async () => {
  const mime = Buffer.from('To: soc@contoso-test.example\r\nSubject: Alarm\r\n\r\nLook.');
  const handed: unknown[] = [];
  const { simulator } = await simulate({ onMail: (mail) => handed.push(mail.mime) });
  const send = (body: string) =>
    fetch(`${simulator.url}/v1.0/users/${ids.ord1}/sendMail`, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.token()}`, 'content-type': 'text/plain' },
      body,
    });
  expect((await send(mime.toString('base64'))).status).toBe(202);
  expect((await send('not base64!')).status).toBe(400);
  expect((await send(Buffer.from('Subject: to nobody').toString('base64'))).status).toBe(400);
  expect(simulator.outbox.map((mail) => mail.mime)).toEqual([mime]);
  expect(handed).toEqual([mime]);
});

test('the rules of an inbox are there for who has one', async () => {
  const { ask } = await simulate();
  const rules = (id: string) => ask(`/v1.0/users/${id}/mailFolders/inbox/messageRules`);
  expect((await rules(ids.sync1)).body.value).toMatchObject([
    { actions: { forwardTo: [{ emailAddress: { address: 'collector@fabrikam.example' } }] } },
  ]);
  expect((await rules(ids.ga1)).status).toBe(404);
});

test('sessions are revoked', async () => {
  const { simulator, ask } = await simulate();
  const token = simulator.token(['User.RevokeSessions.All']);
  const path = `/v1.0/users/${ids.ga3}`;
  const { body } = await ask(`${path}/revokeSignInSessions`, { method: 'POST', token });
  expect(body.value).toBe(true);
  const user = await ask(`${path}?$select=signInSessionsValidFromDateTime`);
  expect(user.body.signInSessionsValidFromDateTime).toBe('2026-08-20T12:00:00Z');
});
