import { describe, expect, test } from 'vitest';
import { notifyQueue } from '../../shared/azure/queues.ts';
import { openStorage } from '../../shared/azure/storage.ts';
import { type Marks, tableMarks, tableOutbox } from '../../shared/azure/table-outbox.ts';
import { azuriteStorage } from './azurite-storage.ts';
import { now } from './sample-findings.ts';

const { storage, local } = azuriteStorage();

/** Marks that take their time from `clock`; none is set yet. */
async function open(clock: () => number): Promise<Marks> {
  const marks = tableMarks(storage().outbox, clock);
  for (const { incidentId, version } of await marks.marked({ olderThanMs: 0, now: Infinity })) {
    await marks.unmark(incidentId, version);
  }
  return marks;
}

describe('marks', () => {
  test('only marks that are old enough are listed, oldest first', async () => {
    let time = now;
    const marks = await open(() => time);
    await marks.mark('old');
    time += 60_000;
    await marks.mark('young');
    time += 60_000;

    const ids = async (olderThanMs: number) =>
      (await marks.marked({ olderThanMs, now: time })).map(({ incidentId }) => incidentId);
    expect(await ids(0)).toEqual(['old', 'young']);
    expect(await ids(60_000)).toEqual(['old', 'young']);
    expect(await ids(60_001)).toEqual(['old']);
    expect(await ids(120_001)).toEqual([]);
  });

  test('a mark that is set again keeps its age, and tells when it was set last', async () => {
    let time = now;
    const marks = await open(() => time);
    await marks.mark('a');
    time += 60_000;
    await marks.mark('a');

    const [mark, ...others] = await marks.marked({ olderThanMs: 0, now: time });
    expect(mark).toMatchObject({ incidentId: 'a', markedAt: now, renewedAt: time });
    expect(others).toEqual([]);
  });

  test('a mark is taken off once', async () => {
    const marks = await open(() => now);
    await marks.mark('a');
    const [mark] = await marks.marked({ olderThanMs: 0, now });

    expect(await marks.unmark('a', mark?.version ?? '')).toBe(true);
    expect(await marks.marked({ olderThanMs: 0, now })).toEqual([]);
    expect(await marks.unmark('a', mark?.version ?? '')).toBe(false);
  });

  test('a mark that was set meanwhile stays', async () => {
    const marks = await open(() => now);
    await marks.mark('a');
    const [mark] = await marks.marked({ olderThanMs: 0, now });
    await marks.mark('a');

    expect(await marks.unmark('a', mark?.version ?? '')).toBe(false);
    expect(await marks.marked({ olderThanMs: 0, now })).toHaveLength(1);
  });
});

async function received(): Promise<string[]> {
  const { receivedMessageItems } = await storage().notify.receiveMessages({
    numberOfMessages: 32,
    visibilityTimeout: 60,
  });
  return receivedMessageItems.map(({ messageText }) => messageText);
}

test('a wake is a message in base64, as the queue trigger reads it', async () => {
  await notifyQueue(storage().notify).send('1f');
  const texts = await received();
  expect(texts.map((text) => JSON.parse(Buffer.from(text, 'base64').toString()))).toEqual([
    { incident: '1f' },
  ]);
});

test('a delayed wake is not seen before its time', async () => {
  const queue = notifyQueue(storage().notify);
  await queue.send('later', 60_000);
  await queue.send('much later', Number.MAX_SAFE_INTEGER);
  expect(await received()).toEqual([]);
  expect((await storage().notify.getProperties()).approximateMessagesCount).toBeGreaterThan(1);
});

test('a queue that is down fails no batch: the mark is there', async () => {
  const dead = local().connectionString.replace(
    /QueueEndpoint=http:\/\/127.0.0.1:\d+/,
    (endpoint) => endpoint.replace(/\d+$/, '1'),
  );
  const down = openStorage({ connectionString: dead }, { tries: 2, pauseMs: 1 });
  const warnings: string[] = [];
  const marks = tableMarks(down.outbox);
  const outbox = tableOutbox(marks, notifyQueue(down.notify), (text) => warnings.push(text));

  await outbox.mark('2a');
  await outbox.wake('2a');
  expect(warnings).toEqual(['STORE_UNAVAILABLE: waking incident 2a: failed (ECONNREFUSED)']);
  const left = await marks.marked({ olderThanMs: 0, now: Date.now() + 1_000 });
  expect(left.map(({ incidentId }) => incidentId)).toContain('2a');
});
