import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { cleanLine } from '../shared/clean-text.ts';
import { settingsFrom } from '../shared/policy/settings-of.ts';
import type { Policy } from '../shared/policy.ts';
import { inventoryOf } from '../shared/scorecard/inventory.ts';
import { scorecardPage } from '../shared/scorecard/page.ts';
import { type Scorecard, scorecardOf } from '../shared/scorecard/scorecard.ts';
import { dayMs, isoOf, parseTime } from '../shared/time.ts';
import type { Snapshot } from '../shared/watch/directory.ts';
import { type Command, ProblemError, readArgs, UsageError } from './command.ts';
import { readPolicy, whyUnreadable } from './policy-file.ts';
import { readLive } from './posture-live.ts';
import { judgePosture, watchlistsOf } from './posture-run.ts';
import { postureTable } from './posture-table.ts';
import { readSnapshot } from './snapshot-file.ts';

const formats = ['table', 'json', 'html'];
const stageNumbers = ['1', '2', '3', '4'];
/** Where the embedded stack leaves the directory of its sample tenant, and the policy of that. */
const localDirectory = '.glasswatch/directory.json';
const localPolicy = fileURLToPath(new URL('../local/sample-day/policy.yaml', import.meta.url));
/** An older snapshot tells of another tenant than today's. */
const oldestMs = 7 * dayMs;
const usualColumns = 80;
/** Longer lines are hard to read. */
const mostColumns = 120;

export const postureCommand: Command = {
  name: 'posture',
  summary: 'measure a tenant against Microsoft’s guidance on privileged access',
  help: `Usage: glasswatch posture [options]

Runs the checks of the directory over a snapshot, and says item by item how the tenant stands against
Microsoft's guidance on securing privileged access: met, not met (who), unknown (why), attested by a
person (until when), or outside of what can be seen. Then what was not read, and who holds which role.

Options:
  --directory FILE   the directory snapshot
  --live             read Microsoft Graph instead, signed in by \`az login\` or a managed identity; the
                     policy names the tenant. docs/posture.md tells what sign-in it takes
  --policy FILE      the policy; without it the defaults, for the sample tenant its own policy
  --now TIME         the moment that is judged (UTC ISO 8601); by default when the snapshot was taken
  --format FORMAT    ${formats.join(', ')} (default table)
                     html: one page to print or to file, without scripts
  --stage N          one stage of the guidance: ${stageNumbers.join(', ')}. The first line stays that of the whole
  --out FILE         write it there, over what there was

Without --directory and --live it reads ${localDirectory}, which \`npm start\` leaves, if it is there.
The exit code is 0 also if items are not met: this is a report.`,

  async run(args) {
    const { values, positionals } = readArgs(args, {
      directory: { type: 'string' },
      live: { type: 'boolean', default: false },
      policy: { type: 'string' },
      now: { type: 'string' },
      format: { type: 'string', default: 'table' },
      stage: { type: 'string' },
      out: { type: 'string' },
    });
    if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"`);
    const format = chosen('--format', values.format, formats);
    const stage =
      values.stage === undefined ? undefined : chosen('--stage', values.stage, stageNumbers);
    const now = momentFrom(values.now);
    const file = fileFrom(values);
    const isLocal = file !== undefined && values.directory === undefined;
    const policyFile = values.policy ?? (isLocal ? localPolicy : undefined);
    const policy = policyFile ? (await readPolicy(policyFile)).policy : undefined;
    const snapshot = file ? await readSnapshot(file, policy) : await readLive(policy);
    const source = isLocal
      ? `The sample tenant, as \`npm start\` left it in ${file}; judged by ${values.policy ?? 'its own policy'}.\n`
      : '';

    const { card, inventory } = await measure(
      snapshot,
      policy,
      now ?? (values.live ? Date.now() : undefined),
    );
    const shown = stage === undefined ? card : onlyStage(card, Number(stage));
    if (format === 'table') {
      const columns = Math.min(process.stdout.columns || usualColumns, mostColumns);
      await write(`${source}${postureTable(shown, inventory, columns)}`, values.out);
    } else {
      process.stderr.write(source);
      const json = () => `${JSON.stringify({ ...shown, inventory }, null, 2)}\n`;
      await write(format === 'json' ? json() : scorecardPage(shown, inventory), values.out);
    }
    for (const warning of warningsOf(card)) process.stderr.write(`warning: ${warning}\n`);
    return 0;
  },
};

function chosen(option: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new UsageError(`${option} "${value}"; allowed: ${allowed.join(', ')}`);
}

function momentFrom(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const now = parseTime(text);
  if (now !== undefined) return now;
  throw new UsageError(
    `--now "${text}" is no time; allowed: UTC ISO 8601, e.g. 2026-11-20T08:00:00Z`,
  );
}

/** @returns undefined: Graph is read instead. */
function fileFrom({ directory, live }: { directory?: string; live: boolean }): string | undefined {
  if (directory !== undefined && live) throw new UsageError('--directory or --live, not both');
  if (directory !== undefined || live) return directory;
  if (existsSync(localDirectory)) return localDirectory;
  throw new UsageError('nothing to measure: name a snapshot with --directory FILE, or use --live');
}

async function measure(snapshot: Snapshot, policy: Policy | undefined, moment: number | undefined) {
  const [settingsOf, watchlists] = [settingsFrom(policy), watchlistsOf(policy)];
  await watchlists.takeSnapshot(snapshot, 0);
  const judged = await judgePosture(snapshot, moment, { policy, settingsOf, watchlists });
  if (!judged) {
    throw new ProblemError([`the policy does not name the tenant ${cleanLine(snapshot.tenantId)}`]);
  }
  return {
    card: scorecardOf({ ...judged, settingsOf }),
    inventory: inventoryOf(judged),
  };
}

/** The totals stay those of the whole card: a part of it is no better for being shown alone. */
const onlyStage = (card: Scorecard, stage: number): Scorecard => ({
  ...card,
  stages: card.stages.filter((one) => one.stage === stage),
});

function warningsOf({ at, takenAt }: Scorecard): string[] {
  const taken = parseTime(takenAt);
  if (taken === undefined) return ['the snapshot does not tell when it was taken'];
  const days = Math.floor((Date.now() - taken) / dayMs);
  const isOld = Date.now() - taken > oldestMs;
  const early = (parseTime(at) ?? taken) < taken;
  return [
    ...(isOld ? [`the snapshot was taken ${days} days ago, at ${isoOf(taken)}`] : []),
    ...(early ? ['--now is before the snapshot was taken'] : []),
  ];
}

async function write(text: string, file: string | undefined): Promise<void> {
  if (file !== undefined) {
    try {
      await writeFile(file, text);
    } catch (error) {
      throw new ProblemError([`${file}: ${whyUnreadable(error)}`]);
    }
  } else if (!process.stdout.write(text)) {
    await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}
