import { describe, expect, test } from 'vitest';
import { audit, directRole, signIn, target } from '../shared/detect/examples/records.ts';
import { people } from '../shared/detect/examples/tenant.ts';
import { ingest } from '../shared/pipeline.ts';
import { globalAdministrator } from '../shared/roles.ts';
import { envelope, memoryStores, startProcess } from './memory-stores.ts';

const batch = [
  envelope(
    directRole(people.dan, globalAdministrator, { activityDateTime: '2026-11-20T11:59:00Z' }),
    signIn(people.dan),
    signIn(people.ben, { id: 'risky', riskLevelDuringSignIn: 'high' }),
  ),
  envelope(
    signIn(people.glass, { id: 'row of glass' }),
    audit('Reset user password', { targetResources: [target(people.ada)] }),
  ),
  Buffer.from('broken'),
];

describe('a batch whose store fails', () => {
  test.each([
    ['the same process', false],
    ['a new process', true],
  ])('at any call is saved whole, and once, when %s runs it again', async (_, isNew) => {
    const undisturbed = memoryStores();
    const report = await ingest(batch, await startProcess(undisturbed));
    const expected = await undisturbed.state();
    const events = await undisturbed.events();
    expect(events.length).toBeGreaterThan(2);
    expect(expected.cases.length).toBeGreaterThan(2);
    const watched = new Map(expected.watch.accounts);
    expect(watched.get(people.dan.id)?.holdings).toHaveLength(1);
    expect(watched.get(people.ada.id)?.passwordChangedAt).toBe(Date.parse('2026-11-20T12:00:00Z'));

    let failures = 0;
    for (let call = 1; ; call += 1) {
      const stores = memoryStores();
      const first = await startProcess(stores);
      stores.failAt(call);
      const outcome = await ingest(batch, first).catch((error: Error) => error);
      stores.failAt(undefined);
      if (!(outcome instanceof Error)) break;
      failures += 1;
      expect(outcome).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      // Whatever was saved already, someone will look at.
      const saved = (await stores.state()).cases.map(({ incident }) => incident?.id);
      expect(saved.every((id) => stores.marks.has(id ?? ''))).toBe(true);
      const places = (await stores.events()).map(({ incident, seq }) => `${incident} ${seq}`);
      expect(places.filter((place) => !stores.places.has(place))).toEqual([]);

      const again = await ingest(batch, isNew ? await startProcess(stores) : first);
      expect(again).toMatchObject({ records: report.records, deadLetters: report.deadLetters });
      expect(await stores.state()).toEqual(expected);
      expect(await stores.events()).toEqual(events);
      expect(await ingest(batch, first)).toMatchObject({ findings: 0 });
      expect(await stores.state()).toEqual(expected);
    }
    // Reading, marking and saving of each incident, the watchlist, the dead letters.
    expect(failures).toBeGreaterThan(8);
  });
});
