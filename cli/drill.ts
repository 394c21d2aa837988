import { userInfo } from 'node:os';
import { cleanLine } from '../shared/clean-text.ts';
import { drills } from '../shared/drill/drills.ts';
import type { Policy } from '../shared/policy.ts';
import type { Person } from '../shared/respond/response.ts';
import { hourMs, isoOf, minuteMs, parseTime } from '../shared/time.ts';
import { type Command, ProblemError, readArgs, UsageError } from './command.ts';
import { evidenceText, listText, startedText } from './drill/drill-text.ts';
import { openDrills } from './drill/open-drills.ts';
import { readPolicy } from './policy-file.ts';
import { policyFileIn, storageHelp, withStorage } from './storage-settings.ts';

type Options = {
  account?: string | undefined;
  tenant?: string | undefined;
  from?: string | undefined;
  for: string;
  reason?: string | undefined;
  by?: string | undefined;
  policy?: string | undefined;
  settings?: string | undefined;
};

const verbs = {
  start,
  list,
  show,
  cancel,
} satisfies Record<string, (options: Options, id: string) => Promise<string>>;
const verbNames = Object.keys(verbs);
/** Only these take a drill's id. */
const verbsWithId = new Set(['show', 'cancel']);

export const drillCommand: Command = {
  name: 'drill',
  summary: 'declare a drill of a break-glass account, and see its evidence',
  help: `Usage: glasswatch drill start --account A --reason TEXT [options]
       glasswatch drill list
       glasswatch drill show ID
       glasswatch drill cancel ID [--by NAME]

A drill proves that a break-glass account works and that its use is told. It changes nothing about
the alert, which says DRILL and is as loud as any. If no alert comes, that is a finding.

  start    declares one, and says what happens next and when it fails
  list     every drill, the latest first
  show     the evidence of one: each step with its time and how long it took
  cancel   before the account has signed in

Options:
  --account A        object id of a break-glass account of the policy, or its user principal name, once
                     the service has read it from the directory
  --tenant T         name or id, where the policy has more than one tenant
  --from TIME        when it begins (UTC ISO 8601); by default now
  --for TIME         how long the account may sign in: 10m to 24h (default 60m)
  --reason TEXT      why; it is kept
  --by NAME          who you are; by default the name of your account on this machine
  --policy FILE      for start: the policy of the service; by default that of the settings, or policy.yaml
  --settings FILE    where the storage account is

${storageHelp}`,

  async run(args) {
    const { values, positionals } = readArgs(args, {
      account: { type: 'string' },
      tenant: { type: 'string' },
      from: { type: 'string' },
      for: { type: 'string', default: '60m' },
      reason: { type: 'string' },
      by: { type: 'string' },
      policy: { type: 'string' },
      settings: { type: 'string' },
    });
    const [name = '', id = '', ...more] = positionals;
    if (!isVerb(name)) {
      const said = name === '' ? 'say what to do' : `unknown: drill ${name}`;
      throw new UsageError(`${said}; allowed: ${verbNames.join(', ')}`);
    }
    if (verbsWithId.has(name) && id === '') throw new UsageError('name the drill by its id');
    const surplus = verbsWithId.has(name) ? more[0] : id || undefined;
    if (surplus !== undefined) throw new UsageError(`unexpected argument "${surplus}"`);
    process.stdout.write(await verbs[name](values, id));
    return 0;
  },
};

const isVerb = (name: string): name is keyof typeof verbs => verbNames.includes(name);

async function start(options: Options): Promise<string> {
  const { account, reason } = options;
  if (!account) throw new UsageError('--account is missing; allowed: an object id, or a UPN');
  if (!reason) throw new UsageError('--reason is missing: say why, it is kept');
  const lengthMs = lengthOf(options.for);
  const now = Date.now();
  const from = options.from === undefined ? now : momentFrom(options.from);
  const file = options.policy ?? (await policyFileIn(options.settings, process.env));
  const { policy } = await readPolicy(file ?? 'policy.yaml');
  const given = {
    tenantId: tenantIdFrom(options.tenant, policy),
    account,
    from: isoOf(from),
    until: isoOf(from + lengthMs),
    reason,
  };
  const deps = await openDrills(options.settings, policy);
  const outcome = await withStorage(() => drills(deps).declare(given, personOf(options.by)));
  if (!outcome.done) throw new ProblemError([outcome.says]);
  return startedText(outcome.drill);
}

async function list({ settings }: Options): Promise<string> {
  const deps = await openDrills(settings, undefined);
  return listText(await withStorage(() => drills(deps).list()));
}

async function show({ settings }: Options, id: string): Promise<string> {
  const deps = await openDrills(settings, undefined);
  const drill = await withStorage(() => drills(deps).get(id));
  if (!drill)
    throw new ProblemError([`there is no drill ${cleanLine(id)}; see \`glasswatch drill list\``]);
  return evidenceText(drill);
}

async function cancel({ settings, by }: Options, id: string): Promise<string> {
  const deps = await openDrills(settings, undefined);
  const outcome = await withStorage(() => drills(deps).cancel(id, personOf(by)));
  if (!outcome.done) throw new ProblemError([outcome.says]);
  return `Drill ${outcome.drill.id} is cancelled: a sign-in now is a use like any other.\n`;
}

function personOf(by: string | undefined): Person {
  const name = cleanLine(by ?? userInfo().username, 80);
  if (!name) throw new UsageError('--by is empty; allowed: a name');
  return { id: name, name, identifiedBy: 'command line' };
}

function lengthOf(text: string): number {
  const [, count, unit] = /^(\d{1,4})(m|h)$/.exec(text) ?? [];
  if (count === undefined) {
    throw new UsageError(`--for "${text}"; allowed: minutes or hours, such as 60m or 2h`);
  }
  return Number(count) * (unit === 'h' ? hourMs : minuteMs);
}

function momentFrom(text: string): number {
  const moment = parseTime(text);
  if (moment !== undefined) return moment;
  throw new UsageError(
    `--from "${text}" is no time; allowed: UTC ISO 8601, e.g. 2026-11-20T08:00:00Z`,
  );
}

function tenantIdFrom(written: string | undefined, { tenants }: Policy): string {
  const [only, ...others] = tenants;
  const names = tenants.map(({ name }) => name).join(', ');
  if (written === undefined) {
    if (only && others.length === 0) return only.id;
    throw new UsageError(`--tenant is missing; the policy has: ${names}`);
  }
  const tenant = tenants.find(({ id, name }) => name === written || id === written.toLowerCase());
  if (tenant) return tenant.id;
  throw new UsageError(`--tenant "${written}"; the policy has: ${names}`);
}
