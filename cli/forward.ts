import { setTimeout as pauseFor } from 'node:timers/promises';
import { cleanLine } from '../shared/clean-text.ts';
import { type KnownSink, knownSinks } from '../shared/forward/known-sinks.ts';
import type { BackfillReport } from '../shared/forward/pump/backfill.ts';
import { siemFormats } from '../shared/forward/siem-formats/index.ts';
import { sinks } from '../shared/forward/sinks/index.ts';
import { secretNames } from '../shared/policy/secrets-in-words.ts';
import type { Policy } from '../shared/policy.ts';
import { isoOf, parseTime } from '../shared/time.ts';
import { type Command, ProblemError, readArgs, UsageError } from './command.ts';
import { openForwarding } from './forward/open-forwarding.ts';
import { readPolicy } from './policy-file.ts';
import { policyFileIn, serviceSettings, storageHelp, withStorage } from './storage-settings.ts';

type Range = { from: number; to: number };

/** Of a dry run. */
const mostLines = 5;
/** Of what was refused, each with what the receiver said. */
const mostRefusals = 20;

export const forwardCommand: Command = {
  name: 'forward',
  summary: 'send a SIEM once more what was found in a range of time',
  help: `Usage: glasswatch forward --to SINK --since TIME [--until TIME] [options]

Sends the stored events of that time from this machine straight to a sink of the policy: after its index
or table was mended, or to fill a new SIEM. The format, the filter, the order and the ids are those of the
service, so a receiver that deduplicates by id recognises what it has. What waits for the sink in the
service goes on by itself. To repeat it is safe.

  --to SINK          a sink of the policy, by its name
  --since TIME       events that were written from then on (UTC ISO 8601)
  --until TIME       and before then; by default now
  --dry-run          send nothing: count, and print the first lines as they would be sent
  --policy FILE      the policy of the service; by default that of the settings, or policy.yaml
  --settings FILE    where the storage account is, and the secrets that the policy names

${storageHelp}
The secrets of the sink come from the environment, or from the same file.

Exit code: 0 all of it was taken, 1 some of it was refused, or the sink took nothing; 2 wrong usage.`,

  async run(args) {
    const { values, positionals } = readArgs(args, {
      to: { type: 'string' },
      since: { type: 'string' },
      until: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      policy: { type: 'string' },
      settings: { type: 'string' },
    });
    if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"`);
    const range = rangeOf(values.since, values.until);
    const file = values.policy ?? (await policyFileIn(values.settings, process.env));
    const { policy } = await readPolicy(file ?? 'policy.yaml');
    const sink = sinkNamed(values.to, policy);
    process.stdout.write(
      `${sink.name}: ${sink.what}\n${isoOf(range.from)} to ${isoOf(range.to)}\n`,
    );
    return values['dry-run']
      ? await tryOut(sink, range, policy, values.settings)
      : await send(sink, range, policy, values.settings);
  },
};

async function send(
  sink: KnownSink,
  range: Range,
  policy: Policy,
  settings: string | undefined,
): Promise<number> {
  const env = await serviceSettings(settings, process.env);
  const missing = secretNames(sink.settings).filter((name) => !env[name]);
  if (missing.length > 0) {
    throw new ProblemError(
      missing.map((name) => `${name} is not set: the sink ${sink.name} needs this variable`),
    );
  }
  const { forwarding } = await openForwarding(settings, policy);
  try {
    const report = await withStorage(() =>
      forwarding.backfill(sink.name, range, {
        progress: (now) => void process.stderr.write(`${progressText(now)}\n`),
        async pause(ms, says) {
          const seconds = Math.ceil(ms / 1_000);
          process.stderr.write(`  ${sink.name} says: ${says}; tried again in ${seconds} s\n`);
          await pauseFor(ms);
        },
      }),
    );
    if (!report) throw new ProblemError([`there is no sink ${sink.name}`]);
    process.stdout.write(`${countText(report)}\n`);
    const problems = problemsIn(report, sink.name);
    if (problems.length > 0) throw new ProblemError(problems);
    return 0;
  } finally {
    await forwarding.close();
  }
}

async function tryOut(
  { name, format: formatName, wants }: KnownSink,
  range: Range,
  policy: Policy,
  settings: string | undefined,
): Promise<number> {
  const format = siemFormats.find((one) => one.name === formatName);
  if (!format) throw new ProblemError([`the sink ${name} has no format ${formatName}`]);
  const { events, forwarding } = await openForwarding(settings, policy);
  const lines: string[] = [];
  let [read, wanted] = [0, 0];
  try {
    await withStorage(async () => {
      for await (const { event } of events.written(range)) {
        read += 1;
        if (!wants(event)) continue;
        wanted += 1;
        if (lines.length < mostLines) lines.push(format.line(event));
      }
    });
  } finally {
    await forwarding.close();
  }
  const rest = lines.length < wanted ? `; the first ${lines.length}:` : wanted > 0 ? ':' : '.';
  process.stdout.write(
    `Nothing is sent. ${read} events, of which the policy wants ${wanted} there${rest}\n`,
  );
  for (const line of lines) process.stdout.write(`${line}\n`);
  return 0;
}

const progressText = ({ read, sent, refused }: BackfillReport) =>
  `  ${read} read, ${sent} sent${refused > 0 ? `, ${refused} refused` : ''}`;

function countText({ read, filtered, sent, refused, left }: BackfillReport): string {
  const parts = [
    `${sent} sent`,
    `${filtered} that the policy does not want there`,
    `${refused} refused`,
    ...(left > 0 ? [`${left} not sent`] : []),
  ];
  return `${read} events: ${parts.join(', ')}`;
}

function problemsIn({ refused, refusals, left, stopped }: BackfillReport, sink: string): string[] {
  const listed = refusals.slice(0, mostRefusals);
  const more = refused - listed.length;
  return [
    ...listed.map(({ uid, says }) => `${cleanLine(uid, 100)} was refused: ${cleanLine(says, 500)}`),
    ...(more > 0 ? [`and ${more} more were refused`] : []),
    ...(stopped === null
      ? []
      : [`${sink} takes nothing: ${cleanLine(stopped, 500)}; run it again once that is mended`]),
    ...(left > 0 && stopped === null
      ? [`${left} events were put off again and again: run it again later`]
      : []),
  ];
}

function sinkNamed(name: string | undefined, policy: Policy): KnownSink {
  const known = knownSinks(policy, sinks);
  const names = known.map((one) => one.name).join(', ');
  const has = names === '' ? 'the policy has none' : `the policy has: ${names}`;
  if (name === undefined) throw new UsageError(`--to is missing: name a sink; ${has}`);
  const sink = known.find((one) => one.name === name);
  if (!sink) throw new UsageError(`--to "${name}": there is no such sink; ${has}`);
  return sink;
}

function rangeOf(since: string | undefined, until: string | undefined): Range {
  if (since === undefined) throw new UsageError(`--since is missing; allowed: ${timeAllowed}`);
  const from = momentOf('--since', since);
  const to = until === undefined ? Date.now() : momentOf('--until', until);
  if (from < to) return { from, to };
  throw new UsageError(
    `--since "${since}" is not before ${until === undefined ? 'now' : `--until "${until}"`}`,
  );
}

const timeAllowed = 'UTC ISO 8601, e.g. 2026-11-20T08:00:00Z';

function momentOf(option: string, text: string): number {
  const moment = parseTime(text);
  if (moment !== undefined) return moment;
  throw new UsageError(`${option} "${text}" is no time; allowed: ${timeAllowed}`);
}
