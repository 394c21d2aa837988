import { readConfig, settingNames } from '../../../shared/config.ts';
import { messageOf, WatchError } from '../../../shared/errors.ts';
import type { Check, DoctorDeps, Environment } from '../check.ts';
import { namedIn } from '../hide-secrets.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';
import { formProblem } from '../secret-forms.ts';

const account = 'GLASSWATCH_STORAGE__accountName';
const connectionString = 'GLASSWATCH_STORAGE';
const loopback = 'GLASSWATCH_ALLOW_LOOPBACK';
const ofStorage = [account, connectionString];

const hubHost = 'ENTRA_LOGS__fullyQualifiedNamespace';
const hubHosts = /^[a-z0-9-]+\.servicebus\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)$/i;

/** What the Functions host must be told, each by one of these names. */
const ofHost: readonly { names: readonly [string, ...string[]]; allowed: string }[] = [
  {
    names: [
      'AzureWebJobsStorage__accountName',
      'AzureWebJobsStorage',
      'AzureWebJobsStorage__blobServiceUri',
    ],
    allowed: 'the name of the storage account of the Functions host',
  },
  { names: [hubHost, 'ENTRA_LOGS'], allowed: '<namespace>.servicebus.windows.net' },
  { names: ['ENTRA_LOGS_HUB'], allowed: 'the name of the event hub that Entra writes to' },
  {
    names: ['ENTRA_LOGS_CONSUMER_GROUP'],
    allowed: 'a consumer group that nothing else reads with',
  },
];

/** Each of these can be reached by a user-assigned identity, and has to say so. */
const connections = ['AzureWebJobsStorage', 'ENTRA_LOGS', 'GLASSWATCH_STORAGE'];

/** What the platform puts into the place of such a text is seen by the app alone. */
const vaultReference = /^@Microsoft\.KeyVault\(/i;

export const settingsCheck: Check = {
  name: 'settings',
  async run(deps) {
    const own = [storageLine(deps), ...otherNames.map((name) => ownLine(name, deps))];
    return [
      fine('source', deps.settingsFile ?? 'the environment'),
      ...ofHost.map((setting) => hostLine(setting, deps)),
      ...connections.flatMap((connection) => credentialLine(connection, deps)),
      ...own,
      ...togetherLine(own, deps),
      ...namedLines(deps),
    ];
  },
};

const otherNames = settingNames.filter((name) => !ofStorage.includes(name));

function hostLine({ names, allowed }: (typeof ofHost)[number], deps: DoctorDeps): Line {
  const name = names.find((one) => deps.env[one]);
  if (!name) return toFix(names[0], `missing; allowed: ${allowed}`, setIt(names[0], deps));
  if (name === hubHost && !hubHosts.test(deps.env[name] ?? '')) {
    return toFix(name, `is no such host; allowed: ${allowed}`, setIt(name, deps));
  }
  return fine(name, 'set');
}

function credentialLine(connection: string, deps: DoctorDeps): Line[] {
  const name = `${connection}__credential`;
  const given = deps.env[name];
  if (!deps.env[`${connection}__clientId`] || given === 'managedidentity') return [];
  const says = `${given ? 'wrong' : 'missing'}; allowed beside ${connection}__clientId: managedidentity`;
  return [toFix(name, says, setIt(name, deps, 'managedidentity'))];
}

function storageLine(deps: DoctorDeps): Line {
  const name = ofStorage.find((one) => deps.env[one]);
  if (name) return ownLine(name, deps);
  const says = 'missing; allowed: the name of the storage account that holds the state';
  return toFix(account, says, setIt(account, deps));
}

/** By itself, so that one mistake does not hide another. */
function ownLine(name: string, deps: DoctorDeps): Line {
  const value = deps.env[name];
  if (!value) return fine(name, 'not set, so its default');
  const problem = problemOf({
    // What a setting only needs of others is there.
    ...(!ofStorage.includes(name) && { [account]: 'glasswatch' }),
    ...(name !== loopback && { [loopback]: 'true' }),
    [name]: value,
  });
  return problem === undefined ? fine(name, 'set') : toFix(name, problem, setIt(name, deps));
}

/** What is wrong only because of another setting. */
function togetherLine(own: readonly Line[], { env }: DoctorDeps): Line[] {
  const problem = problemOf(env);
  if (problem === undefined || own.some(({ state }) => state === 'fix')) return [];
  return [toFix('together', problem, 'Leave out, or correct, the setting that this names.')];
}

function problemOf(env: Environment): string | undefined {
  try {
    readConfig(env);
    return undefined;
  } catch (error) {
    if (!(error instanceof WatchError)) throw error;
    return messageOf(error, 500).replace(/^CONFIG_INVALID: /, '');
  }
}

function namedLines(deps: DoctorDeps): Line[] {
  if ('problems' in deps.policy) {
    return [
      notKnown('secrets', 'which variables the policy names can’t be told while it is wrong'),
    ];
  }
  return namedIn(deps.policy.policy).map((name) => namedLine(name, deps));
}

function namedLine(name: string, deps: DoctorDeps): Line {
  const value = deps.env[name];
  if (!value) return toFix(name, 'missing; the policy names it', setSecret(name, deps));
  if (vaultReference.test(value)) {
    return notKnown(
      name,
      'refers to a Key Vault; whether the app gets its value can’t be seen from here',
      'The portal shows it: the function app > Environment variables > Source.',
    );
  }
  const allowed = formProblem(name, value, deps);
  if (allowed === undefined) return fine(name, 'set');
  return toFix(name, `does not look right; allowed: ${allowed}`, setSecret(name, deps));
}

function setIt(name: string, { settingsFile }: DoctorDeps, value = '<value>'): string {
  return settingsFile === undefined
    ? `az functionapp config appsettings set --name <app> --resource-group <group> --settings ${name}=${value} (and set it here, or name a file with --settings)`
    : `Write "${name}": "${value}" under Values of ${settingsFile}.`;
}

function setSecret(name: string, deps: DoctorDeps): string {
  if (deps.settingsFile !== undefined) return setIt(name, deps);
  const inVault = name.toLowerCase().replaceAll('_', '-');
  return `az keyvault secret set --vault-name <vault> --name ${inVault} --file <file> (the app setting ${name} refers to it; set it here, or name a file with --settings)`;
}
