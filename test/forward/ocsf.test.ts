import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detections } from '../../shared/detect/detections/index.ts';
import { postureChecks } from '../../shared/detect/posture-checks/index.ts';
import { serviceChecks } from '../../shared/detect/service-checks/index.ts';
import { streamChecks } from '../../shared/detect/stream-checks/index.ts';
import type { Finding } from '../../shared/finding.ts';
import { ocsfFinding } from '../../shared/forward/ocsf/finding.ts';
import { ocsfHeartbeat } from '../../shared/forward/ocsf/heartbeat.ts';
import { ocsfIncident } from '../../shared/forward/ocsf/incident.ts';
import type { Answer, SiemEvent } from '../../shared/forward/siem-event.ts';
import { techniqueOf } from '../../shared/forward/siem-format.ts';
import ocsf from '../../shared/forward/siem-formats/ocsf.ts';
import { severities } from '../../shared/severity.ts';
import { hostileNames, sampleFinding } from '../tell/sample-alerts.ts';
import {
  expectValid,
  expectValidHeartbeat,
  hasTypeUid,
  isDetectionFinding,
  type Json,
  ocsfData,
  valueAt,
} from './ocsf-check.ts';
import {
  answers,
  anyEvent,
  eventOf,
  hostileEvents,
  sampleHeartbeat,
  sampleLife,
  variedEvents,
} from './varied-events.ts';
import { fullDetails, jo } from './varied-findings.ts';

describe('the validator', () => {
  type Patch = { reason: string; ops: { op: string; path: string; value?: Json }[] };
  const samples = ocsfData('samples') as {
    valid: { name: string; event: object }[];
    invalidBase: string;
    invalid: Patch[];
    crossFieldInvalid: Patch[];
  };
  const patched = ({ ops }: Patch): object => {
    const base = samples.valid.find(({ name }) => name === samples.invalidBase)?.event;
    const event = structuredClone(base) as Json;
    for (const { op, path, value } of ops) {
      const keys = path.slice(1).split('/');
      const last = keys.pop() as string;
      const owner = keys.reduce((inner, key) => inner[key] as Json, event);
      if (op === 'remove') delete owner[last];
      else owner[last] = value as Json;
    }
    return event;
  };

  test.each(samples.valid)('takes $name', ({ event }) => {
    expect([isDetectionFinding(event), hasTypeUid(event)]).toEqual([true, true]);
  });
  test.each(samples.invalid)('refuses: $reason', (patch) => {
    expect(isDetectionFinding(patched(patch))).toBe(false);
  });
  test.each(samples.crossFieldInvalid)('refuses: $reason', (patch) => {
    expect(hasTypeUid(patched(patch))).toBe(false);
  });
  test.each<[string, object]>([
    ['an attribute that no event has', { beats: 1 }],
    ['metadata without a version', { metadata: { product: { name: 'x' } } }],
    ['a type that is not 0 * 100 + 99', { type_uid: 0 }],
    ['something empty', { message: '' }],
  ])('refuses of a heartbeat: %s', (_, bad) => {
    expect(() => expectValidHeartbeat({ ...ocsfHeartbeat(sampleHeartbeat), ...bad })).toThrow();
  });
});

const expectSound = (event: SiemEvent) => {
  const told = ocsf.event(event);
  if (event.kind === 'heartbeat') expectValidHeartbeat(told);
  else expectValid(told);
  return JSON.stringify(told);
};

describe('every event is valid', () => {
  test(`${variedEvents.length} varied events`, () => {
    for (const event of variedEvents) expectSound(event);
  });

  test.each(Object.entries(hostileNames))('a hostile name everywhere: %s', (_, name) => {
    for (const event of hostileEvents(name)) {
      const text = expectSound(event);
      expect(text).not.toMatch(/\\u|\\[bfnrt]|[\u202e\u2066\u200b\u2028]/i);
      expect(text.length).toBeLessThan(300_000);
    }
  });

  test('whatever the log held, and whatever people typed', () => {
    fc.assert(
      fc.property(anyEvent, (event) => void expectSound(event)),
      { numRuns: 60 },
    );
  });
});

const told = (over: Partial<Finding> = {}) => ocsfFinding(eventOf(over));

const full = ocsfFinding(
  eventOf(
    {
      actor: { ...jo, ip: '203.0.113.9' },
      details: { ...fullDetails, error: 7, failure: 'denied' },
    },
    { answer: { ...sampleLife.resolved.answer, status: 'resolved' } },
  ),
);

// Object, where it is, and what OCSF recommends of it but nothing that we know of fills.
const objects = `
detection_finding | | action_id confidence_id disposition_id src_url
metadata | metadata | data_classification data_classifications reporter
product | metadata.product | data_classification data_classifications
finding_info | finding_info |
analytic | finding_info.analytic |
related_event | finding_info.related_events.0 | severity_id type_uid
attack | finding_info.attacks.0 |
tactic | finding_info.attacks.0.tactic |
technique | finding_info.attacks.0.technique |
sub_technique | finding_info.attacks.0.sub_technique |
evidences | evidences.0 | connection_info container database databucket dst_endpoint email file http_response ja4_fingerprint_list job process query script tls url
actor | evidences.0.actor | process
user | evidences.0.actor.user | has_mfa
user | evidences.0.user | has_mfa
user | assignee | has_mfa
network_endpoint | evidences.0.src_endpoint | container hostname instance_uid interface_name interface_uid name namespace_pid owner port svc_name type_id uid
location | evidences.0.src_endpoint.location | continent
service | evidences.0.api.service | uid version
http_request | evidences.0.http_request | http_headers http_method url version
resource_details | evidences.0.resources.0 | data_classification data_classifications hostname ip owner uid
resource_details | resources.0 | data_classification data_classifications hostname ip owner
observable | observables.0 |
ticket | tickets.0 | src_url
cloud | cloud | region
account | cloud.account | name`;

const missingOf = (name: string, object: unknown) => {
  const { required, recommended } = ocsfData('requirements')[name];
  const all = [...required, ...recommended] as string[];
  return all.filter((key) => !Object.hasOwn(object as Json, key)).join(' ');
};

const rows = objects
  .trim()
  .split('\n')
  .map((row) => row.split('|').map((cell) => cell.trim()));
test.each(rows)('%s at "%s" has all that OCSF asks for but: %s', (name = '', path, untold) => {
  expect(missingOf(name, path ? valueAt(full, path) : full)).toBe(untold);
});

test('so has an incident, which has neither evidence nor a rule', () => {
  const event = ocsfIncident(sampleLife.resolved);
  const untold = 'action_id confidence_id disposition_id evidences src_url status_code';
  expect(missingOf('detection_finding', event)).toBe(untold);
  expect(missingOf('finding_info', event.finding_info)).toBe('analytic');
  const unknown = 'data_classification data_classifications log_name reporter';
  expect(missingOf('metadata', event.metadata)).toBe(unknown);
  expect(missingOf('user', event.assignee)).toBe('has_mfa');
});

describe('what stands where', () => {
  test('a finding is created, updated and closed under one id, and alerts once', () => {
    const { found, updated, withdrawn } = sampleLife;
    const all = [...found, updated, withdrawn].map(ocsfFinding);
    const inShort = all.map(({ activity_id, type_uid, is_alert, status_id, metadata }) => [
      ...[activity_id, type_uid, is_alert, status_id, metadata.event_code, metadata.sequence],
    ]);
    expect(inShort).toEqual([
      [1, 200401, true, 1, 'finding.created', 1],
      [2, 200402, false, 2, 'finding.updated', 2],
      [3, 200403, false, 4, 'finding.closed', 3],
    ]);
    const { id, time } = sampleFinding();
    for (const [index, { finding_info, metadata, ...event }] of all.entries()) {
      expect(finding_info.uid).toBe(id);
      expect(finding_info.created_time).toBe(Date.parse(time));
      expect(event.time).toBe(Date.parse(time));
      expect(metadata.uid).toBe(`${id}.${index + 1}`);
    }
    expect(all.map(({ finding_info }) => finding_info.modified_time)).toEqual([
      undefined,
      Date.parse(updated.at),
      Date.parse(withdrawn.at),
    ]);
    expect(all.map(({ metadata }) => metadata.logged_time)).toEqual(
      [...found, updated, withdrawn].map(({ at }) => Date.parse(at)),
    );
  });

  test('a finding that is closed says why, whatever failed once', () => {
    const failed = { details: { failure: 'denied', error: 50126 } };
    expect(told(failed)).toMatchObject({ status_code: '50126', status_detail: 'denied' });
    const closed = (state: 'withdrawn' | 'resolved') =>
      ocsfFinding(eventOf(failed, { change: 'closed', state })).status_detail;
    expect(closed('withdrawn')).toMatch(/^Withdrawn: /);
    expect(closed('resolved')).toMatch(/^Over: /);
  });

  test('severities rise from 1 to 5, priorities from 1 to 4', () => {
    const all = severities.map((severity) => told({ severity }));
    expect(all.map(({ severity_id }) => severity_id)).toEqual([1, 2, 3, 4, 5]);
    expect(all.map(({ priority_id }) => priority_id)).toEqual([1, 1, 2, 3, 4]);
    expect(all.map(({ priority }) => priority)).toEqual([
      'Low',
      'Low',
      'Medium',
      'High',
      'Critical',
    ]);
  });

  test('a technique has an entry for each tactic; a replaced id keeps its old one beside', () => {
    const event = told({ techniques: ['T1098.003', 'T1562.008', 'T9999.001'] });
    const attacks = event.finding_info.attacks?.map(({ version, tactic, sub_technique }) =>
      [version, sub_technique?.uid, sub_technique?.name, tactic?.name].join(' '),
    );
    expect(attacks).toEqual([
      '19.2 T1098.003 Additional Cloud Roles Persistence',
      '19.2 T1098.003 Additional Cloud Roles Privilege Escalation',
      '19.2 T1685.002 Disable or Modify Cloud Log Defense Impairment',
      ' T9999.001  ',
    ]);
    expect(event.unmapped.techniques).toEqual(['T1562.008']);
  });

  test('every technique that a detection names has its tactics, every detection its title', () => {
    for (const { id: detection, title, techniques } of [
      ...[...detections, ...postureChecks],
      ...[...streamChecks, ...serviceChecks],
    ]) {
      const { finding_info } = told({ detection, techniques: [...techniques] });
      expect(finding_info.analytic).toMatchObject({ uid: detection, name: title });
      for (const technique of techniques) {
        expect(techniqueOf(technique).tactics, technique).not.toEqual([]);
      }
    }
  });

  test('what has no place of its own is unmapped, never lost', () => {
    const nobody = { type: 'other', id: null, name: null } as const;
    const actor = { ...jo, ip: '203.0.113.9:443' };
    const event = told({ subject: nobody, actor, details: fullDetails });
    expect(event.unmapped).toMatchObject({
      subject: { type: 'other' },
      actor,
      details: fullDetails,
      isDrill: false,
    });
    expect(event.evidences?.[0]?.src_endpoint).toBeUndefined();
  });

  test('a heartbeat is a Base Event', () => {
    const { at, uid, sequence, tenantId, lastRecordAt } = sampleHeartbeat;
    expect(ocsfHeartbeat(sampleHeartbeat)).toMatchObject({
      class_uid: 0,
      type_uid: 99,
      severity_id: 1,
      time: Date.parse(at),
      metadata: {
        uid,
        sequence,
        tenant_uid: tenantId,
        event_code: 'heartbeat',
        profiles: ['cloud'],
      },
      unmapped: { intervalSeconds: 300, lastRecordAt, waiting: 3 },
    });
    const silent = ocsfHeartbeat({ ...sampleHeartbeat, lastRecordAt: null, waiting: 0 });
    expect(silent.unmapped).toEqual({ intervalSeconds: 300, waiting: 0 });
  });
});

describe('how people answered it', () => {
  const answered = (answer: Answer) => ocsfFinding(eventOf({}, { answer }));
  const owner = { uid: 'ana', name: 'Ana Ruiz', type_id: 1, type: 'User' };

  test('new until somebody has it, then in progress, resolved in the end', () => {
    const { found, acknowledged, lapsed, resolved, reopened } = sampleLife;
    const all = [...found, acknowledged, lapsed, resolved, reopened].map((one) =>
      answered(one.answer),
    );
    expect(all.map(({ status_id, status, assignee }) => [status_id, status, assignee])).toEqual([
      [1, 'New', undefined],
      [2, 'In Progress', owner],
      // Nobody is assigned to it any more.
      [1, 'New', undefined],
      [4, 'Resolved', owner],
      [1, 'New', undefined],
    ]);
    expect(answered(lapsed.answer).unmapped.lastOwner).toEqual({ id: 'ana', name: 'Ana Ruiz' });
    expect(answered(acknowledged.answer).unmapped).not.toHaveProperty('lastOwner');
  });

  test.each([
    ['false', 1, 'False Positive', false],
    ['true', 2, 'True Positive', undefined],
    ['misuse', 2, 'True Positive', true],
    ['expected', 5, 'Benign', false],
    ['drill', 6, 'Test', false],
  ] as const)('closed as %s', (verdict, verdict_id, caption, isBreach) => {
    const event = answered({ ...sampleLife.resolved.answer, verdict });
    expect(event).toMatchObject({ verdict_id, verdict: caption, unmapped: { verdict } });
    expect(event.is_suspected_breach).toBe(isBreach);
  });

  test('whoever has it and calls it misuse suspects a breach; of other claims nothing follows', () => {
    const inHand = answers.filter(({ status }) => status === 'acknowledged');
    const suspected = inHand.filter((answer) => answered(answer).is_suspected_breach !== undefined);
    expect(suspected.map(({ claim }) => claim)).toEqual(['misuse']);
    expect(inHand.length).toBeGreaterThan(1);
  });

  test('an incident is a finding of its own, which its findings are related to', () => {
    const { acknowledged, resolved, found } = sampleLife;
    const event = ocsfIncident(acknowledged);
    const { id, title, matter, firstAt, lastAt, findings } = acknowledged.incident;
    expect(event).toMatchObject({
      ...{ activity_id: 2, type_uid: 200402, is_alert: false, status_id: 2, assignee: owner },
      time: Date.parse(acknowledged.at),
      message: 'Ana Ruiz has it: emergency, Conditional Access locked everybody out',
      comment: acknowledged.text,
      status_detail: acknowledged.text,
      metadata: { uid: acknowledged.uid, correlation_uid: id, event_code: 'incident.acknowledged' },
      finding_info: {
        ...{ uid: id, title, types: ['Incident'] },
        first_seen_time: Date.parse(firstAt),
        last_seen_time: Date.parse(lastAt),
        modified_time: Date.parse(acknowledged.at),
        related_events: findings.map((uid) => ({ uid })),
      },
      unmapped: { matter, claim: 'emergency', by: { id: 'ana', name: 'Ana Ruiz' } },
    });
    expect(ocsfIncident(resolved)).toMatchObject({
      activity_id: 3,
      type_uid: 200403,
      status_id: 4,
    });
    // What a SIEM joins by.
    const finding = ocsfFinding(found[0] as (typeof found)[0]);
    expect(finding.metadata.correlation_uid).toBe(event.metadata.correlation_uid);
    expect(event.finding_info.related_events).toEqual([{ uid: finding.finding_info.uid }]);
  });

  test('what the clock does is nobody’s comment', () => {
    const { lapsed, reopened } = sampleLife;
    for (const event of [lapsed, reopened].map(ocsfIncident)) {
      expect(event).not.toHaveProperty('comment');
      expect(event).toMatchObject({
        activity_id: 2,
        status_id: 1,
        unmapped: { by: { id: 'glasswatch' } },
      });
    }
    expect(ocsfIncident(lapsed).status_detail).toMatch(/counts no more: an hour is over/);
  });
});
