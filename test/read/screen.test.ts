import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { byKind } from '../../shared/detect/detect.ts';
import { detections } from '../../shared/detect/detections/index.ts';
import { directRole, signIn } from '../../shared/detect/examples/records.ts';
import { exampleSnapshot, exampleTenant } from '../../shared/detect/examples/tenant.ts';
import { type KeptFinding, mergeFindings } from '../../shared/finding.ts';
import { Memories } from '../../shared/memory/memories.ts';
import { type Judged, judge, judgedCount } from '../../shared/pipeline.ts';
import { openEnvelope } from '../../shared/read/envelope.ts';
import { FieldOpening, hasErrorCode } from '../../shared/read/fields-in-bytes.ts';
import { normalise } from '../../shared/read/normalise.ts';
import { GuidSet, isPlainSignIn, Screener } from '../../shared/read/screen.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { Watchlists } from '../../shared/watch/watchlists.ts';
import { noSettings } from '../run-records.ts';
import {
  aSignIn,
  lettered,
  people,
  portal,
  someBatches,
  somebody,
  tenant,
  tenantWithName,
  writer,
} from './arbitrary-records.ts';

const now = Date.parse('2026-11-20T12:05:00Z');
const all = byKind(detections);

afterEach(() => vi.restoreAllMocks());

/** Judges batches one after the other, each a list of bodies. */
async function judgeBatches(
  batches: readonly string[][],
  { isScreening = true, of = tenant, by = all } = {},
): Promise<Outcome[]> {
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
  const remember = vi.spyOn(watchlists, 'remember');
  const outcomes: Outcome[] = [];
  for (const bodies of batches) {
    const opened = bodies.map((body) => openEnvelope(Buffer.from(body)));
    remember.mockClear();
    const judged = await judge(opened, deps);
    const changed = new Set<string>();
    for (const [byTenant] of remember.mock.calls) {
      for (const [id, accounts] of byTenant) {
        for (const account of accounts) changed.add(`${id} ${account}`);
      }
    }
    outcomes.push({ ...judged, changed: [...changed].sort() });
  }
  return outcomes;
}

/** What was judged, and the accounts whose privilege the batch changed. */
type Outcome = Judged & { changed: string[] };

/** What is found once all that says the same is one, as it is when it is saved. */
function findingsOf({ found }: Judged): string[] {
  const merged = new Map<string, KeptFinding>();
  for (const { kept } of found) {
    const { id } = kept.finding;
    merged.set(id, mergeFindings(merged.get(id), kept));
  }
  // How often it was told anew is no part of it: a detection may say a thing again at each event.
  const bare = (kept: KeptFinding) => ({ ...kept, finding: { ...kept.finding, revision: 1 } });
  return [...merged.values()].map((kept) => JSON.stringify(bare(kept))).sort();
}

const outcomeOf = (judged: Outcome) => ({
  found: findingsOf(judged),
  changed: judged.changed,
  counts: [judgedCount(judged), judged.skipped.length, judged.unreadable.length],
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
    { numRuns: 300 },
  );
  // The generated records are worth something: they lead to findings.
  expect(findings).toBeGreaterThan(200);
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
    expect(judged && judgedCount(judged)).toBe(3);
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
    expect(judged && judgedCount(judged)).toBe(3);
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

/** The event that a record is read as, once something in its bytes made it worth it. */
function signInOf(json: string) {
  const read = normalise(JSON.parse(json));
  if (!('event' in read) || read.event.kind !== 'signIn') throw new Error('no sign-in');
  return read.event;
}

describe('one of some error codes', () => {
  const codes = new Set([50126, 50053]);
  const has = (json: string) => hasErrorCode(Buffer.from(json), codes);

  test.each([
    ['as Entra writes it', '{"errorCode":50126,"failureReason":"wrong"}'],
    ['at the end', '{"failureReason":"wrong","errorCode":50053}'],
    ['with blanks', '{"errorCode" :\t\r\n 50126 }'],
    ['in quotes', '{"errorCode":"50126"}'],
    ['in PascalCase', '{"ErrorCode":50126}'],
    ['behind another', '{"a":{"errorCode":0},"status":{"errorCode":50126}}'],
    ['before another', '{"status":{"errorCode":50126},"b":{"errorCode":0}}'],
  ])('is found %s', (_, json) => {
    expect(has(json)).toBe(true);
  });

  test.each([
    ['is missing', '{"failureReason":"none"}'],
    ['is spelled otherwise', '{"errorcode":50126}'],
    ['is null', '{"errorCode":null}'],
    ['is empty', '{"errorCode":""}'],
    ['is an object', '{"errorCode":{"value":50126}}'],
    ['is written with an exponent', '{"errorCode":5.0126e4}'],
    ['is a fraction', '{"errorCode":50126.0}'],
    ['is hexadecimal', '{"errorCode":"0xc3ce"}'],
    ['is no number', '{"errorCode":"0,5"}'],
    ['opens with a blank', '{"errorCode":" 50126"}'],
    ['is cut off', '{"errorCode":50'],
    ['stands in text alone', '{"properties":"{\\"errorCode\\":0}"}'],
    ['is another field', '{"statusCode":200,"countryCode":"0","resultType":"50126"}'],
    ['is the text of a field', '{"key":"errorCode"}'],
  ])('is not ruled out if it %s', (_, json) => {
    expect(has(json)).toBe(true);
  });

  test.each([
    ['success', '{"errorCode":0}'],
    ['success in quotes', '{"errorCode":"0"}'],
    ['a longer one', '{"errorCode":501260}'],
    ['a shorter one', '{"errorCode":5012}'],
    ['another', '{"errorCode":700016,"appCode":50126}'],
    [
      'the words in a text',
      `{"failureReason":${JSON.stringify('"errorCode":50126')},"errorCode":0}`,
    ],
  ])('is not: %s', (_, json) => {
    expect(has(json)).toBe(false);
  });

  test('is never overlooked, however the record is written', () => {
    fc.assert(
      fc.property(
        aSignIn,
        writer,
        fc.constantFrom(0, 50126, 53003, 50057),
        (record, write, code) => {
          const json = write(record);
          if (signInOf(json).errorCode !== code) return;
          expect(hasErrorCode(Buffer.from(json), new Set([code]))).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a field that opens with a word', () => {
  const protocol = new FieldOpening('authenticationProtocol', ['ropc']);
  const isFound = (json: string) => protocol.isWithin(Buffer.from(json));

  test.each([
    ['as Entra writes it', '{"authenticationProtocol":"ropc"}'],
    ['in capitals', '{"AuthenticationProtocol":"ROPC"}'],
    ['with blanks', '{"authenticationProtocol" :\n " ropc"}'],
    ['with more behind it', '{"authenticationProtocol":"ropc2"}'],
    ['behind another', '{"authenticationProtocol":"none","ssoProtocol":"ropc"}'],
    ['escaped', '{"authenticationProtocol":"\\u0072opc"}'],
    ['beyond ASCII', '{"authenticationProtocol":"\u00a0ropc"}'],
  ])('is found %s', (_, json) => {
    expect(isFound(json)).toBe(true);
  });

  test.each([
    ['missing', '{"userAgent":"ropc"}'],
    ['null', '{"authenticationProtocol":null}'],
    ['another', '{"authenticationProtocol":"none"}'],
    ['not quite', '{"authenticationProtocol":"rop"}'],
    ['further in', '{"authenticationProtocol":"no ropc"}'],
    ['the text of a field', '{"key":"authenticationProtocol","value":"ropc"}'],
    ['cut off', '{"authenticationProtocol":"ro'],
    ['a character that differs by one bit', '{"authenticationProtocol":"\u0012opc"}'],
  ])('is not: %s', (_, json) => {
    expect(isFound(json)).toBe(false);
  });

  test('is never overlooked, however the record is written', () => {
    const agent = new FieldOpening('userAgent', ['bav2ropc', 'cbaintar']);
    fc.assert(
      fc.property(aSignIn, writer, (record, write) => {
        const json = write(record);
        const event = signInOf(json);
        if (event.protocol === 'ropc') expect(isFound(json)).toBe(true);
        if (/^(bav|cba)/i.test(event.userAgent ?? ''))
          expect(agent.isWithin(Buffer.from(json))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('gets the record of a stranger read, and no other', async () => {
    const stranger = { id: somebody, upn: 'x@example.com' };
    const parse = vi.spyOn(JSON, 'parse');
    const body = envelope(
      signIn(stranger, { id: 'handed over', authenticationProtocol: 'ropc' }),
      signIn(stranger, { id: 'an old mail program', userAgent: 'BAV2ROPC' }),
      signIn(stranger, { id: 'a browser', authenticationProtocol: 'none', userAgent: 'Mozilla' }),
    );
    const [judged] = await judgeBatches([[body]]);

    const texts = parse.mock.calls.map(([text]) => text).join();
    expect(texts).toContain('handed over');
    expect(texts).toContain('an old mail program');
    expect(texts).not.toContain('a browser');
    const detected = judged?.found.map(({ kept }) => kept.finding.detection);
    expect(detected).toEqual(['ropc-app', 'ropc-app']);
  });
});
