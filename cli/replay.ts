import { detections } from '../shared/detect/detections/index.ts';
import type { Finding } from '../shared/finding.ts';
import { newFindingEvent } from '../shared/forward/events-of.ts';
import { siemFormats } from '../shared/forward/siem-formats/index.ts';
import { parseTime } from '../shared/time.ts';
import { type Command, ProblemError, readArgs, UsageError } from './command.ts';
import { inputFiles } from './input-files.ts';
import { readPolicy } from './policy-file.ts';
import { Replay } from './replay-run.ts';
import { readSnapshot } from './snapshot-file.ts';
import { summaryOf } from './summary.ts';
import { table } from './table.ts';

const formats = ['ndjson', 'table', 'summary', ...siemFormats.map(({ name }) => name)];

export const replayCommand: Command = {
  name: 'replay',
  summary: 'run the detections over files of logs',
  help: `Usage: glasswatch replay [options] PATH...

Runs the detections over log files with nothing but Node: no network, no services. It is the code that
runs in the cloud. Reads Event Hub envelopes, lines of records or envelopes, JSON lists, answers of the
Graph API, downloads of the portal, dead letters, .gz of each, folders, and - for standard input, and
tells them apart by itself. State is kept across the files, in the order given.

Options:
  --policy FILE      the policy; without it every tenant is watched by the defaults
  --directory FILE   the directory snapshot: who is privileged. The posture checks run on it too
  --now TIME         the moment the posture is judged at (UTC ISO 8601); by default the last record's
  --format FORMAT    ${formats.join(', ')} (default ndjson)
                     ndjson: the findings; summary: how often each detection would have fired, on
                     whom, and told to people; the others: as a SIEM is told of each, docs/siem

Each finding is printed once, in its last revision, on standard output; standard error says how many
records were read, judged, skipped and set aside, and why.`,

  async run(args) {
    const { values, positionals } = readArgs(args, {
      policy: { type: 'string' },
      directory: { type: 'string' },
      now: { type: 'string' },
      format: { type: 'string', default: 'ndjson' },
    });
    const format = formats.find((one) => one === values.format);
    if (!format)
      throw new UsageError(`--format "${values.format}"; allowed: ${formats.join(', ')}`);
    const now = values.now === undefined ? undefined : parseTime(values.now);
    if (values.now !== undefined && now === undefined) {
      throw new UsageError(
        `--now "${values.now}" is no time; allowed: UTC ISO 8601, e.g. 2026-11-20T08:00:00Z`,
      );
    }
    if (positionals.length === 0 && !values.directory) {
      throw new UsageError('nothing to read: name files or folders, or - for standard input');
    }
    const policy = values.policy ? (await readPolicy(values.policy)).policy : undefined;
    const snapshot = values.directory ? await readSnapshot(values.directory, policy) : undefined;
    const replay = new Replay({ detections, policy, snapshot });
    await replay.start();
    for (const file of await inputFiles(positionals)) await replay.read(file);
    const findings = await replay.finish(now);

    if (format === 'summary') await write(summaryOf(findings, policy));
    else await print(findings, format);
    process.stderr.write(`${replay.report().join('\n')}\n`);
    const hopeless = replay.hopelessFiles();
    if (hopeless.length > 0) throw new ProblemError(hopeless);
    return 0;
  },
};

async function print(findings: readonly Finding[], format: string): Promise<void> {
  if (format === 'table') {
    const rows = findings.map(({ time, severity, detection, title }) => [
      time,
      severity,
      detection,
      title,
    ]);
    return write(table(['time', 'severity', 'detection', 'title'], rows));
  }
  const siemFormat = siemFormats.find(({ name }) => name === format);
  for (const finding of findings) {
    const line = siemFormat?.line(newFindingEvent(finding)) ?? JSON.stringify(finding);
    await write(`${line}\n`);
  }
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text))
    await new Promise((resolve) => process.stdout.once('drain', resolve));
}
