import { isDetectionId } from '../shared/detect/detection-ids.ts';
import type { DetectionInfo } from '../shared/detect/detection-info.ts';
import { type Threshold, thresholdsOf } from '../shared/policy.ts';
import type { Severity } from '../shared/severity.ts';
import { type Cover, coverLine, coversOf } from './coverage.ts';

/** What the reference tells of one detection or check, in docs/detections.md and in a terminal. */
export type Reference = DetectionInfo & {
  thresholds: readonly Threshold[];
  /** The names of its examples. */
  seen: readonly string[];
  passedOver: readonly string[];
  /** What it says nothing of, because it can't be seen. */
  unknown: readonly string[];
  /** The rules of others that look for the same. */
  covers: readonly Cover[];
};

/** As detections, posture checks and stream checks have them alike. */
export type Exemplified = DetectionInfo & {
  examples(): readonly { name: string; expect: Severity | 'nothing' | 'unknown' }[];
};

export const referenceOf = (info: Exemplified): Reference => ({
  ...info,
  thresholds: isDetectionId(info.id) ? thresholdsOf(info.id) : [],
  seen: info
    .examples()
    .filter(({ expect }) => expect !== 'nothing' && expect !== 'unknown')
    .map(({ name, expect }) => `${name}: ${expect}`),
  passedOver: namesOf(info, 'nothing'),
  unknown: namesOf(info, 'unknown'),
  covers: coversOf(info.id),
});

const namesOf = (info: Exemplified, expected: string) =>
  info
    .examples()
    .filter(({ expect }) => expect === expected)
    .map(({ name }) => name);

export const severityOf = ({ severity, severityVaries }: DetectionInfo) =>
  `${severity}${severityVaries ? ` (${severityVaries})` : ''}`;

export const thresholdLine = ({ key, usual, meaning }: Threshold) =>
  `${key}: ${JSON.stringify(usual)}. ${meaning}`;

/** For a terminal. */
export function referenceText(reference: Reference): string {
  const { id, title, why, categories, techniques, source, triage, falsePositives } = reference;
  const list = (lines: readonly string[]) => lines.map((line) => `  - ${line}`);
  return [
    `${id}: ${title}`,
    '',
    `Severity   ${severityOf(reference)}`,
    `Reads      ${categories.join(', ')}`,
    `ATT&CK     ${techniques.join(', ')}`,
    `Source     ${source}`,
    ...reference.covers.map((cover, n) => (n === 0 ? 'Covers' : '').padEnd(11) + coverLine(cover)),
    '',
    why,
    '',
    'It finds, among others:',
    ...list(reference.seen),
    'and passes over:',
    ...list(reference.passedOver),
    ...(reference.unknown.length > 0 ? ['and can not tell:', ...list(reference.unknown)] : []),
    '',
    'What to do:',
    ...triage.map((step, index) => `  ${index + 1}. ${step}`),
    '',
    'False positives:',
    ...list(falsePositives),
    '',
    `Tune it in the policy, under detections.${id}:`,
    ...list(reference.thresholds.map(thresholdLine)),
    ...list([
      'severity: overrules the one it gives by itself.',
      'exclude: one account each, with a reason, if possible with an end.',
    ]),
    '',
  ].join('\n');
}
