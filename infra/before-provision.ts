import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WatchError } from '../shared/errors.ts';
import { readPolicyFile } from '../shared/policy-file.ts';
import { namesIn } from '../shared/settings/policy-variables.ts';
import { checkChoices, choicesOf } from './check-choices.ts';

const parameters = 'infra/main.parameters.json';
const policy = 'policy.yaml';
const pathOf = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

try {
  const content = JSON.parse(readFileSync(pathOf(parameters), 'utf8'));
  // Resources can be made before there is a policy; an app can not be deployed.
  const named = existsSync(pathOf(policy))
    ? [...namesIn((await readPolicyFile(pathOf(policy), policy)).policy)]
    : [];
  const problems = checkChoices(choicesOf(content.parameters, process.env), named);
  if (problems.length > 0) {
    console.error(`Nothing was deployed. What ${parameters} says has to be mended first:`);
    for (const problem of problems) console.error(`- ${problem}`);
    process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof WatchError || error instanceof SyntaxError)) throw error;
  console.error(`Nothing was deployed. ${error.message}`);
  process.exitCode = 1;
}
