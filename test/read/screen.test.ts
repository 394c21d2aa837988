import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { byKind } from '../../shared/detect/detect.ts';
import { detections } from '../../shared/detect/detections/index.ts';
import { directRole, signIn } from '../../shared/detect/example-records.ts';
import { exampleSnapshot, exampleTenant } from '../../shared/detect/example-tenant.ts';
import { Memories } from '../../shared/memory/memories.ts';
import { type Judged, judge } from '../../shared/pipeline.ts';
import { openEnvelope } from '../../shared/read/envelope.ts';
import { GuidSet, isPlainSignIn, Screener } from '../../shared/read/screen.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { Watchlists } from '../../shared/watch/watchlists.ts';
import { noSettings } from '../run-records.ts';
import {
  lettered,
  people,
  portal,
  someBatches,
  somebody,
  tenant,
  tenantWithName,
} from './arbitrary-records.ts';

const now = Date.parse('2026-11-20T12:05:00Z');
const all = byKind(detections);

afterEach(() => vi.restoreAllMocks());

/** Judges batches one after the other, each a list of bodies. */
async function judgeBatches(
  batches: readonly string[][],
  { isScreening = true, of = tenant, by = all } = {},
): Promise<Judged[]> {
  const watchlists = new Watchlists(() => of, [of.id]);
  await watchlists.takeSnapshot(lettered(exampleSnapshot()), now);
  const screener = isScreening ? new Screener(by) : undefined;
  const deps = {
    detections: by,
    settingsOf: noSettings,
    watchlists,
    memories: new Memories(),
    tenantOf: () => exampleTenant,
    now,
    screener,
  };
  const judged: Judged[] = [];
  for (const bodies of batches) {
    const opened = bodies.map((body) => openEnvelope(Buffer.from(body)));
    judged.push(await judge(opened, deps));
  }
  return judged;
}

const outcomeOf = ({ found, changed, events, skipped, unreadable }: Judged) => ({
  found: found.map((one) => JSON.stringify(one)).sort(),
  changed: [...changed].map(([id, accounts]) => [id, [...accounts].sort()]).sort(),
  counts: [events, skipped.length, unreadable.length],
});

const envelope = (...records: unknown[]) => JSON.stringify({ records });

test('screening never changes what is found, learnt or counted', async () => {
  let findings = 0;
  await fc.assert(
    fc.asyncProperty(someBatches, fc.constantFrom(tenant, tenantWithName), async (batches, of) => {
      const screened = (await judgeBatches(batches, { of })).map(outcomeOf);
      const unscreened = (await judgeBatches(batches, { of, isScreening: false })).map(outcomeOf);
      expect(screened).toEqual(unscreened);
      for (const { found } of screened) findings += found.length;
    }),
    { numRuns: 600 },
  );
  // The generated records are worth something: they lead to findings.
  expect(findings).toBeGreaterThan(400);
});

describe('a sign-in that can not matter', () => {
  test('is not parsed, and counts as judged', async () => {
    const parse = vi.spyOn(JSON, 'parse');
    const body = envelope(
      signIn({ id: somebody, upn: 'x@example.com' }, { id: 'row of somebody' }),
      signIn(people.ada, { id: 'row of ada' }),
      signIn({ id: somebody, upn: 'x@example.com' }, { id: 'row of somebody' }),
    );
    const [judged] = await judgeBatches([[body]]);

    const texts = parse.mock.calls.map(([text]) => text);
    expect(texts.filter((text) => text.includes('row of ada'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('row of somebody'))).toEqual([]);
    expect(judged?.events).toBe(3);
  });

  test('is parsed once its account was promoted, by a record before or behind it', async () => {
    const promotion = directRole(people.dan, globalAdministrator, {
      activityDateTime: '2026-11-20T11:00:00Z',
    });
    const after = await judgeBatches([
      [envelope(signIn(people.dan))],
      [envelope(signIn(people.dan), promotion)],
    ]);
    const detected = after.map(({ found }) => found.map(({ kept }) => kept.finding.detection));
    expect(detected[0]).toEqual([]);
    expect(detected[1]).toContain('admin-signin-no-mfa');
  });
});

test.each([
  ['a name', { initiatedBy: { user: { id: people.ada.id, displayName: 'X' } } }],
  ['a reason', { resultReason: 'X' }],
  ['a key of the details', { additionalDetails: [{ key: 'X', value: 'X' }] }],
])('text of a stranger as %s never gets an audit record screened out', async (_, fields) => {
  const lookalike = `","category":"SignInLogs","userId":"${somebody}","servicePrincipalId":"${somebody}`;
  const promotion = directRole(people.eve, globalAdministrator, fields);
  for (const name of [lookalike, `{${lookalike.slice(2)}"}`, lookalike.replaceAll('"', '\\"')]) {
    const record = JSON.stringify(promotion).replaceAll('"X"', () => JSON.stringify(name));
    expect(isPlainSignIn(Buffer.from(record))).toBe(false);
    const [judged] = await judgeBatches([[`{"records":[${record}]}`]]);
    expect(judged?.found.length).toBeGreaterThan(0);
  }
});

test('an id is found whatever characters of it are escaped', async () => {
  const record = JSON.stringify(signIn({ id: somebody, upn: 'x@example.com' }, { appId: portal }));
  for (let at = 0; at < portal.length; at += 1) {
    const code = `\\u${portal.charCodeAt(at).toString(16).padStart(4, '0')}`;
    const hidden = record.replace(portal, `${portal.slice(0, at)}${code}${portal.slice(at + 1)}`);
    const [quick, careful] = await judgeBatches([[`{"records":[${hidden}]}`], [hidden]]);
    expect([quick?.found, careful?.found]).toMatchObject([{ length: 1 }, { length: 1 }]);
  }
});

test('a record that the quick cut takes for the end of a sign-in is still read', async () => {
  for (const who of [people.ada, { id: somebody, upn: 'x@example.com' }]) {
    const { category, ...rest } = directRole(people.eve, globalAdministrator);
    const body = envelope(signIn(who), { category, ...rest }, { Category: category, ...rest });
    const [judged] = await judgeBatches([[body]]);
    const detected = judged?.found.map(({ kept }) => kept.finding.subject.id);
    expect(detected).toContain(people.eve.id);
    expect(judged?.events).toBe(3);
  }
});

test.each([
  ['every record', 'every record'],
  ['a word that is no id', { words: ['portal'] }],
] as const)('a detection that looks for %s reads every sign-in', async (_, lookFor) => {
  const [sample] = detections.filter(({ id }) => id === 'admin-signin-legacy-auth');
  if (!sample) throw new Error('no such detection');
  const body = envelope(signIn({ id: somebody, upn: 'x@example.com' }));
  const seen: string[] = [];
  const curious = {
    ...sample,
    lookFor,
    detect: ({ id }: { id: string }) => void seen.push(id),
  };
  await judgeBatches([[body]], { by: byKind([curious]) });
  expect(seen).toEqual(['sign-in-1']);
});

test('an id is found wherever it stands, and nothing else is', () => {
  const ids = new GuidSet();
  expect(ids.add(somebody.toUpperCase())).toBe(true);
  expect(ids.add('no id')).toBe(false);
  const noise = ' -"a1:'.repeat(10);
  for (let before = 0; before < 40; before += 1) {
    for (let after = 0; after < 20; after += 1) {
      const isFound = (id: string) =>
        ids.isWithin(Buffer.from(`${noise.slice(0, before)}${id}${noise.slice(0, after)}`));
      expect([isFound(somebody), isFound(somebody.toUpperCase())]).toEqual([true, true]);
      expect(isFound(somebody.slice(1))).toBe(false);
    }
  }
});
