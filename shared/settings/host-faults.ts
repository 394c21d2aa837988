import { cleanLine } from '../clean-text.ts';
import { type Environment, type Fault, type Harm, keyInAzure } from './fault.ts';
import { allowedBy } from './forms.ts';
import { foundIn } from './found.ts';
import { connections, hostForms, hostNeeds, isSecretHostSetting } from './host-settings.ts';
import { nearest } from './known-names.ts';

const hub = 'ENTRA_LOGS';
const hubName = 'ENTRA_LOGS_HUB';
const group = 'ENTRA_LOGS_CONSUMER_GROUP';
const queues = 'GLASSWATCH_STORAGE__queueServiceUri';

/**
 * What is wrong with the settings that the Functions host reads. It says so where few look, and leaves
 * the function out that needs them: everything else runs on, and no log is read.
 */
export function hostFaults(env: Environment): Fault[] {
  const read = reader(env);
  return [
    ...hostNeeds.flatMap((names) => lacking(names, env, read)),
    ...Object.keys(hostForms).flatMap((name) => malformed(name, read)),
    ...connections.flatMap((connection) => unsigned(connection, read)),
    ...together(read),
  ];
}

type Read = (name: string) => string | undefined;

/** To the host the names are the same in any case, and `:` is `__`. */
function reader(env: Environment): Read {
  const plain = (name: string) => name.toLowerCase().replaceAll(':', '__');
  const values = new Map(Object.entries(env).map(([name, value]) => [plain(name), value]));
  return (name) => values.get(plain(name)) || undefined;
}

function lacking(names: readonly [string, ...string[]], env: Environment, read: Read): Fault[] {
  if (names.some(read)) return [];
  const [name] = names;
  // What is written like it, and is no setting of the host.
  const others = Object.keys(env).filter(
    (one) => env[one] && /^(?:entra|azurewebjobs)/i.test(one) && !isKnown(one),
  );
  const like = nearest(name, others);
  const hint = like === undefined ? '' : `, but ${cleanLine(like, 80)} is set`;
  return [{ name, says: `missing${hint}; allowed: ${allowedOf(name)}`, harm: 'blinds' }];
}

const lowerNames = new Set(Object.keys(hostForms).map((name) => name.toLowerCase()));
const isKnown = (name: string) => lowerNames.has(name.toLowerCase());

const allowedOf = (name: string) => {
  const form = hostForms[name];
  return form ? allowedBy(form) : 'any text';
};

function malformed(name: string, read: Read): Fault[] {
  const value = read(name);
  const form = hostForms[name];
  if (value === undefined || !form || form.safeParse(value).success) return [];
  const found = foundIn(value, isSecretHostSetting(name));
  return [{ name, says: `found ${found}; allowed: ${allowedOf(name)}`, harm: harmOf(name, value) }];
}

function harmOf(name: string, value: string): Harm {
  // It can be read with, by others too: whoever does takes none of these logs away.
  if (name === group && /^\$default$/i.test(value)) return 'none';
  return name.startsWith('GLASSWATCH_') ? 'hurts' : 'blinds';
}

function unsigned(connection: string, read: Read): Fault[] {
  const name = `${connection}__credential`;
  // The secret of an app registration signs in too, as on the machine of a developer.
  if (!read(`${connection}__clientId`) || read(name) || read(`${connection}__clientSecret`)) {
    return [];
  }
  const says = `missing; allowed beside ${connection}__clientId: managedidentity`;
  return [{ name, says, harm: 'hurts' }];
}

function together(read: Read): Fault[] {
  const faults: Fault[] = [];
  const [, path] = /(?:^|;)\s*EntityPath=([^;]*)/i.exec(read(hub) ?? '') ?? [];
  const named = read(hubName);
  if (path && named && path.toLowerCase() !== named.toLowerCase()) {
    const says = `is another event hub than the EntityPath of ${hub}; allowed: the same one`;
    faults.push({ name: hubName, says, harm: 'blinds' });
  }
  const account = read('GLASSWATCH_STORAGE__accountName');
  const host = /^https:\/\/([^./]+)/.exec(read(queues) ?? '')?.[1]?.toLowerCase();
  if (account && host && host !== account) {
    const says = 'is of another account than GLASSWATCH_STORAGE__accountName; allowed: the same';
    faults.push({ name: queues, says, harm: 'hurts' });
  }
  if (read('WEBSITE_SITE_NAME')) {
    for (const [name, instead] of [
      ['AzureWebJobsStorage', 'AzureWebJobsStorage__accountName'],
      [hub, `${hub}__fullyQualifiedNamespace`],
    ] as const) {
      if (read(name)) faults.push(keyInAzure(name, instead));
    }
  }
  return faults;
}
