import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { WatchError } from '../../shared/errors.ts';
import { newFindingEvent } from '../../shared/forward/events-of.ts';
import { type ForwarderDeps, forwarder } from '../../shared/forward/forwarder.ts';
import { knownSinks } from '../../shared/forward/known-sinks.ts';
import { memoryFeed } from '../../shared/forward/memory-feed.ts';
import { openTransports } from '../../shared/forward/open-transports.ts';
import type { ClaimRow } from '../../shared/forward/pump/claim.ts';
import { heartbeatOf } from '../../shared/forward/pump/heartbeat.ts';
import type { SinkState } from '../../shared/forward/pump/sink-state.ts';
import type { IncidentEvent } from '../../shared/forward/siem-event.ts';
import { siemFormats } from '../../shared/forward/siem-formats/index.ts';
import { defineSink, type Outcome, type Packed, taken } from '../../shared/forward/sink.ts';
import type { SinkSeen } from '../../shared/forward/sink-troubles.ts';
import { sinks as kinds } from '../../shared/forward/sinks/index.ts';
import { formatProblem, type Policy, parsePolicy } from '../../shared/policy.ts';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { recordFindings } from '../../shared/record/record-findings.ts';
import { unheard } from '../../shared/record/unheard.ts';
import type { Severity } from '../../shared/severity.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import { sampleFound } from '../stores/sample-findings.ts';
import { sampleFinding, sampleIncident } from '../tell/sample-alerts.ts';
import { later, minute, refused, second, start, unavailable } from './pump-world.ts';

const contoso = '60e8de8d-8243-4bff-86c7-2aa35ef4cbf5';
const fabrikam = '3f8c1e52-6d0a-4b7e-9c41-5a2f7be08d16';

function policyWith(sinks: string): Policy {
  const parsed = parsePolicy(
    `version: 1
tenants:
  - { id: ${contoso}, name: contoso }
  - { id: ${fabrikam}, name: Fabrikam Inc }
channels: { soc: { type: teams, webhookUrl: { env: A } } }
routes: [{ minSeverity: high, channels: [soc] }]
sinks:
${sinks}`,
    'policy.yaml',
  );
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.policy;
}

const lines = (name: string, more = 'heartbeat: false') =>
  `  ${name}: { type: file, path: ${name}.ndjson, ${more} }\n`;

function world(sinks: string, over: Partial<ForwarderDeps> = {}) {
  let now = start;
  const files = new Map<string, string[]>();
  const messages: { sink: string; delayMs: number }[] = [];
  const warnings: string[] = [];
  const seen: SinkSeen[] = [];
  const cases = memoryCases();
  const deps: ForwarderDeps = {
    policy: policyWith(sinks),
    ...{ kinds, formats: siemFormats, env: {}, events: cases, feed: memoryFeed() },
    transports: {
      ...openTransports(),
      async append(file, text) {
        files.set(file, [...(files.get(file) ?? []), ...text.trimEnd().split('\n')]);
      },
    },
    states: memoryShelf<SinkState>(),
    claims: memoryShelf<ClaimRow>(),
    deadLetter: async () => {},
    lastRecordAt: async () => null,
    queue: { send: async (sink, delayMs) => void messages.push({ sink, delayMs }) },
    trouble: { look: async (one) => void seen.push(one) },
    warn: (message) => void warnings.push(message),
    now: () => now,
    random: () => 1,
    ...over,
  };
  const forwarding = forwarder(deps);
  return {
    ...{ ...forwarding, deps, files, messages, warnings, seen, now: () => now },
    wait: (ms: number) => {
      now += ms;
    },
    record: (...found: ReturnType<typeof sampleFound>[]) =>
      recordFindings(found, { ...unheard, cases, feed: forwarding.feed, now }),
    told: (file: string) =>
      (files.get(`${file}.ndjson`) ?? []).map((line) => JSON.parse(line) as { title?: string }),
  };
}

const foundIn = (incident: string, name: string, severity: Severity = 'high') =>
  sampleFound(incident, name, { finding: { tenantId: contoso, severity, title: name } });

test('what is recorded arrives at each sink in its format, once', async () => {
  const { record, pump, told, files, messages } = world(
    `${lines('all')}${lines('grave', 'heartbeat: false, minSeverity: high, format: cef')}`,
  );
  await record(foundIn('a', 'one'), foundIn('b', 'two', 'low'));
  expect(messages.map(({ sink }) => sink).sort()).toEqual(['all', 'grave']);
  for (const { sink } of messages) await pump(sink);
  expect(told('all')).toHaveLength(2);
  expect(files.get('grave.ndjson')).toHaveLength(1);
  expect(files.get('grave.ndjson')?.[0]).toMatch(/^CEF:0\|.*one/);
  for (const { sink } of messages) expect(await pump(sink)).toMatchObject({ taken: 0 });
  expect(told('all')).toHaveLength(2);
});

describe('the policy wants', () => {
  const wants = (filter: string) => {
    const [sink] = knownSinks(policyWith(lines('soc', filter)), kinds);
    return (event: Parameters<NonNullable<typeof sink>['wants']>[0]) => sink?.wants(event);
  };
  const finding = (over: Parameters<typeof sampleFinding>[0]) =>
    newFindingEvent(sampleFinding({ tenantId: contoso, severity: 'low', ...over }));
  const { id, revision, matter, firstAt, lastAt } = sampleIncident();
  const incident = (severity: Severity): IncidentEvent => ({
    ...{ kind: 'incident', uid: 'i.2', at: firstAt, tenantId: contoso, change: 'resolved' },
    incident: {
      ...{ id, revision, matter, severity, title: 'x', firstAt, lastAt, findings: [] },
      subject: { type: 'user', id: null, name: null },
    },
    gravest: severity,
    by: { id: 'ana', name: 'Ana' },
    text: 'closed',
    answer: { status: 'resolved', owner: null, claim: null, verdict: 'false', isDrill: false },
  });

  test('everything, unless it says otherwise', () => {
    const all = wants('heartbeat: false');
    expect(all(finding({ severity: 'informational' }))).toBe(true);
    expect(all(finding({ tenantId: 'somebody-else' }))).toBe(true);
    expect(all(incident('informational'))).toBe(true);
    // Of a kind that this release does not have, nothing.
    expect(knownSinks(policyWith(lines('soc')), [])).toEqual([]);
  });

  test('what is grave, and to hear of it when that is so no more', () => {
    const grave = wants('minSeverity: high');
    expect(grave(finding({ severity: 'high' }))).toBe(true);
    expect(grave(finding({ severity: 'medium' }))).toBe(false);
    expect(grave({ ...finding({ severity: 'low' }), gravest: 'high' })).toBe(true);
    expect(grave(incident('high'))).toBe(true);
    expect(grave(incident('low'))).toBe(false);
    expect(grave({ ...incident('low'), gravest: 'high' })).toBe(true);
    expect(grave(heartbeatOf(contoso, { lastRecordAt: null, waiting: 0 }, start))).toBe(true);
  });

  test.each(['fabrikam inc', fabrikam.toUpperCase()])('what is of a tenant: %s', (tenant) => {
    const some = wants(`tenants: [${tenant}]`);
    expect(some(finding({ tenantId: fabrikam }))).toBe(true);
    expect(some(finding({ tenantId: fabrikam.toUpperCase() }))).toBe(true);
    expect(some(finding({ tenantId: contoso }))).toBe(false);
    expect(some(incident('high'))).toBe(false);
    const beat = (id: string) => heartbeatOf(id, { lastRecordAt: null, waiting: 0 }, start);
    expect([some(beat(fabrikam)), some(beat(contoso))]).toEqual([true, false]);
  });

  test('the findings of some detections, and what becomes of incidents', () => {
    const some = wants('detections: [breakglass-signin-success]');
    expect(some(finding({ detection: 'breakglass-signin-success' }))).toBe(true);
    expect(some(finding({ detection: 'role-flapping' }))).toBe(false);
    expect(some(incident('low'))).toBe(true);
  });

  test('heartbeats of the tenants that go there', async () => {
    const { pump, told, due, now } = world(
      `${lines('all', 'heartbeat: true')}${lines('some', 'tenants: [Fabrikam Inc]')}${lines('none')}`,
    );
    expect(await due(now())).toEqual(['all', 'some']);
    for (const sink of ['all', 'some', 'none']) await pump(sink);
    expect([told('all'), told('some'), told('none')].map(({ length }) => length)).toEqual([
      2, 1, 0,
    ]);
    expect(JSON.stringify(told('some'))).toContain(fabrikam);
    expect(await due(now())).toEqual([]);
  });
});

test('a sink of grave things hears that an incident is over as soon as nothing of it is open', async () => {
  const { record, pump, told } = world(lines('grave', 'heartbeat: false, minSeverity: high'));
  await record(foundIn('a', 'one', 'critical'));
  const over = { precedence: 'later', state: 'withdrawn' } as const;
  const finding = { tenantId: contoso, severity: 'critical', title: 'one' } as const;
  await record(sampleFound('a', 'one', { ...over, finding }));
  await pump('grave');
  expect(told('grave')).toMatchObject([
    { type: 'finding.created' },
    { type: 'finding.closed' },
    { type: 'incident.resolved' },
  ]);
});

describe('a message', () => {
  test('is sent once a second for each sink, however much is recorded', async () => {
    const { feed, wait, messages } = world(lines('a') + lines('b'));
    for (let tenths = 0; tenths < 25; tenths += 1) {
      await feed.wake();
      wait(100);
    }
    expect(messages.filter(({ sink }) => sink === 'a')).toEqual(
      Array(3).fill({ sink: 'a', delayMs: 1_000 }),
    );
    expect(messages).toHaveLength(6);
  });

  test('that can not be sent fails no recording, and the next one is tried', async () => {
    let isAway = true;
    const sent: string[] = [];
    const { record, warnings, feed } = world(lines('a'), {
      queue: {
        async send(sink) {
          if (isAway) throw new WatchError('STORE_UNAVAILABLE', 'queue away');
          sent.push(sink);
        },
      },
    });
    expect(await record(foundIn('a', 'one'))).toBe(1);
    expect(warnings).toEqual(['waking sink a: STORE_UNAVAILABLE: queue away']);
    isAway = false;
    await feed.wake();
    expect(sent).toEqual(['a']);
  });

  test('says when to try a sink again that failed, and is not multiplied by who finds it so', async () => {
    const { record, pump, messages, deps, wait } = world(lines('a'));
    await record(foundIn('a', 'one'));
    deps.transports.append = () => {
      throw unavailable('disk full');
    };
    messages.length = 0;
    expect(await pump('a')).toMatchObject({ ended: 'in trouble' });
    expect(messages).toEqual([{ sink: 'a', delayMs: 5 * second }]);
    wait(second);
    expect(await pump('a')).toMatchObject({ ended: 'resting' });
    expect(messages).toHaveLength(1);
  });

  test('for a sink that the policy has no more is nothing', async () => {
    const { pump } = world(lines('a'));
    expect(await pump('gone')).toBeUndefined();
  });
});

describe('due is', () => {
  test('what waits for twenty seconds', async () => {
    const { record, due, now, wait, pump } = world(lines('a') + lines('b'));
    await record(foundIn('a', 'one'));
    await pump('b');
    wait(20 * second - 1);
    expect(await due(now())).toEqual([]);
    wait(1);
    expect(await due(now())).toEqual(['a']);
    await pump('a');
    expect(await due(now())).toEqual([]);
  });

  test('what waits among so much that not all of it is looked at', async () => {
    const { feed, due, now, status } = world(lines('a'));
    await feed.expect(Array.from({ length: 1_000 }, (_, n) => ({ incident: `i${n}`, seq: 1 })));
    expect(await due(now())).toEqual(['a']);
    expect(await status()).toMatchObject([{ waiting: 1_000, isMoreWaiting: true }]);
  });

  test('a sink although nothing can be learned of another', async () => {
    const { due, now, deps, warnings } = world(lines('a') + lines('b', 'heartbeat: true'));
    const { get } = deps.states;
    deps.states.get = async (id) => {
      if (id === 'a') throw new WatchError('STORE_UNAVAILABLE', 'busy');
      return get(id);
    };
    expect(await due(now())).toEqual(['b']);
    expect(warnings).toEqual(['looking whether sink a is due: STORE_UNAVAILABLE: busy']);
  });

  test('no sink that is to be left alone', async () => {
    const { record, due, now, wait, pump, deps } = world(lines('a'));
    await record(foundIn('a', 'one'));
    wait(minute);
    deps.transports.append = () => {
      throw unavailable('disk full', 10 * minute);
    };
    await pump('a');
    wait(10 * minute - 1);
    expect(await due(now())).toEqual([]);
    wait(1);
    expect(await due(now())).toEqual(['a']);
  });
});

describe('a sink of a kind of its own', () => {
  let opened = 0;
  const answers: ((batch: readonly Packed[]) => Outcome[])[] = [];
  const kind = defineSink({
    type: 'file',
    settings: z.object({ path: z.string() }),
    formats: ['native'],
    limits: { maxEvents: 10, maxBytes: 100_000, baseBytes: 0, bytesEach: 1 },
    width: 1,
    describe: () => 'a place of its own',
    open({ path }) {
      opened += 1;
      expect(path).toBe('s3cr3t');
      return {
        pack: ({ line }) => line,
        send: async (batch) => answers.shift()?.(batch) ?? batch.map(() => taken),
        async close() {
          opened -= 1;
        },
      };
    },
  });
  const ofKind = (env: Record<string, string>) => {
    const policy = policyWith(lines('soc'));
    policy.sinks.soc = { ...policy.sinks.soc, path: { env: 'SOC_PATH' } } as never;
    return world(lines('soc'), { policy, kinds: [kind], env });
  };

  test('is opened once, with its secrets, and closed', async () => {
    opened = 0;
    const { record, pump, close } = ofKind({ SOC_PATH: 's3cr3t' });
    expect(opened).toBe(0);
    for (const name of ['one', 'two']) {
      await record(foundIn(name, name));
      expect(await pump('soc')).toMatchObject({ taken: 1 });
    }
    expect(opened).toBe(1);
    await close();
    expect(opened).toBe(0);
  });

  test('is not asked anew at once for what it put off', async () => {
    const { record, pump, wait, messages } = ofKind({ SOC_PATH: 's3cr3t' });
    await record(foundIn('a', 'one'));
    // The event, and then the heartbeat that shows that it works.
    answers.push(
      (batch) => batch.map(() => later('busy')),
      (batch) => batch.map(() => taken),
    );
    messages.length = 0;
    expect(await pump('soc')).toMatchObject({ ended: 'drained', taken: 0 });
    expect(messages).toEqual([{ sink: 'soc', delayMs: 5 * second }]);
    wait(5 * second - 1);
    expect(await pump('soc')).toMatchObject({ taken: 0 });
    wait(1);
    expect(await pump('soc')).toMatchObject({ taken: 1, next: null });
  });

  test('that put off an event is asked for it once, however often another pump is at it', async () => {
    const { record, pump, messages, deps } = ofKind({ SOC_PATH: 's3cr3t' });
    await record(foundIn('a', 'one'));
    answers.push(
      (batch) => batch.map(() => later('busy')),
      (batch) => batch.map(() => taken),
    );
    await pump('soc');
    await deps.claims.put('soc', { holder: 'another', until: start + minute });
    messages.length = 0;
    expect(await pump('soc')).toMatchObject({ ended: 'busy' });
    expect(messages).toEqual([]);
  });

  test('whose secret is not there is in trouble, by the name of the setting', async () => {
    const { record, pump, status, seen } = ofKind({});
    await record(foundIn('a', 'one'));
    expect(await pump('soc')).toMatchObject({ ended: 'in trouble' });
    const lastError = 'sink soc: the setting SOC_PATH is empty';
    expect(await status()).toMatchObject([{ lastError, waiting: 1 }]);
    expect(seen).toMatchObject([
      { sink: 'soc', lastError, waitingSince: '2026-11-20T02:05:00.000Z' },
    ]);
  });

  test('is told of as it stands', async () => {
    const { record, pump, status, seen } = ofKind({ SOC_PATH: 's3cr3t' });
    const fresh = { lastTakenAt: null, failingSince: null, lastError: null, refused: 0 };
    const what = { name: 'soc', what: 'a place of its own, as native', heartbeat: false };
    const nothing = { waiting: 0, isMoreWaiting: false, waitingSince: null };
    expect(await status()).toEqual([{ ...what, ...fresh, ...nothing, refusals: [] }]);
    await record(foundIn('a', 'one'), foundIn('b', 'two'));
    answers.push(([first, ...rest]) => [
      ...(first ? [refused('bad mapping')] : []),
      ...rest.map(() => taken),
    ]);
    await pump('soc');
    const at = '2026-11-20T02:05:00.000Z';
    const refusals = [{ uid: expect.any(String), says: 'bad mapping', at }];
    expect(await status()).toEqual([
      { ...what, ...fresh, ...nothing, lastTakenAt: at, refused: 1, refusals },
    ]);
    expect(seen.at(-1)).toEqual({
      ...{ sink: 'soc', lastSuccessAt: at, failingSince: null, lastError: null },
      ...{ waitingSince: null, refused: 1, lastRefusal: 'bad mapping' },
    });
  });
});

test('what was written in a time is sent once more to one sink', async () => {
  const { record, wait, now, pump, told, backfill } = world(lines('a') + lines('b'));
  await record(foundIn('a', 'one'));
  wait(minute);
  const from = now();
  await record(foundIn('b', 'two'));
  for (const sink of ['a', 'b']) await pump(sink);
  expect(await backfill('b', { from, to: from + 1 })).toMatchObject({ read: 1, sent: 1 });
  expect(await backfill('gone', { from, to: from + 1 })).toBeUndefined();
  expect(told('a')).toHaveLength(2);
  expect(told('b')).toHaveLength(3);
  expect(told('b').at(-1)).toEqual(told('b').at(-2));
});
