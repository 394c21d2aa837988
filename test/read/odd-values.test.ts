import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { directRole } from '../../shared/detect/examples/records.ts';
import { exampleTenantId, people } from '../../shared/detect/examples/tenant.ts';
import { ingest } from '../../shared/pipeline.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { envelope, memoryStores, startProcess } from '../memory-stores.ts';

const sampleTenantId = 'ab54d2b2-921f-43d0-9d9a-89bc7e87ced3';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const { samples } = JSON.parse(
  readFileSync(new URL('../data/records/entra-samples.json', import.meta.url), 'utf8'),
) as { samples: { event: { records: Json[] } }[] };
const records = samples.flatMap(({ event }) => event.records);

/** The values of a record, each with where it stands. */
function placesOf(value: Json, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, one]) => placesOf(one, [...path, key]));
  return [path, ...inner];
}

const replaced = (value: Json, [key, ...rest]: readonly string[], by: Json): Json => {
  if (key === undefined) return by;
  // A change before may have taken the place away.
  if (typeof value !== 'object' || value === null) return value;
  const copy = structuredClone(value) as Record<string, Json>;
  copy[key] = replaced(copy[key] ?? null, rest, by);
  return copy;
};

const oddities: Json[] = [
  ...[null, true, 0, -1, 1e308, '', '<null>', '{', '[]', '"', '[1]', '{"a":1}', '\u0000'],
  ...[[], [null], [[]], [{}], {}, { id: {} }, { __proto__: null, toString: 1, length: -1 }],
  'x'.repeat(2_000),
  '00000000-0000-0000-0000-000000000000',
  '2026-13-45T99:99:99Z',
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  JSON.parse('{"__proto__":{"polluted":true}}'),
];

const row = directRole(people.dan, globalAdministrator);
const damaged = fc.constantFrom(...records).chain((record) => {
  const places = placesOf(record).filter((path) => path.length > 0);
  const value = fc.oneof(fc.constantFrom(...oddities), fc.jsonValue() as fc.Arbitrary<Json>);
  const changes = fc.array(fc.tuple(fc.constantFrom(...places), value), {
    minLength: 1,
    maxLength: 4,
  });
  return changes.map((all) => all.reduce((now, [path, by]) => replaced(now, path, by), record));
});

test('values of any type in any field break nothing, nor the records around', async () => {
  await fc.assert(
    fc.asyncProperty(damaged, async (record) => {
      const stores = memoryStores();
      const body = envelope(record, row).toString().replaceAll(sampleTenantId, exampleTenantId);
      const report = await ingest([Buffer.from(body)], await startProcess(stores));
      expect(report.records).toBeGreaterThanOrEqual(2);
      const subjects = stores.findings().map(({ finding }) => finding.subject.id);
      expect(subjects).toContain(people.dan.id);
    }),
    { numRuns: 1_000 },
  );
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
