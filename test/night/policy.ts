import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { postureChecks } from '../../shared/detect/posture-checks/index.ts';

const samplePolicy = new URL('../../local/sample-day/policy.yaml', import.meta.url);

/** Where links point to. Cards and PagerDuty take https alone, so the night's front door is a name. */
export const consoleUrl = 'https://glasswatch.contoso.example';

/** A folder for the files of one night, with its policy: that of the sample day, and Ben is on call. */
export function nightFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'glasswatch-night-'));
  const sample = parse(readFileSync(samplePolicy, 'utf8'));
  const policy = {
    ...sample,
    console: { url: consoleUrl },
    schedules: { primary: { ...sample.schedules.primary, people: ['ben'] } },
    // The directory has faults of its own, and the timer may find them at any moment of the night.
    detections: Object.fromEntries(postureChecks.map(({ id }) => [id, { enabled: false }])),
  };
  const policyFile = join(folder, 'policy.yaml');
  writeFileSync(policyFile, stringify(policy));
  return { folder, policyFile };
}
