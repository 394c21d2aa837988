import { type Command, readArgs, UsageError } from './command.ts';
import type { Check, DoctorDeps } from './doctor/check.ts';
import { storageHelp } from './storage-settings.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'say line by line what of a deployment is right, and how to mend the rest',
  help: `Usage: glasswatch doctor [options]

Looks at everything that Glasswatch rests on: policy, settings, identity, storage, event hub, log
streams, directory, permissions, licence, channels, SIEMs, keys, ledger, clocks. Each line is ok, fix or
unknown; what can't be known from here is never ok. Below a line stands the command or step that
mends it. It changes nothing, and shows no secret. docs/doctor.md tells more.

Options:
  --live           also ask Microsoft Graph, Azure and the console; without it nothing but storage
                   and event hub is spoken to
  --settings FILE  the settings of the app: see below
  --policy FILE    the policy; by default the one that the settings name, or policy.yaml
  --only GROUP     this group alone, by its heading; several with commas between
  --json           the lines as JSON: group, name, state, says, fix

Text has colours on a terminal alone, and none where NO_COLOR is set.

${storageHelp}

Exit code: 0 nothing to fix (unknown is none), 1 something to fix, 2 wrong usage.`,

  async run(args) {
    const { values, positionals } = readArgs(args, {
      live: { type: 'boolean', default: false },
      settings: { type: 'string' },
      policy: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"`);
    const { settings, policy, live: isLive, json } = values;
    // Only here: help and usage need none of Azure's libraries.
    const [{ openDoctor }, { checks }, { runChecks }, { hiding }, { doctorText }] =
      await Promise.all([
        import('./doctor/open-doctor.ts'),
        import('./doctor/checks/index.ts'),
        import('./doctor/run-checks.ts'),
        import('./doctor/hide-secrets.ts'),
        import('./doctor/doctor-text.ts'),
      ]);
    const wanted = chosen(checks, values.only);
    const deps = await openDoctor({ settings, policy, isLive });
    if (isNowhere(deps)) process.stderr.write(nowhere);
    const known = 'policy' in deps.policy ? deps.policy.policy : undefined;
    const lines = await runChecks(wanted, deps, hiding(deps.env, known));
    const hasColour = process.stdout.isTTY === true && !process.env.NO_COLOR;
    process.stdout.write(
      json ? `${JSON.stringify(lines, null, 2)}\n` : doctorText(lines, hasColour),
    );
    return lines.some(({ state }) => state === 'fix') ? 1 : 0;
  },
};

/** Nothing is named, so nearly every line would be about what is missing. */
const isNowhere = ({ settingsFile, env }: Pick<DoctorDeps, 'settingsFile' | 'env'>) =>
  settingsFile === undefined && !env.GLASSWATCH_STORAGE && !env.GLASSWATCH_STORAGE__accountName;

const nowhere = `glasswatch: no deployment is named here. \`npm start\` brings one up on this machine; the settings of one
glasswatch: in Azure are fetched as docs/deploy.md#7-see-that-it-works tells, and named with --settings FILE
`;

function chosen(checks: readonly Check[], only: string | undefined): readonly Check[] {
  if (only === undefined) return checks;
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !checks.some((check) => check.name === name));
  if (unknown === undefined) return checks.filter(({ name }) => names.includes(name));
  const allowed = checks.map(({ name }) => name).join(', ');
  throw new UsageError(`--only "${unknown}"; allowed: ${allowed}`);
}
