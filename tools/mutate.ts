/**
 * Changes one condition after the other in every detection and check, and runs its examples. A mutant
 * that all examples still agree with shows a clause that nothing proves.
 *
 *     npm run mutate                    all of them
 *     npm run mutate -- admin-tap-issued …   only these
 *
 * Exit code 1 if any survives.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { judgeExample, judgePostureExample, judgeStreamExample } from '../cli/run-examples.ts';
import type { Detection } from '../shared/detect/detection.ts';
import type { PostureCheck } from '../shared/detect/posture-check.ts';
import type { StreamCheck } from '../shared/detect/stream-check.ts';
import { apply, type Mutant, mutantsOf } from './mutation/mutants.ts';

/** One of those that a detection or check has. */
type ExampleOf<T extends { examples(): readonly unknown[] }> = ReturnType<T['examples']>[number];
type Judge = (mutated: unknown, example: unknown) => Promise<string[]> | string[];

const folders: readonly { folder: string; judge: Judge }[] = [
  {
    folder: 'detections',
    judge: (one, example) =>
      // What screening holds back proves nothing of the detection itself.
      judgeExample(one as Detection, example as ExampleOf<Detection>, {
        isScreening: false,
      }),
  },
  {
    folder: 'posture-checks',
    judge: (one, example) =>
      judgePostureExample(one as PostureCheck, example as ExampleOf<PostureCheck>),
  },
  {
    folder: 'stream-checks',
    judge: (one, example) =>
      judgeStreamExample(one as StreamCheck, example as ExampleOf<StreamCheck>),
  },
];

const only = new Set(process.argv.slice(2));
let tried = 0;
let survived = 0;
for (const { folder, judge } of folders) {
  const base = new URL(`../shared/detect/${folder}/`, import.meta.url);
  for (const file of readdirSync(base).filter(isMember)) {
    const { script, mutants } = mutantsOf(readFileSync(new URL(file, base), 'utf8'));
    // Else every mutant of it would count as caught.
    if (await isCaught(script, base, judge)) throw new Error(`${file}: fails as it is`);
    for (const mutant of mutants) {
      tried += 1;
      if (await isCaught(apply(script, mutant), base, judge)) continue;
      survived += 1;
      report(`shared/detect/${folder}/${file}`, mutant);
    }
  }
}
console.log(`${tried} mutants, ${survived} survived`);
process.exitCode = survived > 0 ? 1 : 0;

function isMember(file: string): boolean {
  const id = file.replace(/\.ts$/, '');
  return file !== 'index.ts' && (only.size === 0 || only.has(id));
}

/** Whether some example comes out otherwise, or the mutant does not even run. */
async function isCaught(script: string, base: URL, judge: Judge): Promise<boolean> {
  try {
    const { default: mutated } = (await import(moduleUrl(script, base))) as {
      default: { examples(): readonly { expect: string }[] };
    };
    for (const example of mutated.examples()) {
      const wanted = example.expect === 'nothing' ? [] : [example.expect];
      const found = await judge(mutated, example);
      if (JSON.stringify(found) !== JSON.stringify(wanted)) return true;
    }
    return false;
  } catch {
    return true;
  }
}

/** A module of that text, whose imports are found as if it lay in its folder. */
function moduleUrl(script: string, base: URL): string {
  const absolute = script.replace(
    /(from\s+')(\.\.?\/[^']+)'/g,
    (_, from: string, path: string) => `${from}${new URL(path, base).href}'`,
  );
  return `data:text/javascript,${encodeURIComponent(absolute)}`;
}

function report(file: string, { line, what }: Mutant): void {
  console.log(`${file}:${line}: survives ${what}`);
}
