import { byKind } from '../shared/detect/detect.ts';
import { detections } from '../shared/detect/detections/index.ts';
import { Memories } from '../shared/memory/memories.ts';
import { arrivalsIn, judge } from '../shared/pipeline.ts';
import { settingsFrom } from '../shared/policy/settings-of.ts';
import { defaultTenantPolicy, tenantPolicy } from '../shared/policy.ts';
import { openEnvelope } from '../shared/read/envelope.ts';
import { Screener } from '../shared/read/screen.ts';
import { Tally } from '../shared/streams/tally.ts';
import { Watchlists } from '../shared/watch/watchlists.ts';
import { directory } from './directory.ts';
import { logs, type Mix, tenantId } from './logs.ts';
import { median } from './median.ts';

const rounds = 5;
const records = 10_000;
const admins = 200;
const now = Date.parse('2026-11-20T12:00:00Z');

const byEvent = byKind(detections);

/** Records a second of the pipeline without storage, against bare `JSON.parse` of the same bytes in the same run. */
export async function benchPipeline(): Promise<void> {
  console.log(`Pipeline without storage, ${records.toLocaleString('en')} records, one core.`);
  for (const auditShare of [0.1, 0]) {
    for (const adminShare of [0, 0.01, 0.05]) await benchMix({ admins, adminShare, auditShare });
  }
}

async function benchMix(mix: Mix): Promise<void> {
  const bodies = logs(records, mix);
  const bytes = bodies.reduce((sum, { length }) => sum + length, 0);
  const times = { parsed: [] as number[], screened: [] as number[], unscreened: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    for (const body of bodies) JSON.parse(body.toString('utf8'));
    times.parsed.push(performance.now() - started);
    const screened = await judgeAll(bodies, new Screener(byEvent));
    const unscreened = await judgeAll(bodies, undefined);
    if (screened.found !== unscreened.found) throw new Error('screening changed what was found');
    times.screened.push(screened.ms);
    times.unscreened.push(unscreened.ms);
  }
  const parsed = median(times.parsed);
  const line = (name: string, ms: number) => {
    const perSecond = Math.round((records / ms) * 1000).toLocaleString('en');
    const megabytes = (bytes / ms / 1000).toFixed(0);
    const ratio = (parsed / ms).toFixed(2);
    console.log(
      `  ${name.padEnd(30)} ${perSecond.padStart(9)} records/s ${megabytes.padStart(6)} MB/s   ${ratio} x JSON.parse`,
    );
  };
  const kinds = mix.auditShare > 0 ? `${mix.auditShare * 100} % audit records` : 'sign-ins only';
  console.log(
    `${kinds}, ${mix.adminShare * 100} % by administrators, ${(bytes / records / 1000).toFixed(1)} KB a record`,
  );
  line('JSON.parse alone', parsed);
  line('pipeline', median(times.screened));
  line('pipeline, every record parsed', median(times.unscreened));
}

async function judgeAll(bodies: readonly Buffer[], screener: Screener | undefined) {
  const watchlists = new Watchlists(() => defaultTenantPolicy(tenantId), [tenantId]);
  await watchlists.takeSnapshot(directory(admins), now);
  const deps = {
    detections: byEvent,
    settingsOf: settingsFrom(undefined),
    watchlists,
    memories: new Memories(),
    tenantOf: (id: string) => tenantPolicy(undefined, id),
    now,
    screener,
  };
  const tally = new Tally();
  const started = performance.now();
  let found = 0;
  for (const body of bodies) {
    const judged = await judge([openEnvelope(body)], deps);
    for (const arrival of arrivalsIn(judged, deps)) tally.count(arrival);
    found += judged.found.length;
  }
  return { ms: performance.now() - started, found };
}
