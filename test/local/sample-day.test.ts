import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Replay } from '../../cli/replay-run.ts';
import { sampleSnapshot } from '../../local/sample-day/directory.ts';
import { envelopeOf } from '../../local/sample-day/envelopes.ts';
import { notableScenes } from '../../local/sample-day/notable.ts';
import { ordinaryRecords } from '../../local/sample-day/ordinary.ts';
import { admins } from '../../local/sample-day/people.ts';
import { diceOf } from '../../local/sample-day/records.ts';
import { type Envelope, type ExpectedAlert, sampleDay } from '../../local/sample-day.ts';
import { cleanLine } from '../../shared/clean-text.ts';
import { detections } from '../../shared/detect/detections/index.ts';
import type { Finding } from '../../shared/finding.ts';
import { formatProblem, parsePolicy } from '../../shared/policy.ts';
import { isAtLeast, severityRank } from '../../shared/severity.ts';
import { parseTime } from '../../shared/time.ts';

const now = new Date('2026-11-20T16:00:00Z');
const policyFile = 'local/sample-day/policy.yaml';
const parsed = parsePolicy(readFileSync(policyFile, 'utf8'), policyFile);
if (!('policy' in parsed)) throw new Error(parsed.problems.map(formatProblem).join('\n'));
const { policy, warnings } = parsed;

async function play(envelopes: readonly Envelope[], at = now) {
  const replay = new Replay({ detections, policy, snapshot: sampleSnapshot(at) });
  await replay.start();
  for (const { label, body } of envelopes) {
    await replay.read({ name: label, open: () => Readable.from([body]) });
  }
  const findings = await replay.finish(at.getTime());
  return { alerts: alertsOf(findings), findings, report: replay.report() };
}

/** The incidents that people are told of; `detections` are those of all their findings. */
function alertsOf(findings: readonly Finding[]) {
  // What the directory shows is told by itself: see the test of the whole day.
  const fromLogs = findings.filter(({ source }) => source.category !== 'Graph');
  const incidents = Map.groupBy(fromLogs, ({ incident }) => incident);
  const alerts = [...incidents.values()].map((all) => {
    const [gravest] = all.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity));
    const { subject, severity } = gravest as Finding;
    const about = cleanLine(subject.name ?? subject.id);
    return { about, severity, detections: all.map(({ detection }) => detection).sort() };
  });
  return sorted(alerts.filter(({ severity }) => isAtLeast(severity, 'medium')));
}

const asAlerts = (expected: readonly ExpectedAlert[]) =>
  sorted(
    expected.map(({ subject, severity, detection, also = [] }) => ({
      about: subject,
      severity,
      detections: [detection, ...also].sort(),
    })),
  );

const sorted = <T>(list: readonly T[]) =>
  list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Nobody is judged by a role that is told of later, so the last two envelopes keep their order. */
function inOrder(envelopes: readonly Envelope[], order: (all: Envelope[]) => Envelope[]) {
  const [promotion, signIn] = envelopes.slice(-2) as [Envelope, Envelope];
  const all = order(envelopes.filter((one) => one !== signIn));
  return all.flatMap((one) => (one === promotion ? [promotion, signIn] : [one]));
}

function shuffled(all: Envelope[]) {
  const dice = diceOf('any order');
  const places = new Map(all.map((one) => [one, dice.guid()]));
  return all.toSorted((a, b) => ((places.get(a) ?? '') < (places.get(b) ?? '') ? -1 : 1));
}

describe('the sample day', () => {
  const day = sampleDay({ now, seed: 'one' });

  test('leads to the expected alerts, one for each incident', async () => {
    const { alerts, report } = await play(day.envelopes);

    expect(alerts).toEqual(asAlerts(day.fromTheLogs));
    expect(report.at(-1)).toMatch(/ 1 unreadable$/);
  });

  test('revises none of them: later notices and renewals tell people nothing new', async () => {
    const { findings } = await play(day.envelopes);

    expect(findings.filter(({ revision }) => revision > 1)).toEqual([]);
  });

  test('leads to them in other orders too', async () => {
    for (const order of [(all: Envelope[]) => all.toReversed(), shuffled]) {
      const { alerts, report } = await play(inOrder(day.envelopes, order));

      expect(alerts).toEqual(asAlerts(day.fromTheLogs));
      expect(report.at(-1)).toMatch(/ 1 unreadable$/);
    }
  });

  test('leads to them with another seed and at another hour', async () => {
    const later = new Date('2027-01-01T00:07:13.042Z');
    const { alerts, report } = await play(sampleDay({ now: later, seed: 'two' }).envelopes, later);

    expect(alerts).toEqual(asAlerts(day.fromTheLogs));
    expect(report.at(-1)).toMatch(/ 1 unreadable$/);
  });

  test('played twice tells nothing new', async () => {
    const once = await play(day.envelopes);
    const twice = await play([...day.envelopes, ...day.envelopes]);

    expect(twice.findings).toEqual(once.findings);
  });

  test('tells of nothing when only ordinary things happen, and of what the directory shows', async () => {
    for (const seed of ['one', 'two', 'three', 'four', 'five']) {
      const records = ordinaryRecords(seed, now.getTime());
      const { alerts, findings, report } = await play([envelopeOf('ordinary', records)]);

      expect(alerts).toEqual([]);
      const stale = findings.filter(({ detection }) => detection === 'admin-password-stale');
      expect(stale.map(({ subject }) => subject.name)).toContain(admins.sven.upn);
      expect(report.at(-1)).toMatch(/ 0 unreadable$/);
    }
  });

  test('shows the hostile name as the text it is, without what turns it around', async () => {
    const scene = notableScenes('one', now.getTime()).find(
      ({ hasBrokenRecord }) => hasBrokenRecord,
    );
    const { findings } = await play([envelopeOf('scene', scene?.records ?? [])]);
    const joined = findings.find(({ detection }) => detection === 'privileged-group-member-added');

    expect(joined?.subject.name).toContain('\u202e');
    expect(joined?.title).toContain(scene?.expected[0]?.subject);
    expect(joined?.title).not.toMatch(/\p{Cf}/u);
  });
});

describe('the records of the sample day', () => {
  const day = sampleDay({ now, seed: 'one' });
  const idsOf = (seed: string) => {
    const text = sampleDay({ now, seed }).envelopes.map(({ body }) => String(body));
    return new Set(text.join('').match(/"(?:correlationId|sessionId)":"[^"]+"/g));
  };

  test('are the same for the same moment and seed', () => {
    expect(sampleDay({ now, seed: 'one' })).toEqual(day);
  });

  test('have other ids on another day', () => {
    const [one, two] = [idsOf('one'), idsOf('two')];
    const common = [...one].filter((id) => two.has(id));

    expect(one.size).toBeGreaterThan(500);
    // The risk log names its correlation after the person.
    expect(common.length).toBeLessThan(10);
  });

  test('come in messages of less than 200 KB, about 600 of them', async () => {
    const { report } = await play(day.envelopes);

    expect(Math.max(...day.envelopes.map(({ body }) => body.length))).toBeLessThan(200_000);
    expect(Number(/: (\d+) judged/.exec(report.at(-1) ?? '')?.[1])).toBeGreaterThan(580);
  });

  test('were exported one to three minutes after they happened, within eight hours', () => {
    const end = now.getTime();
    const notable = notableScenes('one', end).flatMap(({ records }) => records);
    const all = [...ordinaryRecords('one', end), ...notable];
    const lags = all.flatMap(({ exportedAt, fields }) => {
      const { createdDateTime, activityDateTime } = fields.properties as Record<string, string>;
      const at = parseTime(createdDateTime ?? activityDateTime);
      return at === undefined ? [] : [exportedAt - at];
    });

    expect(lags.length).toBeGreaterThan(550);
    expect([Math.min(...lags) >= 60_000, Math.max(...lags) <= 180_000]).toEqual([true, true]);
    const exports = all.map(({ exportedAt }) => exportedAt);
    expect(Math.min(...exports)).toBeGreaterThan(end - 8 * 3_600_000);
    expect(Math.max(...exports)).toBeLessThanOrEqual(end);
    expect(Math.min(...notable.map(({ exportedAt }) => exportedAt))).toBeGreaterThan(end - 600_000);
  });
});

test('the policy of the sample day has no mistakes and names accounts of the directory', () => {
  const known = sampleSnapshot(now).accounts.flatMap(({ id, userPrincipalName }) => [
    id,
    userPrincipalName?.toLowerCase(),
  ]);
  const named = Object.values(policy.tenants[0]?.accounts ?? {}).flat();

  expect(warnings).toEqual([]);
  expect(named).toHaveLength(7);
  expect(named.filter((account) => !known.includes(account.toLowerCase()))).toEqual([]);
});
