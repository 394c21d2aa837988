import { describe, expect, test } from 'vitest';
import { derivedId } from '../../shared/finding.ts';
import { simpleRouting } from '../../shared/route/simple-routing.ts';
import type { Severity } from '../../shared/severity.ts';
import { digests } from '../../shared/tell/digests.ts';
import { roundOf } from '../../shared/tell/recurrence.ts';
import { channelNamed, deliveryWorld } from '../delivery-world.ts';
import { sampleFound } from '../stores/sample-findings.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
// A Friday.
const start = Date.parse('2026-11-20T07:00:00Z');

type Given = {
  instances?: number;
  cadence?: 'daily' | 'weekly';
  foldAbove?: number;
  tickMs?: number;
};

function scene({ instances = 1, cadence, foldAbove = 1, tickMs = 15 * second }: Given) {
  const world = deliveryWorld({
    channels: [
      channelNamed('teams', { pace: { mostPerMinute: 10, foldAbove } }),
      channelNamed('mail'),
    ],
    routing: simpleRouting([
      { minSeverity: 'low', channels: ['teams'], ...(cadence && { digest: cadence }) },
    ]),
    start,
    instances,
    tickMs,
    digest: { at: '09:00', timezone: 'Europe/Berlin', weekday: 'mon' },
  });
  return {
    ...world,
    async found(
      name: string,
      given: { severity?: Severity; matter?: string; tenantId?: string; detection?: string } = {},
    ) {
      const { matter = 'role', ...finding } = given;
      const one = sampleFound(derivedId('digests', name), name, {
        finding: { title: name, ...finding },
      });
      await world.record([{ ...one, matter }]);
    },
    digests: async () =>
      (await world.kept())
        .filter(({ incident }) => incident.matter === 'digest')
        .toSorted((a, b) => (a.incident.openedAt < b.incident.openedAt ? -1 : 1)),
    kinds: () => world.taken.map(({ kind, at }) => `${kind} ${(at - start) / minute}`),
  };
}

describe('a storm', () => {
  test('is one message a minute after its first line, which counts all and names the gravest', async () => {
    const { found, runUntil, digests, kinds } = scene({});
    await found('told');
    for (const name of ['a', 'b', 'c']) await found(name, { detection: 'mfa-fatigue' });
    await found('d', { severity: 'medium' });
    await runUntil(start + 30 * second);
    expect(kinds()).toEqual(['new 0']);
    await runUntil(start + 10 * minute);
    expect(kinds()).toEqual(['new 0', 'digest 1']);

    const [digest] = await digests();
    expect(digest?.incident).toMatchObject({
      title: 'Many at once in Example: 4 findings in 4 incidents: 3 high, 1 medium',
      severity: 'high',
      status: 'resolved',
      findings: 4,
    });
    const lines = digest?.findings.map(({ finding }) => finding) ?? [];
    expect(lines.slice(0, 2).map(({ title }) => title)).toEqual([
      '3 × mfa-fatigue in 3 incidents',
      '1 × privileged-role-assigned-active in 1 incident',
    ]);
    expect(
      lines
        .slice(2)
        .map(({ title, details }) => [title, details.incident])
        .sort(),
    ).toEqual(['a', 'b', 'c', 'd'].map((name) => [name, derivedId('digests', name)]));
    expect(lines.at(-1)?.title).toBe('d');
  });

  test('never takes in what is critical or about a break-glass account', async () => {
    const { found, runUntil, taken, kinds } = scene({});
    await found('told');
    await found('critical', { severity: 'critical' });
    await found('glass', { severity: 'low', matter: 'break-glass' });
    await runUntil(start + 5 * minute);
    expect(kinds()).toEqual(['new 0', 'new 0', 'new 0']);
    expect(taken).toHaveLength(3);
  });

  test('is told to each tenant by itself', async () => {
    const { found, runUntil, digests } = scene({});
    await found('told');
    await found('a', { tenantId: 'tenant-1' });
    await found('b', { tenantId: 'tenant-2' });
    await runUntil(start + 5 * minute);
    expect((await digests()).map(({ incident }) => incident.tenantId).sort()).toEqual([
      'tenant-1',
      'tenant-2',
    ]);
  });

  test('names what is over as that, and of what was found more than once the end alone', async () => {
    const { record, runUntil, digests } = scene({});
    const id = derivedId('digests', 'twice');
    await record([sampleFound(derivedId('digests', 'told'), 'told')]);
    await runUntil(start + second);
    await record([sampleFound(id, 'twice', { precedence: '1' })]);
    await runUntil(start + 2 * second);
    await record([sampleFound(id, 'twice', { precedence: '2', state: 'resolved' })]);
    await runUntil(start + 5 * minute);
    expect((await digests()).map(({ incident }) => incident.title)).toEqual([
      'Many at once in Example: 1 finding in 1 incident: 1 over',
    ]);
  });

  test('is one message, however many write it', async () => {
    const { found, runUntil, digests, kinds } = scene({ instances: 3 });
    await found('told');
    for (let n = 0; n < 50; n += 1) await found(`${n}`);
    await runUntil(start + 10 * minute);
    expect((await digests()).map(({ incident }) => incident.findings)).toEqual([50]);
    expect(kinds()).toEqual(['new 0', 'digest 1']);
  });
});

test('of two that write it at the same moment one does', async () => {
  const { found, digests, runUntil, start: process } = scene({});
  for (const name of ['told', 'a', 'b']) await found(name);
  await runUntil(start + second);
  const at = start + 2 * minute;
  await Promise.all([process().digests.flush(at), process().digests.flush(at + 1)]);
  expect((await digests()).map(({ incident }) => incident.findings)).toEqual([2]);
});

test('what somebody has begun is written by the next one, once, with what it was to tell', async () => {
  const { found, digests: written, runUntil, start: process, shelves, cases } = scene({});
  for (const name of ['told', 'a', 'b']) await found(name);
  await runUntil(start + second);
  const dying = digests({
    lists: shelves,
    cases: { ...cases, save: () => Promise.reject(new Error('killed')) },
    outbox: { mark: async () => {}, wake: async () => {} },
    digest: { at: '09:00', timezone: 'UTC', weekday: 'mon' },
    tenantName: () => 'Example',
  });
  await expect(dying.flush(start + minute)).rejects.toThrow('killed');
  const [begun] = [...(await shelves.cuts.all()).values()];
  await found('c');
  await runUntil(start + 2 * second);
  expect(await process().digests.flush(start + 10 * minute)).toBe(2);

  const both = await written();
  expect(both.map(({ incident }) => incident.findings)).toEqual([2, 1]);
  expect(both[0]?.incident.id).toBe(begun?.value.id);
  expect((await shelves.cuts.all()).size).toBe(0);
});

describe('what is gathered', () => {
  test('is told at the hour of the day, where the policy is at home', async () => {
    const { found, runUntil, digests, kinds } = scene({ cadence: 'daily', foldAbove: 20 });
    await found('a');
    await found('b');
    await runUntil(start + hour - minute);
    expect(kinds()).toEqual([]);
    await runUntil(start + hour + minute);
    // Nine in Berlin.
    expect(kinds()).toEqual(['digest 60']);
    await found('c');
    await runUntil(start + 2 * hour);
    expect(kinds()).toEqual(['digest 60']);
    await runUntil(start + 26 * hour);
    expect(kinds()).toEqual(['digest 60', `digest ${25 * 60}`]);
    expect((await digests()).map(({ incident }) => incident.title)).toEqual([
      'The day in Example: 2 findings in 2 incidents: 2 high',
      'The day in Example: 1 finding in 1 incident: 1 high',
    ]);
  });

  test('for the week is told on its day', async () => {
    const { found, runUntil, kinds } = scene({
      cadence: 'weekly',
      foldAbove: 20,
      tickMs: 5 * minute,
    });
    await found('a');
    await runUntil(start + 2 * hour);
    expect(kinds()).toEqual([]);
    await runUntil(start + 4 * 24 * hour);
    // Monday at nine in Berlin.
    expect(kinds()).toEqual([`digest ${(3 * 24 + 1) * 60}`]);
  });

  test('goes at once all the same if it is critical', async () => {
    const { found, runUntil, kinds } = scene({ cadence: 'daily', foldAbove: 20 });
    await found('a', { severity: 'critical' });
    await runUntil(start + second);
    expect(kinds()).toEqual(['new 0']);
  });
});

describe('the round of a day or week', () => {
  const berlin = { at: '09:00', timezone: 'Europe/Berlin' };
  test.each([
    ['2026-11-20T07:59:59Z', '2026-11-19'],
    ['2026-11-20T08:00:00Z', '2026-11-20'],
    // Summer time: nine in Berlin is seven in UTC.
    ['2026-07-01T06:59:00Z', '2026-06-30'],
    ['2026-07-01T07:00:00Z', '2026-07-01'],
    ['2027-01-01T07:00:00Z', '2026-12-31'],
  ])('at %s began on %s', (at, expected) => {
    expect(roundOf(Date.parse(at), berlin)).toBe(expected);
  });

  test.each([
    ['2026-11-20T08:00:00Z', 'mon', '2026-11-16'],
    ['2026-11-16T07:59:00Z', 'mon', '2026-11-09'],
    ['2026-11-16T08:00:00Z', 'mon', '2026-11-16'],
    ['2026-11-20T08:00:00Z', 'fri', '2026-11-20'],
    ['2026-11-20T08:00:00Z', 'sun', '2026-11-15'],
    ['2026-11-20T07:00:00Z', 'fri', '2026-11-13'],
  ] as const)('at %s, of weeks that begin on %s, began on %s', (at, weekday, expected) => {
    expect(roundOf(Date.parse(at), { ...berlin, weekday })).toBe(expected);
  });
});
