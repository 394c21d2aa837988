import { describe, expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import type { Person } from '../../shared/respond/response.ts';
import { policyRouting } from '../../shared/route/policy-routing.ts';
import type { Silence } from '../../shared/route/silence.ts';
import { type SilenceGiven, silencing } from '../../shared/route/silences.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import { accounts, findingOf, glass, glassId, policyFrom, silenceOf, tenantId } from './sample.ts';

const noon = Date.parse('2026-11-20T12:00:00Z');
const ana: Person = { id: 'ana', name: 'Ana Ruiz', identifiedBy: 'sign-in' };

const rest = `routes: [{ minSeverity: low, channels: [teams, mail] }]
silences: [{ detections: [pim-activation], tenants: [contoso], by: Ines, reason: move, until: 2026-12-01T00:00Z }]`;

function verbs({ now = noon } = {}) {
  const shelf = memoryShelf<Silence>();
  const ledger: string[] = [];
  let ids = 0;
  const clock = { now };
  const deps = {
    policy: policyFrom(rest),
    shelf,
    accounts: async () => accounts,
    written: async ({ id }: Silence, what: string) => {
      ledger.push(`${what} ${id}`);
    },
    now: () => clock.now,
    newId: () => {
      ids += 1;
      return `silence-${ids}`;
    },
  };
  return { ...silencing(deps), deps, shelf, ledger, clock };
}

const given: SilenceGiven = {
  detections: ['admin-new-device'],
  accounts: ['Ada@Contoso.com'],
  tenants: ['Contoso'],
  reason: ' new\nlaptops\u202e ',
  until: '2026-11-21T10:00Z',
};

test('a declared silence is clean, kept, written down, and in force', async () => {
  const { declare, deps, shelf, ledger } = verbs();
  const outcome = await declare(given, { ...ana, name: 'Ana\nRuiz' });

  const silence = silenceOf({
    accounts: ['ada@contoso.com'],
    tenants: [tenantId],
    reason: 'new laptops',
    createdAt: '2026-11-20T12:00:00.000Z',
  });
  expect(outcome).toEqual({ done: true, silence });
  expect((await shelf.get('silence-1'))?.value).toEqual(silence);
  expect(ledger).toEqual(['declared silence-1']);
  const routing = policyRouting({ ...deps, silences: shelf, mutes: memoryShelf() });
  expect((await routing.at(noon))(findingOf()).quiet?.id).toBe('silence-1');
});

describe('refused, and nothing is written', () => {
  test.each<[string, Partial<SilenceGiven>, string]>([
    ['no detection', { detections: [] }, 'Name at least one detection.'],
    [
      'a break-glass detection',
      { detections: ['admin-new-device', 'breakglass-acts'] },
      'Nothing silences a break-glass account.',
    ],
    [
      'one that is not there yet, but begins so',
      { detections: ['breakglass-later'] },
      'Nothing silences a break-glass account.',
    ],
    ...[
      'entra-diagnostics-changed',
      'detector-function-tampered',
      'state-store-tampered',
      'alert-channel-tampered',
      'log-stream-silent',
      'config-roster-stale',
      'channel-failing',
      'sink-failing',
      'drill-not-alerted',
      'silence-declared',
      'drill-declared',
    ].map((id): [string, Partial<SilenceGiven>, string] => [
      `${id}, without which Glasswatch may go blind unseen`,
      { detections: [id], accounts: ['ada@contoso.com'] },
      `${id} tells that Glasswatch itself no longer sees or speaks: only the policy silences it.`,
    ]),
    [
      'a slip',
      { detections: ['admin-new-devise'] },
      'There is no detection "admin-new-devise". Did you mean admin-new-device?',
    ],
    ['a hostile name', { detections: ['<b>\n\u202ex'] }, 'There is no detection "<b> x".'],
    [
      'a break-glass account, by id',
      { accounts: [glassId.toUpperCase()] },
      `${glassId} is a break-glass account: nothing silences those.`,
    ],
    [
      'a break-glass account that the directory knows by another name',
      { accounts: ['ada@contoso.com', String(glass.name)] },
      `${glass.name} is a break-glass account: nothing silences those.`,
    ],
    [
      'no account',
      { accounts: ['Ada'] },
      '"Ada" is no account: take an object id (GUID) or a user principal name (name@domain).',
    ],
    [
      'an unknown tenant',
      { tenants: ['fabricam'] },
      'There is no tenant "fabricam": there are contoso, Fabrikam.',
    ],
    ['no reason', { reason: ' \u200b ' }, 'Say why: whoever reviews the silences must see it.'],
    [
      'no time',
      { until: 'tomorrow' },
      'Say until when, as a moment in UTC such as 2026-11-20T18:00Z.',
    ],
    [
      'the past',
      { until: '2026-11-20T12:00Z' },
      'It would be over already: choose a moment to come.',
    ],
    [
      'too long',
      { until: '2026-12-20T12:00:00.001Z' },
      'It may last 30 days at most: what has to be quiet for longer is an exclusion in the policy.',
    ],
    [
      'too many',
      { accounts: Array.from({ length: 51 }, (_, one) => `a${one}@contoso.com`) },
      'Name at most 50 at once.',
    ],
  ])('%s', async (_, wrong, says) => {
    const { declare, shelf, ledger } = verbs();
    expect(await declare({ ...given, ...wrong }, ana)).toEqual({ done: false, says });
    expect([(await shelf.all()).size, ledger]).toEqual([0, []]);
  });

  test('the hundred and first', async () => {
    const { declare, shelf, clock } = verbs();
    for (let one = 0; one < 100; one += 1) await declare(given, ana);
    expect(await declare(given, ana)).toEqual({
      done: false,
      says: 'There are 100 silences already: end one first.',
    });
    clock.now = Date.parse('2026-11-21T10:00Z');
    expect(await declare({ ...given, until: '2026-11-22T10:00Z' }, ana)).toMatchObject({
      done: true,
    });
    expect((await shelf.all()).size).toBe(101);
  });
});

test('thirty days to the millisecond are not too long', async () => {
  const { declare } = verbs();
  expect(await declare({ ...given, until: '2026-12-20T12:00Z' }, ana)).toMatchObject({
    done: true,
  });
});

describe('ending one', () => {
  const ben: Person = { id: 'ben', name: 'Ben Okafor', identifiedBy: 'sign-in' };

  test('counts at once, says who, and is written down', async () => {
    const { declare, end, shelf, ledger, clock } = verbs();
    await declare(given, ana);
    clock.now = noon + 60_000;
    const ended = { by: ben, at: '2026-11-20T12:01:00.000Z' };
    expect(await end('silence-1', ben)).toMatchObject({ done: true, silence: { ended } });
    expect((await shelf.get('silence-1'))?.value).toMatchObject({ by: ana, ended });
    expect(ledger).toEqual(['declared silence-1', 'ended silence-1']);
  });

  test('is refused for one that is over, is not there, or stands in the policy', async () => {
    const { declare, end, clock, ledger } = verbs();
    await declare(given, ana);
    await end('silence-1', ben);
    const says = async (id: string) => (await end(id, ana)) as { says: string };
    expect((await says('silence-1')).says).toBe('It is over already.');
    expect((await says('silence-9')).says).toBe('There is no such silence any more.');
    expect((await says('silences[0]')).says).toBe('It stands in the policy: take it out there.');
    await declare(given, ana);
    clock.now = Date.parse('2026-11-21T10:00Z');
    expect((await says('silence-2')).says).toBe('It is over already.');
    expect(ledger).toHaveLength(3);
  });

  test('two at once: the first one did it', async () => {
    const { declare, end, shelf } = verbs();
    await declare(given, ana);
    const outcomes = await Promise.all([end('silence-1', ana), end('silence-1', ben)]);
    expect(outcomes.filter(({ done }) => done)).toHaveLength(1);
    const winner = outcomes[0]?.done ? ana : ben;
    expect((await shelf.get('silence-1'))?.value.ended?.by).toEqual(winner);
  });
});

test('what could not be written down is not quiet', async () => {
  const { deps, shelf } = verbs();
  const fault = new WatchError('STORE_UNAVAILABLE', 'busy');
  const { declare } = silencing({ ...deps, written: () => Promise.reject(fault) });
  await expect(declare(given, ana)).rejects.toBe(fault);
  expect((await shelf.all()).size).toBe(0);
});

test('the list has those of the policy too, the newest first, and forgets in the end', async () => {
  const { declare, end, list, shelf, clock } = verbs();
  await declare(given, ana);
  clock.now = noon + 1000;
  await declare(given, ana);
  await end('silence-2', ana);
  const listed = async (now: number) => (await list(now)).map(({ id }) => id);
  const old = silenceOf({ id: 'silence-old', createdAt: '2026-11-19T10:00:00.000Z' });
  await shelf.put(old.id, old);
  const all = ['silence-2', 'silence-1', 'silence-old', 'silences[0]'];
  expect(await listed(clock.now)).toEqual(all);
  await shelf.remove(old.id);
  const [, , policys] = await list(clock.now);
  expect(policys).toMatchObject({
    tenants: [tenantId],
    by: { name: 'Ines', identifiedBy: 'policy' },
    until: '2026-12-01T00:00:00.000Z',
  });

  expect(await listed(Date.parse('2026-12-20T12:00:01Z'))).toContain('silence-2');
  clock.now = Date.parse('2026-12-20T12:00:02Z');
  expect(await listed(clock.now)).toEqual(['silence-1', 'silences[0]']);
  await declare({ ...given, until: '2026-12-21T12:00Z' }, ana);
  expect([...(await shelf.all()).keys()]).toEqual(['silence-1', 'silence-3']);
});
