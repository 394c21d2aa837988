import { closest } from '../shared/policy/suggestion.ts';
import { type Command, readArgs, UsageError } from './command.ts';
import { everyInfo } from './infos.ts';
import { referenceOf, referenceText } from './reference.ts';

export const explainCommand: Command = {
  name: 'explain',
  summary: 'say what one detection sees, needs and asks for',
  help: `Usage: glasswatch explain DETECTION

Says what a detection or check finds and passes over, why it matters, what to do about a finding, and
how to tune it. \`glasswatch detections\` lists them all.`,

  async run(args) {
    const { positionals } = readArgs(args, {});
    const [id, ...rest] = positionals;
    if (id === undefined) throw new UsageError('name a detection');
    if (rest.length > 0) throw new UsageError(`unexpected argument "${rest[0]}"`);
    const info = detectionNamed(id);
    process.stdout.write(referenceText(referenceOf(info)));
    return 0;
  },
};

/** @throws {UsageError} that names the nearest id there is. */
export function detectionNamed(id: string) {
  const info = everyInfo.find((one) => one.id === id.toLowerCase());
  if (info) return info;
  const near = closest(
    id,
    everyInfo.map((one) => one.id),
  );
  const hint = near ? ` (did you mean "${near}"?)` : '';
  throw new UsageError(`unknown detection "${id}"${hint}; \`glasswatch detections\` lists them`);
}
