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
import { hubName, type Stack, startStack } from '../../local/stack.ts';
import { openStorage } from '../../shared/azure/storage.ts';
import { tableCases } from '../../shared/azure/table-cases.ts';

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

    // Whoever sent to a SIEM was killed too: it has all of it nevertheless, in order.
    const { told, taken } = siemOf(stack);
    const [first] = await told();
    expect(first).toBeDefined();
    for (const receiver of ['Splunk', 'Elastic', 'Sentinel', 'syslog']) {
      await until(async () => (await told()).every(({ uid }) => taken(receiver).includes(uid)));
      const uids = taken(receiver);
      for (const some of Map.groupBy(await told(), ({ incident }) => incident).values()) {
        const inOrder = some.map(({ uid }) => uids.indexOf(uid));
        expect(inOrder, receiver).toEqual(inOrder.toSorted((a, b) => a - b));
      }
      expect(new Set(uids).size, receiver).toBe((await told()).length);
    }
  } finally {
    await stack.stop();
  }
}, 90_000);

function siemOf({ storage, siem }: Stack) {
  const { cases } = openStorage({ connectionString: storage.connectionString });
  return {
    /** What was written for SIEMs, in the order of each incident. */
    async told() {
      const all: { incident: string; uid: string }[] = [];
      for await (const { incident, event } of tableCases(cases).written({ from: 0, to: farAway })) {
        all.push({ incident, uid: event.uid });
      }
      return all;
    },
    /** The events that a receiver has, in the order of arrival, repeats included. */
    taken: (receiver: string) =>
      siem
        .taken()
        .filter((one) => one.receiver === receiver && !one.uid?.startsWith('heartbeat.'))
        .map(({ uid }) => uid ?? ''),
  };
}

const farAway = Date.parse('2100-01-01T00:00:00Z');

async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(isDone, { timeout: 75_000, interval: 50 }).toBe(true);
}
