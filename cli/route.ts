import { cleanLine } from '../shared/clean-text.ts';
import { postureChecks } from '../shared/detect/posture-checks/index.ts';
import { nameOf } from '../shared/detect/wording.ts';
import type { Finding } from '../shared/finding.ts';
import { breakGlassMatter } from '../shared/incident.ts';
import {
  afterInWords,
  minutesInWords,
  repeatsOf,
  tierInWords,
} from '../shared/policy/describe-staff.ts';
import { type Policy, tenantPolicy } from '../shared/policy.ts';
import { escalationIn } from '../shared/respond/answering.ts';
import { type Accounts, accountsIn } from '../shared/route/accounts.ts';
import type { Mute } from '../shared/route/mute.ts';
import { onCallAt } from '../shared/route/on-call.ts';
import { policyRouting } from '../shared/route/policy-routing.ts';
import type { Routed, Telling } from '../shared/route/routing.ts';
import type { Silence } from '../shared/route/silence.ts';
import { isAtLeast } from '../shared/severity.ts';
import { memoryShelf } from '../shared/shelf.ts';
import { channels as kinds } from '../shared/tell/channels/index.ts';
import { minuteMs, parseTime } from '../shared/time.ts';
import { type Command, ProblemError, readArgs, UsageError } from './command.ts';
import { inputFiles } from './input-files.ts';
import { readPolicy } from './policy-file.ts';
import { watchlistsOf } from './posture-run.ts';
import { readFindings } from './read-findings.ts';
import { readSnapshot } from './snapshot-file.ts';

export const routeCommand: Command = {
  name: 'route',
  summary: 'say who would be told of a finding, when, and why',
  help: `Usage: glasswatch route [options] FILE...

Reads findings as \`glasswatch replay\` prints them (one in JSON, a list, or one a line; - for standard
input) and says of each who would be told, when and by which channel, who would be asked while nobody
answers, and why: what each route, floor, silence and inhibition of the policy made of it. It is the
code that runs in the cloud. What only the cloud knows does not count: silences of the console, and
what was told before the first of these findings.

Options:
  --policy FILE      the policy (default policy.yaml)
  --directory FILE   the directory snapshot: which name belongs to which account
  --now TIME         when they are told (UTC ISO 8601); by default each when it happened`,

  async run(args) {
    const { values, positionals } = readArgs(args, {
      policy: { type: 'string', default: 'policy.yaml' },
      directory: { type: 'string' },
      now: { type: 'string' },
    });
    const now = values.now === undefined ? undefined : parseTime(values.now);
    if (values.now !== undefined && now === undefined) {
      throw new UsageError(
        `--now "${values.now}" is no time; allowed: UTC ISO 8601, e.g. 2026-11-20T08:00:00Z`,
      );
    }
    if (positionals.length === 0)
      throw new UsageError('nothing to read: name a file of findings, or - for standard input');
    const { policy } = await readPolicy(values.policy);
    const watchlists = watchlistsOf(policy);
    if (values.directory)
      await watchlists.takeSnapshot(await readSnapshot(values.directory, policy), 0);
    const accounts = accountsIn(watchlists);
    const routing = policyRouting({
      policy,
      accounts,
      silences: memoryShelf<Silence>(),
      mutes: memoryShelf<Mute>(),
    });
    for (const file of await inputFiles(positionals)) {
      for (const [index, finding] of (await readFindings(file)).entries()) {
        refuseUnwatched(finding, policy, `${file.name}: finding ${index + 1}`);
        const at = now ?? parseTime(finding.time) ?? 0;
        await routing.remember([finding], at);
        const routed = (await routing.at(at))(finding);
        const lines = linesOf(finding, routed, { policy, accounts: await accounts(at), now: at });
        process.stdout.write(`${lines.join('\n')}\n`);
      }
    }
    return 0;
  },
};

function refuseUnwatched({ tenantId }: Finding, policy: Policy, place: string): void {
  if (tenantPolicy(policy, tenantId)) return;
  const allowed = policy.tenants.map(({ id }) => id).join(', ');
  throw new ProblemError([
    `${place}: tenantId: found "${cleanLine(tenantId, 60)}", which the policy does not name; allowed: ${allowed}`,
  ]);
}

type Context = { policy: Policy; accounts: Accounts; now: number };

function linesOf(finding: Finding, routed: Routed, context: Context): string[] {
  const { severity, detection, title, subject, actor, time, tenantId } = finding;
  const tenant = tenantPolicy(context.policy, tenantId)?.name ?? tenantId;
  const by = actor ? `, by ${nameOf(actor)}` : '';
  return [
    `${severity} ${cleanLine(detection, 80)}: ${cleanLine(title)}`,
    `  about ${nameOf(subject)}${by}, of ${tenant}, ${cleanLine(time, 40)}`,
    ...tellingLines(finding, routed, context.policy),
    ...escalationLines(finding, routed, context),
    '  why:',
    ...routed.because.map((one) => `    ${cleanLine(one, 600)}`),
  ];
}

function tellingLines(finding: Finding, { tellings, quiet }: Routed, policy: Policy): string[] {
  if (quiet) return [`  told to nobody: ${cleanLine(quiet.says, 600)}`];
  if (tellings.length === 0) return ['  told to nobody: no route takes it'];
  const { at, timezone, weekday } = policy.digest;
  const clock = `${at} ${timezone}`;
  if (isOfDirectoryDigest(finding)) {
    return [`  told in the digest of the directory, daily at ${clock}: ${names(tellings, policy)}`];
  }
  const when = {
    now: 'at once',
    daily: `in the daily digest at ${clock}`,
    weekly: `in the weekly digest on ${weekday} at ${clock}`,
  };
  const byCadence = Map.groupBy(tellings, ({ cadence }) => cadence);
  return (['now', 'daily', 'weekly'] as const).flatMap((cadence) => {
    const some = byCadence.get(cadence);
    return some ? [`  told ${when[cadence]}: ${names(some, policy)}`] : [];
  });
}

const names = (tellings: readonly Telling[], { channels }: Policy): string =>
  tellings
    .map(({ channel, groupMs }) => {
      const settings = channels[channel];
      const kind = kinds.find(({ type }) => type === settings?.type);
      const waits = groupMs > 0 ? [`updates wait ${minutesInWords(groupMs / minuteMs)}`] : [];
      const notes = [...(kind && settings ? [kind.describe(settings)] : []), ...waits];
      return `${channel} (${notes.join('; ')})`;
    })
    .join(', ');

/** What a check of the directory finds is not told by itself unless it is grave. */
const isOfDirectoryDigest = ({ detection, severity }: Finding): boolean =>
  isOfDirectory(detection) && !isAtLeast(severity, 'high');

const isOfDirectory = (detection: string) => postureChecks.some(({ id }) => id === detection);

function escalationLines(
  finding: Finding,
  { tellings }: Routed,
  { policy, accounts, now }: Context,
): string[] {
  const told = tellings.filter(({ cadence }) => cadence === 'now').map(({ channel }) => channel);
  if (told.length === 0 || isOfDirectoryDigest(finding))
    return ['  nobody is asked to answer: nobody is told at once'];
  const escalationOf = escalationIn({
    escalations: policy.escalations,
    tenantName: (tenantId) => tenantPolicy(policy, tenantId)?.name ?? tenantId,
  });
  const escalation = escalationOf({ ...finding, matter: matterOf(finding, accounts) });
  if (!escalation) return ['  nobody is asked again: no escalation fits'];
  const tiers = escalation.tiers.map((tier) => {
    const people = onCallAt(tier.onCall, policy, now + tier.afterMinutes * minuteMs);
    const asked = people.length > 0 ? `: ${people.map(({ name }) => name).join(', ')}` : '';
    const channels = tier.channels.length > 0 ? tier.channels : told;
    return `    ${afterInWords(tier)}: ${tierInWords({ ...tier, channels })}${asked}`;
  });
  return [
    '  while nobody answers:',
    ...tiers,
    ...repeatsOf(escalation).map((line) => `    ${line}`),
  ];
}

/** As findings are gathered: a state of the directory is no use of an account. */
function matterOf({ tenantId, subject, actor, detection }: Finding, accounts: Accounts): string {
  const isGlass = [subject, actor].some(
    (party) => party !== null && accounts.isBreakGlass(tenantId, party),
  );
  return isGlass && !isOfDirectory(detection) ? breakGlassMatter : 'other';
}
