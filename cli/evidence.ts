import { type Command, readArgs, UsageError } from './command.ts';
import { exportEvidence } from './evidence/export.ts';
import { verifyEvidence } from './evidence/verify.ts';
import { storageHelp } from './storage-settings.ts';

export const evidenceCommand: Command = {
  name: 'evidence',
  summary: 'export all that is known of an incident, and verify such an export',
  help: `Usage: glasswatch evidence export INCIDENT [--out FOLDER] [--settings FILE]
       glasswatch evidence verify FOLDER [--head SEQ:HASH]

export writes a folder with the incident, its findings, journal, deliveries and raw records, and the
links of the ledger that vouch for them. It only reads.

  --out FOLDER      where to; new or empty (default: evidence-INCIDENT)

${storageHelp}

verify needs such a folder, and nothing else: no network, no storage, no account. It says what it
checked, what no folder can tell, and names each file that is at fault.

  --head SEQ:HASH   a head of the ledger that you know from elsewhere: an anchored one, that somebody
                    else reads to you. Without it a ledger that was forged as a whole is not found.

Exit code: 0 whole, 1 something is missing or wrong, 2 wrong usage.`,

  async run(args) {
    const [action, ...rest] = args;
    if (action === 'export') return await runExport(rest);
    if (action === 'verify') return await runVerify(rest);
    throw new UsageError(
      action === undefined
        ? 'say what to do; allowed: export, verify'
        : `unknown action "${action}"; allowed: export, verify`,
    );
  },
};

async function runExport(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArgs(args, {
    out: { type: 'string' },
    settings: { type: 'string' },
  });
  const incident = onlyOne(positionals, 'name an incident');
  if (!/^[0-9a-f]{32}$/.test(incident)) {
    throw new UsageError(`"${incident}" is no id of an incident: 32 of 0-9 and a-f`);
  }
  const out = values.out ?? `evidence-${incident}`;
  return await exportEvidence(incident, { out, settings: values.settings });
}

async function runVerify(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArgs(args, { head: { type: 'string' } });
  const folder = onlyOne(positionals, 'name the folder of an export');
  return await verifyEvidence(folder, values.head);
}

function onlyOne([one, other]: readonly string[], missing: string): string {
  if (one === undefined) throw new UsageError(missing);
  if (other !== undefined) throw new UsageError(`unexpected argument "${other}"`);
  return one;
}
