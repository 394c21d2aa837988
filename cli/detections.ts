import { type Command, readArgs, UsageError } from './command.ts';
import { everyInfo } from './infos.ts';
import { table } from './table.ts';

export const detectionsCommand: Command = {
  name: 'detections',
  summary: 'list the catalogue as built',
  help: `Usage: glasswatch detections [--json]

Lists every detection and posture check: id, title, severity, log categories, ATT&CK techniques.`,

  async run(args) {
    const { values, positionals } = readArgs(args, { json: { type: 'boolean', default: false } });
    if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"`);
    const rows = everyInfo.map(({ id, title, severity, categories, techniques }) => ({
      id,
      title,
      severity,
      categories,
      techniques,
    }));
    if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else {
      const cells = rows.map((row) => [row.id, row.severity, row.categories.join(', '), row.title]);
      process.stdout.write(table(['id', 'severity', 'reads', 'title'], cells));
    }
    return 0;
  },
};
