import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { AlertWatch } from '../../local/alert-watch.ts';
import { signInAs } from '../../local/easy-auth.ts';
import { play } from '../../local/play.ts';
import { sampleSnapshot } from '../../local/sample-day/directory.ts';
import { responders } from '../../local/sample-day/responders.ts';
import { sampleTenant } from '../../local/sample-day/tenant.ts';
import { sampleDay } from '../../local/sample-day.ts';
import { hubName, startStack } from '../../local/stack.ts';

const policyFile = fileURLToPath(new URL('../../local/sample-day/policy.yaml', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

// The stack runs the bundle that a deployment would carry.
beforeAll(() => {
  execFileSync(process.execPath, ['tools/build.ts'], { cwd: root });
});

test('killed twice in the middle of the day, the functions lose no alert and repeat none under another id', async () => {
  const now = new Date();
  const { envelopes, expected } = sampleDay({ now, seed: 'crash' });
  const watch = new AlertWatch(expected, () => {});
  const stack = await startStack({
    policyFile,
    snapshot: sampleSnapshot(now),
    tenant: sampleTenant(now),
    people: responders,
    onCard: (card) => void watch.onCard(card),
    onMail: (mail) => watch.onMail(mail),
  });
  try {
    const { httpUrl } = stack.functions;
    watch.askAt(httpUrl, await signInAs(httpUrl, responders[0]?.upn ?? ''));
    const bodies = envelopes.map(({ body }) => body);
    const third = Math.ceil(bodies.length / 3);
    const connection = stack.hub.connectionString(hubName);
    await play(connection, hubName, bodies.slice(0, third));
    // Once with work in progress, and once while half of the alerts are on their way out.
    await stack.functions.kill();
    await play(connection, hubName, bodies.slice(third));
    await until(() => stack.mail.mails().length >= 3);
    await stack.functions.kill();
    await stack.functions.ready();
    await stack.functions.runTimer('refreshDirectory');
    await stack.functions.runTimer('checkPosture');
    await until(() => watch.isComplete());

    expect(stack.functions.restarts).toBe(2);
    expect(watch.summary().filter((line) => line.startsWith('MISSING'))).toEqual([]);
    const byDelivery = Map.groupBy(
      stack.mail.mails(),
      ({ headers }) => headers['x-glasswatch-delivery'],
    );
    for (const repeats of byDelivery.values()) {
      expect(new Set(repeats.map(({ messageId }) => messageId)).size).toBe(1);
      expect(new Set(repeats.map(({ headers }) => headers['x-glasswatch-finding'])).size).toBe(1);
    }
    const incidents = () =>
      stack.mail.mails().map(({ headers }) => headers['x-glasswatch-incident']);
    // Killed between two channels, the mail may come later than the card.
    await until(() => new Set(incidents()).size >= expected.length);
    expect(new Set(incidents()).size).toBe(expected.length);
  } finally {
    await stack.stop();
  }
}, 90_000);

async function until(isDone: () => boolean): Promise<void> {
  await expect.poll(isDone, { timeout: 75_000, interval: 50 }).toBe(true);
}
