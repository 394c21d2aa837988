import { type Fault, faultInWords } from '../../../shared/settings/fault.ts';
import { vaultReference } from '../../../shared/settings/found.ts';
import { hostFaults } from '../../../shared/settings/host-faults.ts';
import { hostNeeds } from '../../../shared/settings/host-settings.ts';
import { nameFaults } from '../../../shared/settings/name-faults.ts';
import { readOwn } from '../../../shared/settings/own-faults.ts';
import { settingNames } from '../../../shared/settings/own-settings.ts';
import {
  namesIn,
  type PolicyVariable,
  variablesIn,
} from '../../../shared/settings/policy-variables.ts';
import {
  isSecretTelemetrySetting,
  telemetryFaults,
} from '../../../shared/settings/telemetry-faults.ts';
import { variableProblem } from '../../../shared/settings/variable-faults.ts';
import { azdValue, setAppSettings } from '../azd-value.ts';
import type { Check, DoctorDeps } from '../check.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';

const account = 'GLASSWATCH_STORAGE__accountName';
const connectionString = 'GLASSWATCH_STORAGE';
const ofStorage = [account, connectionString];

export const settingsCheck: Check = {
  name: 'settings',
  async run(deps) {
    const host = hostFaults(deps.env);
    const { wrong, together } = readOwn(deps.env);
    return [
      fine('source', deps.settingsFile ?? 'the environment'),
      ...hostNeeds.flatMap((names) => needLines(names, host, deps)),
      ...otherHostFaults(host).map((fault) => faultLine(fault, deps)),
      ...storageLines(wrong, deps),
      ...otherNames.flatMap((name) => ownLines(name, wrong, deps)),
      ...togetherLines(together),
      ...nameLines(deps),
      ...telemetryFaults(deps.env).map((fault) => telemetryLine(fault, deps)),
      ...variableLines(deps),
    ];
  },
};

const otherNames = settingNames.filter((name) => !ofStorage.includes(name));
const needed = hostNeeds.flat();

const of = (faults: readonly Fault[], names: readonly string[]) =>
  faults.filter(({ name }) => names.includes(name));

const otherHostFaults = (faults: readonly Fault[]) =>
  faults.filter(({ name }) => !needed.includes(name));

function needLines(names: readonly string[], faults: readonly Fault[], deps: DoctorDeps): Line[] {
  const wrong = of(faults, names);
  if (wrong.length > 0) return wrong.map((fault) => faultLine(fault, deps));
  return [fine(names.find((name) => deps.env[name]) ?? names[0] ?? '', 'set')];
}

const faultLine = ({ name, says }: Fault, deps: DoctorDeps): Line =>
  toFix(
    name,
    says,
    setIt(name, deps, name.endsWith('__credential') ? 'managedidentity' : '<value>'),
  );

function storageLines(wrong: readonly Fault[], deps: DoctorDeps): Line[] {
  const lines = of(wrong, ofStorage).map((fault) => faultLine(fault, deps));
  const name = ofStorage.find((one) => deps.env[one]);
  return lines.length > 0 || name === undefined ? lines : [fine(name, 'set')];
}

function ownLines(name: string, wrong: readonly Fault[], deps: DoctorDeps): Line[] {
  const lines = of(wrong, [name]).map((fault) => faultLine(fault, deps));
  if (lines.length > 0) return lines;
  return [fine(name, deps.env[name] ? 'set' : 'not set, so its default')];
}

const togetherLines = (faults: readonly Fault[]): Line[] =>
  faults.map((fault) =>
    toFix('together', faultInWords(fault), 'Leave out, or correct, the setting that this names.'),
  );

const nameLines = ({ env, policy }: DoctorDeps): Line[] =>
  nameFaults(env, 'policy' in policy ? namesIn(policy.policy) : undefined).map(({ name, says }) =>
    toFix(name, says, 'Give it the right name, or leave it out: docs/settings.md has all of them.'),
  );

function variableLines(deps: DoctorDeps): Line[] {
  if ('problems' in deps.policy) {
    return [
      notKnown('secrets', 'which variables the policy names can’t be told while it is wrong'),
    ];
  }
  return variablesIn(deps.policy.policy).map((variable) => variableLine(variable, deps));
}

function telemetryLine(fault: Fault, deps: DoctorDeps): Line {
  const { name, says } = fault;
  if (vaultReference.test(deps.env[name] ?? '')) return inVaultLine(name);
  return isSecretTelemetrySetting(name)
    ? toFix(name, says, setSecret(name, deps))
    : faultLine(fault, deps);
}

const inVaultLine = (name: string): Line =>
  notKnown(
    name,
    'refers to a Key Vault; whether the app gets its value can’t be seen from here',
    'The portal shows it: the function app > Environment variables > Source. The app names it in its log at the start if not.',
  );

function variableLine(variable: PolicyVariable, deps: DoctorDeps): Line {
  const { name } = variable;
  if (vaultReference.test(deps.env[name] ?? '')) return inVaultLine(name);
  const problem = variableProblem(variable, deps.env);
  return problem === undefined ? fine(name, 'set') : toFix(name, problem, setSecret(name, deps));
}

const hereToo = 'set it here too, or name a file with --settings';

/** A list of Azure is a picture of the app: whoever mends it mends nothing. */
const againAs = (file: string) => `then fetch ${file} again`;

function setIt(name: string, { settingsFile, isListed }: DoctorDeps, value = '<value>'): string {
  if (settingsFile !== undefined && !isListed) {
    return `Write "${name}": "${value}" under Values of ${settingsFile}.`;
  }
  const afterwards = settingsFile === undefined ? hereToo : againAs(settingsFile);
  return `${setAppSettings(`${name}=${value}`)}   (${afterwards})`;
}

function setSecret(name: string, deps: DoctorDeps): string {
  const { settingsFile, isListed } = deps;
  if (settingsFile !== undefined && !isListed) return setIt(name, deps);
  const inVault = name.toLowerCase().replaceAll('_', '-');
  const vault = azdValue('GLASSWATCH_VAULT_NAME');
  const afterwards =
    settingsFile === undefined
      ? `the app setting ${name} refers to it; ${hereToo}`
      : `with ${name} in vaultSettings of infra/main.parameters.json: azd provision; ${againAs(settingsFile)}`;
  return `az keyvault secret set --vault-name ${vault} --name ${inVault} --file <file>   (${afterwards})`;
}
