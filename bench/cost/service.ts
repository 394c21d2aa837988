import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAzurite } from '../../local/azurite.ts';
import { startPagerDutySink } from '../../local/pagerduty-sink.ts';
import { startTeamsSink } from '../../local/teams-sink.ts';
import { startApp } from '../../shared/app.ts';
import { blobDirectory } from '../../shared/azure/blob-directory.ts';
import { openStorage } from '../../shared/azure/storage.ts';
import { readConfig } from '../../shared/config.ts';
import type { Snapshot } from '../../shared/watch/directory.ts';
import { countOperations } from './count-operations.ts';

export type Service = Awaited<ReturnType<typeof startService>>;

type Given = {
  /** The rest of a policy, as it would be written. */
  policy: object;
  snapshot: Snapshot;
  now: number;
  /** Whether findings go to a SIEM: a file here. */
  hasSiem: boolean;
};

/**
 * The app in this process, over embedded storage, with stand-ins for Teams and PagerDuty, and with
 * a clock of its own: the day that it is given lies in the past.
 */
export async function startService({ policy, snapshot, now, hasSiem }: Given) {
  const folder = await mkdtemp(join(tmpdir(), 'glasswatch-cost-'));
  const local = await startAzurite();
  const [teams, pager] = [await startTeamsSink(), await startPagerDutySink()];
  const counted = countOperations(local);
  const realNow = Date.now;
  let clock = now;
  const polls = { empty: 0 };
  Date.now = () => clock;
  const stop = async () => {
    Date.now = realNow;
    counted.stop();
    await Promise.all([teams.close(), pager.close()]);
    await local.stop();
    await rm(folder, { recursive: true });
  };
  try {
    const [policyFile, eventFile] = [join(folder, 'policy.yaml'), join(folder, 'events.ndjson')];
    const sinks = hasSiem ? { siem: { type: 'file', path: eventFile } } : {};
    await writeFile(policyFile, JSON.stringify({ ...policy, sinks }));
    const storage = openStorage({ connectionString: local.connectionString });
    await storage.ensure();
    await blobDirectory(storage.directory).write(snapshot);
    const settings = {
      GLASSWATCH_POLICY: policyFile,
      GLASSWATCH_STORAGE: local.connectionString,
      GLASSWATCH_ALLOW_LOOPBACK: 'true',
      GLASSWATCH_DIRECTORY: 'file',
      TEAMS_WEBHOOK_URL: teams.webhookUrl,
      PAGERDUTY_ROUTING_KEY: pager.routingKey,
      GLASSWATCH_PAGERDUTY_ORIGIN: pager.url,
    };
    const app = await startApp(readConfig(settings), settings);
    return {
      app,
      storage,
      during: counted.during,
      cards: () => teams.cards().length,
      eventBytes: async () => (await stat(eventFile).catch(() => ({ size: 0 }))).size,
      setClock: (to: number) => {
        clock = to;
      },
      now: () => clock,
      emptyPolls: () => polls.empty,
      polls,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Does what the host does with a queue until nothing is left. @returns how many messages there were. */
export async function drain(service: Service, name: 'notify' | 'forward'): Promise<number> {
  const { app, storage, polls } = service;
  const queue = storage[name];
  let count = 0;
  for (;;) {
    const { receivedMessageItems: items } = await queue.receiveMessages({ numberOfMessages: 16 });
    if (items.length === 0) {
      polls.empty += 1;
      return count;
    }
    for (const { messageId, popReceipt, messageText } of items) {
      await app[name](JSON.parse(Buffer.from(messageText, 'base64').toString()));
      await queue.deleteMessage(messageId, popReceipt);
      count += 1;
    }
  }
}
