import { expect, test } from 'vitest';
import { policyOf, runRecords } from '../../cli/run-examples.ts';
import { detections } from '../../shared/detect/detections/index.ts';
import type { Finding } from '../../shared/finding.ts';
import { addressOf } from '../../shared/forward/draft.ts';
import { newFindingEvent } from '../../shared/forward/events-of.ts';
import { ocsfFinding } from '../../shared/forward/ocsf/finding.ts';
import { isAccount, isSelf, ruleNameOf } from '../../shared/forward/siem-format.ts';
import { expectValid, valueAt } from './ocsf-check.ts';
import { sampleDayFindings } from './sample-day-findings.ts';

// Real findings, by way of the real pipeline: whatever one of them knows that OCSF recommends, it tells.

const text = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
const other = (finding: Finding) =>
  isAccount(finding.subject) && !isSelf(finding) ? finding.subject : undefined;

/** What OCSF recommends, and what of a finding is its value. */
const filledBy: Record<string, (finding: Finding) => unknown> = {
  message: ({ summary, title }) => summary || title,
  status_code: ({ details }) => text(details.error),
  status_detail: ({ details }) => text(details.failure),
  'metadata.log_name': ({ source }) => source.category,
  'metadata.original_time': ({ time }) => time,
  'metadata.tenant_uid': ({ tenantId }) => tenantId,
  'metadata.original_event_uid': ({ source }) => source.recordIds[0],
  'finding_info.title': ({ title }) => title,
  'finding_info.analytic.uid': ({ detection }) => detection,
  'finding_info.analytic.name': ({ detection }) => ruleNameOf(detection),
  'cloud.account.uid': ({ tenantId }) => tenantId,
  'evidences[0].actor.user.uid': ({ actor }) => actor?.id,
  'evidences[0].actor.user.name': ({ actor }) => actor?.name,
  'evidences[0].actor.app_name': ({ details }) => text(details.app),
  'evidences[0].user.uid': (finding) => other(finding)?.id,
  'evidences[0].user.name': (finding) => other(finding)?.name,
  'evidences[0].src_endpoint.ip': ({ actor, details }) =>
    addressOf(actor?.ip) ?? addressOf(details.ip),
  'evidences[0].device.name': ({ details }) => text(details.device),
  'evidences[0].resources[0].name': ({ details }) => text(details.resource),
  'evidences[0].api.operation': ({ details }) => text(details.operation),
  'evidences[0].api.service.name': ({ details }) =>
    details.operation ? text(details.service) : undefined,
  'evidences[0].http_request.user_agent': ({ details }) => text(details.userAgent),
  'resources[0].uid': ({ subject }) => subject.id,
  'resources[0].name': ({ subject }) => subject.name,
};

const located: typeof filledBy = {
  'evidences[0].src_endpoint.location.city': ({ details }) => text(details.city),
  'evidences[0].src_endpoint.location.country': ({ details }) => text(details.country),
};

/** Valid to the letter, and nothing left out; returns which of the values it had. */
function expectComplete(finding: Finding): string[] {
  const event = newFindingEvent(finding);
  const told = ocsfFinding(event);
  expectValid(told);
  const rules = { ...filledBy, ...(told.evidences?.[0]?.src_endpoint ? located : {}) };
  const values = Object.entries(rules).map(([path, take]) => [path, take(event.finding)]);
  const known = values.filter(([, value]) => value !== undefined && value !== null && value !== '');
  expect(known.map(([path]) => [path, valueAt(told, path as string)])).toEqual(known);
  const attacks = told.finding_info.attacks ?? [];
  expect(new Set(attacks.map((one) => one.sub_technique?.uid ?? one.technique.uid)).size).toBe(
    new Set(event.finding.techniques).size,
  );
  for (const { version, tactic, technique } of attacks) {
    expect([version, tactic?.name, technique.name].every(Boolean)).toBe(true);
  }
  return known.map(([path]) => path as string);
}

test('each finding of the sample day, and of an example of each detection, is valid and complete', async () => {
  const ofTheDay = await sampleDayFindings();
  expect(new Set(ofTheDay.map(({ detection }) => detection)).size).toBeGreaterThan(15);
  const all = [...ofTheDay];
  for (const detection of detections) {
    const example = detection.examples().find(({ expect }) => expect !== 'nothing');
    const run = { detections: [detection], ...policyOf(detection.id, example ?? {}) };
    const found = await runRecords(example?.records ?? [], run);
    expect(found.length, detection.id).toBeGreaterThan(0);
    all.push(...found.map(({ finding }) => finding));
  }
  const seen = new Set(all.flatMap(expectComplete));
  // Every value is known of some finding, so that each line above has been put to the test.
  const rules = [...Object.keys(filledBy), ...Object.keys(located)];
  expect(rules.filter((path) => !seen.has(path))).toEqual([]);
});
