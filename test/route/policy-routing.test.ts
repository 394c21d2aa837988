import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import type { Finding } from '../../shared/finding.ts';
import type { Mute } from '../../shared/route/mute.ts';
import { policyRouting } from '../../shared/route/policy-routing.ts';
import type { Routed } from '../../shared/route/routing.ts';
import type { Silence } from '../../shared/route/silence.ts';
import { simpleRouting } from '../../shared/route/simple-routing.ts';
import { severities } from '../../shared/severity.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import {
  accounts,
  ada,
  findingOf,
  glass,
  otherTenantId,
  policyFrom,
  silenceOf,
  tenantId,
  user,
} from './sample.ts';

const noon = Date.parse('2026-11-20T12:00:00Z');
const minutes = (count: number) => count * 60_000;

function routingOf(rest: string, silences: readonly Silence[] = []) {
  const [shelf, mutes] = [memoryShelf<Silence>(), memoryShelf<Mute>()];
  const filled = Promise.all(silences.map((one) => shelf.put(one.id, one)));
  const deps = { policy: policyFrom(rest), silences: shelf, mutes, accounts: async () => accounts };
  return { routing: policyRouting(deps), deps, filled };
}

async function routed(
  rest: string,
  given: Partial<Finding>,
  { now = noon, silences = [] as readonly Silence[] } = {},
): Promise<Routed> {
  const { routing, filled } = routingOf(rest, silences);
  await filled;
  return (await routing.at(now))(findingOf(given));
}

/** `mail now`, `teams daily`, `teams now 15` */
const told = ({ tellings }: Routed) =>
  tellings.map(({ channel, cadence, groupMs }) =>
    [channel, cadence, ...(groupMs > 0 ? [groupMs / minutes(1)] : [])].join(' '),
  );

const both = '{ minSeverity: critical, channels: [teams, mail] }';
const routes = (...more: string[]) => `routes: [${[both, ...more].join(', ')}]\n`;

describe('routes', () => {
  const all = routes('{ minSeverity: medium, channels: [teams] }');

  test.each([
    ['low', []],
    ['medium', ['teams now']],
    ['high', ['teams now']],
    ['critical', ['teams now', 'mail now']],
  ] as const)('a finding that is %s goes to %j', async (severity, expected) => {
    expect(told(await routed(all, { severity }))).toEqual(expected);
  });

  test.each([
    ['tenants: [contoso]', { tenantId }, true],
    ['tenants: [CONTOSO]', { tenantId }, true],
    [`tenants: [${tenantId}]`, { tenantId }, true],
    ['tenants: [Fabrikam]', { tenantId }, false],
    ['tenants: [Fabrikam]', { tenantId: otherTenantId }, true],
    ['detections: [admin-new-device]', {}, true],
    ['detections: [admin-new-location]', {}, false],
    ['accounts: [ada@contoso.com]', {}, true],
    [`accounts: [${ada.id}]`, {}, true],
    ['accounts: [ada@contoso.com]', { subject: user('x'), actor: { ...ada, ip: null } }, true],
    ['accounts: [ada@contoso.com]', { subject: user('x') }, false],
  ] as const)('one with %s takes %j: %s', async (narrow, given, fits) => {
    const rest = routes(`{ minSeverity: low, channels: [teams], ${narrow} }`);
    expect(told(await routed(rest, given))).toEqual(fits ? ['teams now'] : []);
  });

  test.each([
    ['2026-11-20T12:00:00Z', 'medium', true],
    ['2026-11-20T16:59:00Z', 'medium', true],
    ['2026-11-20T17:00:00Z', 'medium', false],
    ['2026-11-21T12:00:00Z', 'high', false],
    ['2026-11-21T12:00:00Z', 'critical', true],
  ] as const)('one with hours, at %s, a %s finding: %s', async (time, severity, fits) => {
    const during = 'during: { timezone: Europe/Berlin, days: [fri], from: "08:00", to: "18:00" }';
    const rest = `routes: [{ minSeverity: low, channels: [teams], ${during} }, { minSeverity: critical, channels: [mail] }]`;
    const found = await routed(rest, { severity }, { now: Date.parse(time) });
    expect(told(found).includes('teams now')).toBe(fits);
  });

  test('a night shift belongs to the day on which it begins', async () => {
    const during = 'during: { days: [fri], from: "22:00", to: "06:00" }';
    const rest = routes(`{ minSeverity: low, channels: [teams], ${during} }`);
    const at = async (time: string) => told(await routed(rest, {}, { now: Date.parse(time) }));
    expect(await at('2026-11-21T05:59:00Z')).toEqual(['teams now']);
    expect(await at('2026-11-20T05:59:00Z')).toEqual([]);
  });
});

describe('digests and groups', () => {
  const rest = routes(
    '{ minSeverity: low, channels: [teams, mail], digest: weekly }',
    '{ minSeverity: medium, channels: [mail], digest: daily }',
    '{ minSeverity: high, channels: [mail], groupMinutes: 15 }',
    '{ minSeverity: high, channels: [mail], groupMinutes: 5 }',
  );

  test.each([
    ['low', ['teams weekly', 'mail weekly']],
    ['medium', ['teams weekly', 'mail daily']],
    ['high', ['teams weekly', 'mail now 5']],
    ['critical', ['teams now', 'mail now']],
  ] as const)('%s: %j', async (severity, expected) => {
    expect(told(await routed(rest, { severity }))).toEqual(expected);
  });
});

test.each([
  ['{ digest: daily }', '{ digest: weekly }', 'mail daily'],
  ['{ digest: weekly }', '{}', 'mail now'],
  ['{ groupMinutes: 15 }', '{ groupMinutes: 5 }', 'mail now 5'],
  ['{ groupMinutes: 15 }', '{}', 'mail now'],
  ['{ groupMinutes: 15 }', '{ digest: daily }', 'mail now 15'],
  ['{ digest: daily, groupMinutes: 15 }', '{ digest: weekly }', 'mail daily'],
])('of two routes to one channel, %s and %s, it is told: %s', async (one, other, expected) => {
  const routeWith = (more: string) =>
    `{ minSeverity: medium, channels: [mail]${more.replace(/^\{ ?/, ', ').replace(', }', ' }')}`;
  for (const order of [
    [one, other],
    [other, one],
  ]) {
    expect(told(await routed(routes(...order.map(routeWith)), {}))).toEqual([expected]);
  }
});

test('what is critical waits for no others', async () => {
  const rest = routes('{ minSeverity: low, channels: [quiet], groupMinutes: 15 }');
  const found = await routed(rest, { severity: 'critical' });
  expect(told(found)).toEqual(['teams now', 'mail now', 'quiet now']);
});

describe('the floor of a channel', () => {
  const rest = routes('{ minSeverity: low, channels: [teams, quiet] }');

  test('keeps what is below it away from this channel alone', async () => {
    expect(told(await routed(rest, { severity: 'medium' }))).toEqual(['teams now']);
    expect(told(await routed(rest, { severity: 'high' }))).toEqual(['teams now', 'quiet now']);
  });

  test('does not count for break-glass accounts', async () => {
    const found = await routed(rest, { severity: 'low', subject: glass });
    expect(told(found)).toEqual(['teams now', 'quiet now']);
  });
});

describe('silences', () => {
  const rest = routes('{ minSeverity: low, channels: [teams] }');
  const quietBy = async (silence: Partial<Silence>, given: Partial<Finding> = {}, now = noon) =>
    (await routed(rest, given, { now, silences: [silenceOf(silence)] })).quiet;

  test('tell nobody, and why', async () => {
    const found = await routed(rest, {}, { silences: [silenceOf()] });
    expect(found.tellings).toEqual([]);
    expect(found.quiet).toEqual({
      by: 'silence',
      id: 'silence-1',
      says: 'silenced until 2026-11-21T10:00:00.000Z by Ana Ruiz: new laptops',
    });
    expect(found.because).toContain('the silence silence-1 holds it back');
  });

  test.each([
    ['another detection', { detections: ['pim-activation'] }, {}, false],
    ['the account, by name', { accounts: ['ada@contoso.com'] }, {}, true],
    ['the account, by id', { accounts: [ada.id as string] }, {}, true],
    [
      'who did it',
      { accounts: ['ada@contoso.com'] },
      { subject: user('x'), actor: { ...ada, ip: null } },
      true,
    ],
    ['another account', { accounts: ['ben@contoso.com'] }, {}, false],
    ['the tenant', { tenants: [tenantId] }, {}, true],
    ['another tenant', { tenants: [otherTenantId] }, {}, false],
    ['critical, without accounts', {}, { severity: 'critical' }, false],
    [
      'critical, with the account',
      { accounts: ['ada@contoso.com'] },
      { severity: 'critical' },
      true,
    ],
    ['ended early', { ended: { by: silenceOf().by, at: '2026-11-20T11:00:00.000Z' } }, {}, false],
  ] as const)('%s', async (_, silence, given, isQuiet) => {
    const quiet = await quietBy(silence as Partial<Silence>, given as Partial<Finding>);
    expect(quiet !== null).toBe(isQuiet);
  });

  test('end by themselves', async () => {
    const until = Date.parse(silenceOf().until);
    expect(await quietBy({}, {}, until - 1)).not.toBeNull();
    expect(await quietBy({}, {}, until)).toBeNull();
  });

  test('of the policy count as well, with the place where they stand', async () => {
    const silence =
      'silences: [{ detections: [admin-new-device], tenants: [contoso], by: Ana, reason: laptops, until: 2026-11-21T00:00Z }]';
    const found = await routed(rest + silence, {});
    expect(found.quiet).toMatchObject({ id: 'silences[0]' });
    const other = await routed(rest + silence, { tenantId: otherTenantId });
    expect(other.quiet).toBeNull();
  });

  test('of the policy that are meant for years count in their last thirty days alone', async () => {
    const silence =
      'silences: [{ detections: [admin-new-device], by: Ana, reason: a slip, until: 2030-11-21T00:00Z }]';
    const at = async (now: string) =>
      (await routed(rest + silence, {}, { now: Date.parse(now) })).quiet !== null;
    expect(await at('2026-11-20T12:00:00Z')).toBe(false);
    expect(await at('2030-10-21T23:59:00Z')).toBe(false);
    expect(await at('2030-10-22T00:00:00Z')).toBe(true);
  });

  test('of what nobody would have heard of keep nothing quiet', async () => {
    expect(await quietBy({}, { severity: 'informational' })).toBeNull();
  });

  test('hold hostile words that stay one line', async () => {
    const by = { ...silenceOf().by, name: 'A\nna\u202e' };
    const quiet = await quietBy({ by, reason: 'x\r\nsent: yes\u0007' });
    expect(quiet?.says).toBe('silenced until 2026-11-21T10:00:00.000Z by A na: x sent: yes');
  });
});

describe('inhibitions', () => {
  const rest = `${routes('{ minSeverity: low, channels: [teams] }')}
inhibitions:
  - { by: [mfa-fatigue-success], mutes: [mfa-fatigue, admin-new-device], minutes: 30 }`;
  const graver = { id: 'graver', detection: 'mfa-fatigue-success', severity: 'high' } as const;
  const lesser = { id: 'lesser', detection: 'mfa-fatigue', severity: 'medium' } as const;

  async function afterGraver(
    given: Partial<Finding>,
    { by = {} as Partial<Finding>, now = noon } = {},
  ) {
    const { routing } = routingOf(rest);
    const route = await routing.at(now);
    await routing.remember([findingOf({ ...graver, ...by })], noon);
    return route(findingOf({ ...lesser, ...given }));
  }

  test('mute what is lesser, about the same account, even for a batch that has begun', async () => {
    const found = await afterGraver({});
    expect(found.tellings).toEqual([]);
    expect(found.quiet).toEqual({
      by: 'inhibition',
      id: 'inhibitions[0]',
      says: 'mfa-fatigue-success about the same account, of 2026-11-20T12:00:00.000Z, was told already',
    });
  });

  test.each([
    ['another account', { subject: user('x') }],
    ['another tenant', { tenantId: otherTenantId }],
    ['another detection', { detection: 'pim-activation' }],
    ['the graver one itself', graver],
    ['what is graver than what was told', { severity: 'critical' as const }],
  ])('not %s', async (_, given) => {
    expect((await afterGraver(given)).quiet).toBeNull();
  });

  test('know an account by its id and by its name', async () => {
    const found = await afterGraver({ subject: { ...ada, id: null } });
    expect(found.quiet).not.toBeNull();
  });

  test('end after their minutes, counted from when it happened', async () => {
    const at = async (now: number) => (await afterGraver({}, { now })).quiet !== null;
    expect(await at(noon + minutes(30))).toBe(true);
    expect(await at(noon + minutes(30) + 1)).toBe(false);
    const late = { time: '2026-11-20T11:29:00.000Z' };
    expect((await afterGraver({}, { by: late })).quiet).toBeNull();
    const ahead = { time: '2026-11-21T12:00:00.000Z' };
    expect((await afterGraver({}, { by: ahead })).quiet).toBeNull();
  });

  test('do not count what nobody was told of', async () => {
    const { routing, deps } = routingOf(rest, [
      silenceOf({ detections: ['mfa-fatigue-success'], accounts: ['ada@contoso.com'] }),
    ]);
    await routing.remember([findingOf(graver)], noon);
    expect((await routing.at(noon))(findingOf(lesser)).quiet).toBeNull();
    expect((await deps.mutes.all()).size).toBe(0);
  });

  test('remember the same twice as once, and a later one in its place', async () => {
    const { routing, deps } = routingOf(rest);
    const put = vi.spyOn(deps.mutes, 'put');
    const later = { ...graver, id: 'later', time: '2026-11-20T12:10:00.000Z' };
    for (const findings of [[graver], [graver], [later], [graver, later]]) {
      await routing.remember(
        findings.map((one) => findingOf(one)),
        noon,
      );
    }
    expect(put).toHaveBeenCalledTimes(2);
    const [kept] = [...(await deps.mutes.all()).values()];
    expect(kept?.value.at).toBe(later.time);
  });

  test('are about somebody: what is about nobody mutes nothing', async () => {
    const { routing, deps } = routingOf(rest);
    const nobody = { type: 'other', id: null, name: null } as const;
    await routing.remember([findingOf({ ...graver, subject: nobody })], noon);
    expect((await routing.at(noon))(findingOf({ ...lesser, subject: nobody })).quiet).toBeNull();
    expect((await deps.mutes.all()).size).toBe(0);
  });

  test('keep the latest, of one moment the gravest, in whatever order they come', async () => {
    const one = fc.record({
      time: fc.constantFrom('2026-11-20T11:50:00.000Z', '2026-11-20T11:55:00.000Z'),
      severity: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
    });
    const keptOf = async (given: readonly Partial<Finding>[]) => {
      const { routing, deps } = routingOf(rest);
      for (const some of given) {
        await routing.remember([findingOf({ ...graver, ...some })], noon);
      }
      return [...(await deps.mutes.all()).values()].map(({ value }) => [value.at, value.severity]);
    };
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 5 }), async (given) => {
        const [last] = given
          .toSorted(
            (a, b) =>
              a.time.localeCompare(b.time) ||
              severities.indexOf(a.severity) - severities.indexOf(b.severity),
          )
          .slice(-1);
        expect(await keptOf(given)).toEqual([[last?.time, last?.severity]]);
      }),
      { numRuns: 50 },
    );
  });

  test('do not begin with what is too old to mute anything', async () => {
    const { routing, deps } = routingOf(rest);
    await routing.remember([findingOf({ ...graver, time: '2026-11-18T11:59:59.999Z' })], noon);
    expect((await deps.mutes.all()).size).toBe(0);
  });

  test('are forgotten once no inhibition can last so long', async () => {
    const { routing, deps } = routingOf(rest);
    await routing.remember([findingOf(graver)], noon);
    const later = noon + 3 * 86_400_000;
    const other = { ...graver, subject: user('x'), time: new Date(later).toISOString() };
    await routing.remember([findingOf(other)], later);
    const left = [...(await deps.mutes.all()).values()].map(({ value }) => value.account);
    expect(left).toEqual(['x']);
  });

  test('count for other instances within seconds', async () => {
    const { routing, deps } = routingOf(rest);
    const other = policyRouting(deps);
    expect((await other.at(noon))(findingOf(lesser)).quiet).toBeNull();
    await routing.remember([findingOf(graver)], noon);
    expect((await other.at(noon + 5_000))(findingOf(lesser)).quiet).not.toBeNull();
  });

  test('two instances that remember at once both end', async () => {
    const { routing, deps } = routingOf(rest);
    const later = { ...graver, id: 'later', time: '2026-11-20T12:10:00.000Z' };
    await Promise.all([
      routing.remember([findingOf(graver)], noon),
      policyRouting(deps).remember([findingOf(later)], noon),
    ]);
    const [kept] = [...(await deps.mutes.all()).values()];
    expect(kept?.value.at).toBe(later.time);
  });
});

describe('what is read', () => {
  const rest = routes('{ minSeverity: low, channels: [teams] }');

  test('is nothing of mutes where the policy has no inhibition', async () => {
    const { routing, deps } = routingOf(rest);
    const reads = [vi.spyOn(deps.mutes, 'all'), vi.spyOn(deps.mutes, 'get')];
    await routing.at(noon);
    await routing.remember([findingOf({ detection: 'mfa-fatigue-success' })], noon);
    for (const read of reads) expect(read).not.toHaveBeenCalled();
  });

  test('is one read of each for a batch, and for those who ask at the same time', async () => {
    const inhibition = 'inhibitions: [{ by: [mfa-fatigue-success], mutes: [mfa-fatigue] }]';
    const { routing, deps } = routingOf(rest + inhibition);
    const reads = [vi.spyOn(deps.silences, 'all'), vi.spyOn(deps.mutes, 'all')];
    await Promise.all([routing.at(noon), routing.at(noon), routing.at(noon + 1)]);
    await routing.remember([findingOf({ detection: 'mfa-fatigue-success' })], noon + 2);
    await routing.at(noon + 4_999);
    for (const read of reads) expect(read).toHaveBeenCalledTimes(1);
    await routing.at(noon + 5_000);
    for (const read of reads) expect(read).toHaveBeenCalledTimes(2);
    // A clock that was set back must not make what was read last for as long.
    await routing.at(noon);
    for (const read of reads) expect(read).toHaveBeenCalledTimes(3);
  });

  test('is nothing where no finding could mute another', async () => {
    const inhibition = 'inhibitions: [{ by: [mfa-fatigue-success], mutes: [mfa-fatigue] }]';
    const { routing, deps } = routingOf(rest + inhibition);
    const reads = [vi.spyOn(deps.silences, 'all'), vi.spyOn(deps.mutes, 'all')];
    await routing.remember([findingOf({ detection: 'mfa-fatigue' })], noon);
    for (const read of reads) expect(read).not.toHaveBeenCalled();
  });

  test('a new silence counts within seconds', async () => {
    const { routing, deps } = routingOf(rest);
    await routing.at(noon);
    await deps.silences.put('silence-1', silenceOf());
    expect((await routing.at(noon + 5_000))(findingOf()).quiet).not.toBeNull();
  });

  test('a read that failed is no answer, and is tried again', async () => {
    const { routing, deps } = routingOf(rest);
    const fault = new WatchError('STORE_UNAVAILABLE', 'busy');
    vi.spyOn(deps.silences, 'all').mockRejectedValueOnce(fault);
    const route = await routing.at(noon);
    expect(() => route(findingOf())).toThrow(fault);
    expect(told((await routing.at(noon))(findingOf()))).toEqual(['teams now']);
  });
});

describe('break-glass', () => {
  /** Everything of a policy that could keep something quiet, as strong as it can be written. */
  const hostile = `routes:
  - { minSeverity: low, channels: [mail, quiet], digest: weekly, groupMinutes: 240 }
  - { minSeverity: low, channels: [teams], during: { days: [mon], from: "08:00", to: "08:01" } }
silences:
  - { detections: [admin-new-device, mfa-fatigue], accounts: [ada@contoso.com], by: A, reason: b, until: 2026-12-01T00:00Z }
inhibitions:
  - { by: [mfa-fatigue-success], mutes: [mfa-fatigue, admin-new-device], minutes: 1440 }
`;
  const ofGlass = fc.oneof(
    fc.constant({ subject: glass, actor: { ...ada, ip: null } }),
    fc.constant({ subject: ada, actor: { ...glass, ip: null } }),
    fc.constant({ subject: { ...glass, id: null }, actor: null }),
  );

  test('nothing keeps a finding about such an account from any channel, nor makes it wait', async () => {
    const shelf = [silenceOf({ detections: ['mfa-fatigue', 'admin-new-device'] })];
    const glassSilence = silenceOf({
      id: 'two',
      accounts: [glass.id as string, 'ada@contoso.com'],
    });
    const { routing, filled } = routingOf(hostile, [...shelf, glassSilence]);
    await filled;
    const about = { detection: 'mfa-fatigue-success', severity: 'critical' } as const;
    await routing.remember([findingOf(about), findingOf({ ...about, subject: glass })], noon);
    const route = await routing.at(noon);
    const detections = fc.constantFrom('mfa-fatigue', 'admin-new-device', 'breakglass-acts');
    const loud = fc.constantFrom(...severities.filter((one) => one !== 'informational'));

    fc.assert(
      fc.property(ofGlass, detections, loud, (parties, detection, severity) => {
        const found = route(findingOf({ ...parties, detection, severity }));
        expect(told(found)).toEqual(['mail now', 'quiet now', 'teams now']);
        expect(found.quiet).toBeNull();
      }),
    );
    // The same policy does keep others quiet: the test above could fail.
    expect(told(route(findingOf({ detection: 'admin-new-device' })))).toEqual([]);
  });

  test('a breakglass detection counts by its name alone', async () => {
    const found = await routed(hostile, { detection: 'breakglass-acts', severity: 'high' });
    expect(told(found)).toEqual(['mail now', 'quiet now', 'teams now']);
    expect(found.because[0]).toBe(
      'breakglass-acts fired: nothing silences, mutes or holds back what is told of it',
    );
  });

  test('what is informational may be gathered, and is not kept quiet', async () => {
    const rest = `routes: [{ minSeverity: informational, channels: [mail, teams], digest: daily }]`;
    const found = await routed(rest, { subject: glass, severity: 'informational' });
    expect([told(found), found.quiet]).toEqual([['mail daily', 'teams daily'], null]);
  });
});

test('a sentence says of each route, floor, silence and inhibition what it did', async () => {
  const rest = `${routes(
    '{ minSeverity: low, channels: [quiet, teams], tenants: [contoso], groupMinutes: 15 }',
    '{ minSeverity: low, channels: [teams], tenants: [Fabrikam] }',
    '{ minSeverity: low, channels: [teams], during: { from: "00:00", to: "01:00" } }',
  )}
silences: [{ detections: [admin-new-device], accounts: [ben@contoso.com], by: A, reason: b, until: 2026-12-01T00:00Z }]
inhibitions: [{ by: [mfa-fatigue-success], mutes: [admin-new-device] }]`;
  const { because } = await routed(rest, {});
  expect(because).toEqual([
    'routes[0] (critical -> teams, mail) does not fit: it takes critical, and this is medium',
    'routes[1] (low and above of contoso -> quiet, teams, updates together every 15 minutes) fits',
    'quiet hears nothing below high',
    'routes[2] (low and above of Fabrikam -> teams) does not fit: it is for Fabrikam',
    'routes[3] (low and above -> teams, mon tue wed thu fri sat sun, 00:00 to 01:00, UTC) does not fit: it is not the time: mon tue wed thu fri sat sun, 00:00 to 01:00, UTC',
    'the silence silences[0] is for other accounts',
    'inhibitions[0] does not hold it back: nothing was told of mfa-fatigue-success about the same account in the last 60 minutes',
  ]);
});

test('simple routing is routes alone, by the same rules', async () => {
  const routing = simpleRouting(
    [
      { minSeverity: 'high', channels: ['a', 'b'], tenants: ['contoso'] },
      { minSeverity: 'low', channels: ['b'], detections: ['mfa-fatigue'], digest: 'daily' },
    ],
    () => 'contoso',
  );
  await routing.remember([findingOf()], noon);
  const route = await routing.at(noon);
  expect(told(route(findingOf({ severity: 'high' })))).toEqual(['a now', 'b now']);
  expect(told(route(findingOf({ detection: 'mfa-fatigue' })))).toEqual(['b daily']);
  expect(told(route(findingOf()))).toEqual([]);
});

describe('where silences and what mutes can not be read', () => {
  const rest = `${routes('{ minSeverity: low, channels: [teams] }')}
inhibitions: [{ by: [mfa-fatigue-success], mutes: [admin-new-device] }]`;
  const away = async (): Promise<never> => {
    throw new WatchError('STORE_UNAVAILABLE', 'the table is gone');
  };
  const broken = { all: away, get: away, put: away, remove: away };

  test('a break-glass account is told of all the same, and anything else waits', async () => {
    const { deps } = routingOf(rest);
    const routing = policyRouting({ ...deps, silences: broken, mutes: broken });
    const route = await routing.at(noon);
    expect(told(route(findingOf({ subject: glass, severity: 'critical' })))).toEqual([
      'teams now',
      'mail now',
    ]);
    expect(() => route(findingOf())).toThrow(WatchError);
    const mutes = { detection: 'mfa-fatigue-success', severity: 'high' } as const;
    await routing.remember([findingOf({ ...mutes, subject: glass })], noon);
    await expect(routing.remember([findingOf(mutes)], noon)).rejects.toThrow(WatchError);
  });
});
