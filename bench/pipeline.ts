import { byKind } from '../shared/detect.ts';
import { detections } from '../shared/detections/index.ts';
import { parseSnapshot } from '../shared/directory.ts';
import { openEnvelope } from '../shared/envelope.ts';
import { judge } from '../shared/pipeline.ts';
import { defaultTenantPolicy } from '../shared/policy.ts';
import { settingsFrom } from '../shared/policy-settings.ts';
import { globalAdministrator } from '../shared/roles.ts';
import { Screener } from '../shared/screen.ts';
import { Watchlists } from '../shared/watchlists.ts';
import { adminId, logs, tenantId } from './logs.ts';
import { median } from './median.ts';

const rounds = 7;
const records = 20_000;
const now = Date.parse('2026-11-20T12:00:00Z');

/** Records a second of the pipeline without storage, against bare `JSON.parse` of the same bytes in the same run. */
export async function benchPipeline(): Promise<void> {
  const bodies = logs(records);
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
  const run = async (isScreening: boolean) => {
    const watchlists = new Watchlists(() => defaultTenantPolicy(tenantId), [tenantId]);
    await watchlists.takeSnapshot(snapshot(), now);
    const deps = {
      detections: byKind(detections),
      settingsOf: settingsFrom(undefined),
      watchlists,
      usesPim: () => true,
      now,
      screener: isScreening ? new Screener(byKind(detections)) : undefined,
    };
    const started = performance.now();
    let found = 0;
    for (const body of bodies) found += (await judge([openEnvelope(body)], deps)).found.length;
    return { ms: performance.now() - started, found };
  };
  const times = { parse: [] as number[], screened: [] as number[], unscreened: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    for (const body of bodies) JSON.parse(body.toString('utf8'));
    times.parse.push(performance.now() - started);
    const [screened, unscreened] = [await run(true), await run(false)];
    if (screened.found !== unscreened.found) throw new Error('screening changed what was found');
    times.screened.push(screened.ms);
    times.unscreened.push(unscreened.ms);
  }
  const parse = median(times.parse);
  const line = (name: string, ms: number) =>
    console.log(
      `${name.padEnd(34)} ${Math.round((records / ms) * 1000)
        .toLocaleString('en')
        .padStart(9)} records/s` +
        `  ${(bytes / ms / 1000).toFixed(0).padStart(5)} MB/s  ratio ${(parse / ms).toFixed(2)}`,
    );
  console.log(
    `pipeline without storage: ${records} records, ${(bytes / 1e6).toFixed(1)} MB, 1 % of administrators`,
  );
  line('JSON.parse alone', parse);
  line('pipeline, screened', median(times.screened));
  line('pipeline, every record parsed', median(times.unscreened));
}

function snapshot() {
  const accounts = Array.from({ length: 200 }, (_, n) => ({
    id: adminId(n),
    type: 'user',
    userPrincipalName: `admin${n}@contoso.com`,
    assignments: [{ roleTemplateId: globalAdministrator }],
  }));
  return parseSnapshot(
    JSON.stringify({ tenantId, takenAt: '2026-01-01T00:00:00Z', accounts }),
    'bench',
  );
}
