import { expect, test } from 'vitest';
import { seededRandom } from '../../local/seeded-random.ts';
import type { Finding } from '../../shared/finding.ts';
import { ingest } from '../../shared/pipeline.ts';
import { envelope, type MemoryStores, memoryStores, startProcess } from '../memory-stores.ts';
import { attack } from './script.ts';

/** How many random orders are tried: `ORDER_WAYS=200 npx vitest run attack` tries two hundred. */
const ways = Number(process.env.ORDER_WAYS ?? 6);
const dayMs = 86_400_000;
const now = Date.parse('2026-11-21T12:00:00Z');

type RawRecord = ReturnType<typeof attack>[number];

const timeOf = ({ time }: RawRecord) => Date.parse(String(time));

/** Each record comes up to a day late, some twice. */
function disordered(records: readonly RawRecord[], random: () => number): RawRecord[] {
  const twice = records.flatMap((one) => (random() < 0.1 ? [one, one] : [one]));
  return twice
    .map((record) => ({ record, at: timeOf(record) + random() ** 3 * dayMs }))
    .sort((a, b) => a.at - b.at)
    .map(({ record }) => record);
}

function* batches(records: readonly RawRecord[], random: () => number) {
  for (let from = 0; from < records.length; ) {
    const size = 1 + Math.floor(random() * 60);
    yield envelope(...records.slice(from, from + size));
    from += size;
  }
}

/** What is told, apart from how often it was corrected on the way. */
function told(stores: MemoryStores): Omit<Finding, 'revision'>[] {
  return stores
    .findings()
    .filter(({ state }) => state === 'open')
    .map(({ finding: { revision: _, ...rest } }) => rest)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function inOrder(): Promise<Omit<Finding, 'revision'>[]> {
  const stores = memoryStores();
  const deps = { ...(await startProcess(stores)), now };
  const records = attack().toSorted((a, b) => timeOf(a) - timeOf(b));
  for (const body of batches(records, seededRandom(0))) await ingest([body], deps);
  return told(stores);
}

const expected = await inOrder();

test('the attack is seen for what it is', () => {
  expect(attack()).toHaveLength(2_000);
  const detections = [...new Set(expected.map(({ detection }) => detection))].sort();
  expect(detections).toMatchSnapshot();
});

test.each(Array.from({ length: ways }, (_, n) => n + 1))(
  'shuffled, late and twice, way %i: the findings are the same',
  async (seed) => {
    const random = seededRandom(seed);
    const stores = memoryStores();
    const deps = { ...(await startProcess(stores)), now };
    for (const body of batches(disordered(attack(), random), random)) await ingest([body], deps);
    expect(told(stores)).toEqual(expected);
  },
);

test('two hosts that share the records at once find the same as one', async () => {
  const random = seededRandom(99);
  const stores = memoryStores({ isRemote: true });
  const hosts = await Promise.all([startProcess(stores), startProcess(stores)]);
  const partitions: RawRecord[][] = [[], [], [], []];
  for (const record of disordered(attack(), random)) {
    partitions[Math.floor(random() * partitions.length)]?.push(record);
  }
  await Promise.all(
    partitions.map(async (records, partition) => {
      const host = hosts[partition % hosts.length];
      if (!host) throw new Error('no host');
      for (const body of batches(records, random)) await ingest([body], { ...host, now });
    }),
  );
  expect(told(stores)).toEqual(expected);
});
