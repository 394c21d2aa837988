import type { State } from './line.ts';
import type { GroupLine } from './run-checks.ts';

const colours: Record<State, number> = { ok: 32, fix: 31, unknown: 33 };
const width = 9;

/** @param hasColour - for a terminal. */
export function doctorText(lines: readonly GroupLine[], hasColour: boolean): string {
  const state = (one: State) => {
    const word = one.padEnd(width);
    return hasColour ? `\u001B[${colours[one]}m${word}\u001B[0m` : word;
  };
  const groups = [...Map.groupBy(lines, ({ group }) => group)].map(([group, some]) =>
    [
      group,
      ...some.flatMap((line) => [
        `  ${state(line.state)}${line.name}: ${line.says}`,
        ...(line.fix === null ? [] : [`  ${' '.repeat(width)}-> ${line.fix}`]),
      ]),
    ].join('\n'),
  );
  const count = (one: State) => lines.filter((line) => line.state === one).length;
  const sum = `${count('ok')} ok, ${count('fix')} to fix, ${count('unknown')} unknown`;
  return `${groups.join('\n\n')}\n\n${sum}\n`;
}
