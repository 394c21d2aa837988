import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detections } from '../../shared/detect/detections/index.ts';
import { postureChecks } from '../../shared/detect/posture-checks/index.ts';
import { techniqueOf } from '../../shared/forward/siem-format.ts';
import ocsf, { ocsfEvent } from '../../shared/forward/siem-formats/ocsf.ts';
import { severities } from '../../shared/severity.ts';
import { hostileNames, sampleFinding } from '../tell/sample-alerts.ts';
import { anyFinding, fullDetails, hostileFinding, jo, variedFindings } from './varied-findings.ts';

const readJson = (part: string) => {
  const name = `../data/formats/ocsf-detection-finding-1.8.0.${part}.json`;
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
};
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
const isDetectionFinding = ajv.compile(readJson('schema'));

type Json = { [key: string]: Json };
// The schema cannot say this.
const hasTypeUid = (event: object) => {
  const { class_uid, activity_id, type_uid } = event as Record<string, number | undefined>;
  return type_uid === Number(class_uid) * 100 + Number(activity_id);
};
const isEmpty = (value: unknown) =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);

function expectValid(event: object) {
  expect([isDetectionFinding(event), isDetectionFinding.errors]).toEqual([true, null]);
  expect(hasTypeUid(event)).toBe(true);
  const empties: string[] = [];
  const text = JSON.stringify(event, (key, value) => {
    if (isEmpty(value)) empties.push(key);
    return value;
  });
  expect(empties).toEqual([]);
  expect(JSON.parse(text), 'plain JSON').toEqual(event);
}

const valueAt = (event: unknown, path: string) =>
  path.split(/[.[\]]+/).reduce<unknown>((value, key) => (value as Json | undefined)?.[key], event);

describe('the validator', () => {
  type Patch = { reason: string; ops: { op: string; path: string; value?: Json }[] };
  const samples = readJson('samples') as {
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
});

describe('every finding is a valid event', () => {
  test(`${variedFindings.length} mixtures of subject, actor, details and the rest`, () => {
    for (const finding of variedFindings) {
      const event = ocsfEvent(finding);
      expectValid(event);
      for (const { name, value } of event.observables ?? []) {
        expect(valueAt(event, name), name).toBe(value);
      }
    }
  });

  test.each(Object.entries(hostileNames))('a hostile name everywhere: %s', (_, name) => {
    const event = ocsfEvent(hostileFinding(name));
    expectValid(event);
    expect(JSON.stringify(event)).not.toMatch(/\\u|\\[bfnrt]|[\u202e\u2066\u200b\u2028]/i);
    expect(JSON.stringify(event).length).toBeLessThan(300_000);
  });

  test('whatever the log held', () => {
    const holds = fc.property(anyFinding, (finding) => expectValid(ocsfEvent(finding)));
    fc.assert(holds, { numRuns: 500 });
  });
});

// Object, where it is, and what OCSF recommends of it but no finding tells.
const objects = `
detection_finding | | action_id confidence_id disposition_id priority_id src_url status_code status_detail verdict verdict_id
metadata | metadata | data_classification data_classifications reporter
product | metadata.product | data_classification data_classifications
finding_info | finding_info |
analytic | finding_info.analytic |
related_event | finding_info.related_events.0 | severity_id type_uid
attack | finding_info.attacks.0 |
tactic | finding_info.attacks.0.tactic |
technique | finding_info.attacks.0.technique |
sub_technique | finding_info.attacks.0.sub_technique |
evidences | evidences.0 | connection_info container database databucket device dst_endpoint email file http_response ja4_fingerprint_list job process query resources script tls url
actor | evidences.0.actor | process
user | evidences.0.actor.user | has_mfa
user | evidences.0.user | has_mfa
network_endpoint | evidences.0.src_endpoint | container hostname instance_uid interface_name interface_uid name namespace_pid owner port svc_name type_id uid
location | evidences.0.src_endpoint.location | continent
service | evidences.0.api.service | uid version
http_request | evidences.0.http_request | http_headers http_method url version
resource_details | resources.0 | data_classification data_classifications hostname ip owner
observable | observables.0 |
cloud | cloud | region
account | cloud.account | name`;

const rows = objects
  .trim()
  .split('\n')
  .map((row) => row.split('|').map((cell) => cell.trim()));
test.each(rows)('%s at "%s" has all that OCSF asks for but: %s', (name = '', path, untold) => {
  const finding = sampleFinding({ actor: { ...jo, ip: '203.0.113.9' }, details: fullDetails });
  const object = path ? valueAt(ocsfEvent(finding), path) : ocsfEvent(finding);
  const { required, recommended } = readJson('requirements')[name];
  const missing = [...required, ...recommended].filter(
    (key) => !Object.hasOwn(object as Json, key),
  );
  expect(missing.join(' ')).toBe(untold);
});

describe('what stands where', () => {
  test('an update is another event of the same finding, and no second alert', () => {
    const [first, second] = [1, 2].map((revision) => ocsfEvent(sampleFinding({ revision })));
    expect(first).toMatchObject({ activity_id: 1, type_uid: 200401, is_alert: true, status_id: 1 });
    expect(second).toMatchObject({ activity_id: 2, type_uid: 200402, is_alert: false });
    expect(second?.finding_info).toEqual(first?.finding_info);
    expect(second?.metadata.uid).toBe(`${first?.finding_info.uid}.2`);
    expect(first?.time).toBe(Date.parse(sampleFinding().time));
  });

  test('severities rise from 1 to 5', () => {
    const ids = severities.map((severity) => ocsfEvent(sampleFinding({ severity })).severity_id);
    expect(ids).toEqual([1, 2, 3, 4, 5]);
  });

  test('a technique has an entry for each tactic; a replaced id keeps its old one beside', () => {
    const event = ocsfEvent(sampleFinding({ techniques: ['T1098.003', 'T1562.008', 'T9999.001'] }));
    const told = event.finding_info.attacks?.map(({ version, tactic, sub_technique }) =>
      [version, sub_technique?.uid, sub_technique?.name, tactic?.name].join(' '),
    );
    expect(told).toEqual([
      '19.2 T1098.003 Additional Cloud Roles Persistence',
      '19.2 T1098.003 Additional Cloud Roles Privilege Escalation',
      '19.2 T1685.002 Disable or Modify Cloud Log Defense Impairment',
      ' T9999.001  ',
    ]);
    expect(event.unmapped?.techniques).toEqual(['T1562.008']);
  });

  test('every technique that a detection names has its tactics, every detection its title', () => {
    for (const { id: detection, title, techniques } of [...detections, ...postureChecks]) {
      const { finding_info } = ocsfEvent(sampleFinding({ detection, techniques: [...techniques] }));
      expect(finding_info.analytic).toMatchObject({ uid: detection, name: title });
      for (const technique of techniques) {
        expect(techniqueOf(technique).tactics, technique).not.toEqual([]);
      }
    }
  });

  test('what has no place of its own is unmapped, never lost', () => {
    const nobody = { type: 'other', id: null, name: null } as const;
    const actor = { ...jo, ip: '203.0.113.9:443' };
    const event = ocsfEvent(sampleFinding({ subject: nobody, actor, details: fullDetails }));
    expect(event.unmapped).toMatchObject({
      subject: { type: 'other' },
      actor,
      details: fullDetails,
    });
    expect(event.evidences?.[0]?.src_endpoint).toBeUndefined();
  });

  test('the same finding is always the same event', () => {
    expect(ocsf.name).toBe('ocsf');
    expect(ocsf.event(sampleFinding())).toEqual(ocsfEvent(sampleFinding()));
  });
});
