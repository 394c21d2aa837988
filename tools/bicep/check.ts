/**
 * Checks the templates under infra/ without a compiler, a network or an account: types and names, app
 * settings against the code, and what has to hold for them to be safe.
 *
 *     node tools/bicep/check.ts            what is wrong; exit code 1 if anything is
 *     node tools/bicep/check.ts --notes    what is worth a look, too
 *     node tools/bicep/check.ts --rules    what is checked
 */
import { checkProject, typeRules } from './check-project.ts';
import { problemText } from './problem.ts';
import { readProject } from './project.ts';
import { rules } from './rules/index.ts';

const [option] = process.argv.slice(2);
if (option === '--rules') {
  for (const [name, says] of Object.entries(typeRules)) console.log(`${name}: ${says}`);
  for (const { name, says } of rules) console.log(`${name}: ${says}`);
} else if (option === undefined || option === '--notes') {
  const problems = checkProject(await readProject());
  const errors = problems.filter(({ isNote }) => !isNote);
  for (const problem of option ? problems : errors) {
    console.log(`${problemText(problem)}${problem.isNote ? ' (a note)' : ''}`);
  }
  console.log(errors.length === 0 ? 'infra: nothing is wrong' : `infra: ${errors.length} problems`);
  process.exitCode = errors.length === 0 ? 0 : 1;
} else {
  console.error('Usage: node tools/bicep/check.ts [--notes | --rules]');
  process.exitCode = 2;
}
