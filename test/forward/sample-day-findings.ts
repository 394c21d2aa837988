import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { Replay } from '../../cli/replay-run.ts';
import { sampleSnapshot } from '../../local/sample-day/directory.ts';
import { sampleDay } from '../../local/sample-day.ts';
import { detections } from '../../shared/detect/detections/index.ts';
import type { Finding } from '../../shared/finding.ts';
import { formatProblem, parsePolicy } from '../../shared/policy.ts';

const now = new Date('2026-11-20T16:00:00Z');

/** What the sample day leads to, by way of the replay: the same findings each time. */
export async function sampleDayFindings(): Promise<Finding[]> {
  const file = 'local/sample-day/policy.yaml';
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const parsed = parsePolicy(text, file);
  if (!('policy' in parsed)) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  const snapshot = sampleSnapshot(now);
  const replay = new Replay({ detections, policy: parsed.policy, snapshot });
  await replay.start();
  for (const { label, body } of sampleDay({ now, seed: 'samples' }).envelopes) {
    await replay.read({ name: label, open: () => Readable.from([body]) });
  }
  return replay.finish(now.getTime());
}
