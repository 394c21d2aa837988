import { tokenOf } from '../../../shared/azure/api-credential.ts';
import { credentialOf } from '../../../shared/azure/credential.ts';
import type { StorageSettings } from '../../../shared/azure/storage.ts';
import { tablePosture } from '../../../shared/azure/table-posture.ts';
import { cleanLine } from '../../../shared/clean-text.ts';
import { ApiError } from '../../../shared/directory/graph.ts';
import { WatchError } from '../../../shared/errors.ts';
import type { RefreshReport } from '../../../shared/posture/posture-store.ts';
import { azdValue, setAppSettings } from '../azd-value.ts';
import { type Check, type DoctorDeps, policyOf, seeGroup, storageOf } from '../check.ts';
import { isEmbedded, lookAt } from '../embedded.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';

const graph = 'Microsoft Graph';
const clientId = `clientId=${azdValue('GLASSWATCH_IDENTITY_CLIENT_ID')}`;

/** Who the app is, who asks here, and whether each gets a token. */
export const identityCheck: Check = {
  name: 'identity',
  async run(deps) {
    const settings = deps.storage?.settings;
    if (!settings)
      return [notKnown('app', 'no storage account is known here', seeGroup('settings'))];
    return [
      appLine(settings, deps),
      ...otherLines(settings, deps),
      ...('connectionString' in settings ? [] : [await hereLine(settings, deps)]),
      ...(await graphLines(deps)),
    ];
  },
};

function appLine(settings: StorageSettings, deps: DoctorDeps): Line {
  if ('connectionString' in settings) {
    if (isEmbedded(deps)) {
      return fine('app', 'a connection string stands in for an identity on this machine');
    }
    return toFix(
      'app',
      'none: a connection string opens the storage account to whoever has it',
      `${setAppSettings(`GLASSWATCH_STORAGE__accountName=${azdValue('GLASSWATCH_STATE_ACCOUNT')} GLASSWATCH_STORAGE__${clientId}`)}, then take GLASSWATCH_STORAGE away`,
    );
  }
  if (settings.clientId)
    return fine('app', `user-assigned, with the client id ${settings.clientId}`);
  return notKnown(
    'app',
    'system-assigned, if the app has one; the templates give it a user-assigned one',
    setAppSettings(`GLASSWATCH_STORAGE__${clientId}`),
  );
}

/** One identity has the roles that the templates give. */
function otherLines(settings: StorageSettings, { env }: DoctorDeps): Line[] {
  const own = 'connectionString' in settings ? undefined : settings.clientId;
  if (!own) return [];
  return ['AzureWebJobsStorage__clientId', 'ENTRA_LOGS__clientId'].flatMap((name) => {
    const other = env[name];
    if (!other || other.toLowerCase() === own.toLowerCase()) return [];
    return [
      toFix(
        name,
        'names another identity than GLASSWATCH_STORAGE__clientId, and the roles are of one',
        setAppSettings(`${name}=${azdValue('GLASSWATCH_IDENTITY_CLIENT_ID')}`),
      ),
    ];
  });
}

/** Not the app: whoever signed in here is what all other lines see with. */
async function hereLine(settings: StorageSettings, deps: DoctorDeps): Promise<Line> {
  const tenants = 'policy' in deps.policy ? deps.policy.policy.tenants : [];
  const signIn = `az login${tenants[0] ? ` --tenant ${tenants[0].id}` : ''}`;
  const own = 'connectionString' in settings ? undefined : settings.clientId;
  let token: string;
  try {
    const credential = credentialOf({ clientId: own });
    token = await tokenOf(credential, 'https://storage.azure.com/.default');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return toFix('you', 'no token is to be had here: nobody is signed in', signIn);
  }
  const { name, tenantId } = bearerOf(token);
  const says = `signed in as ${name} of the tenant ${tenantId}`;
  if (tenants.length === 0 || tenants.some(({ id }) => id === tenantId)) return fine('you', says);
  return toFix('you', `${says}, which the policy does not name`, signIn);
}

/** It is only read to be shown: the services decide. */
function bearerOf(token: string): { name: string; tenantId: string } {
  let claims: Record<string, unknown> = {};
  try {
    const read: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    if (typeof read === 'object' && read !== null) claims = read as Record<string, unknown>;
  } catch {}
  const { upn, unique_name, appid, oid, tid } = claims;
  const name = [upn, unique_name, appid, oid].find((one) => typeof one === 'string' && one !== '');
  return {
    name: cleanLine(name, 100) || 'somebody',
    tenantId: cleanLine(tid, 40).toLowerCase() || 'nobody told',
  };
}

/** The app alone knows whether it gets a token: its last reading of the directory says so. */
async function graphLines(deps: DoctorDeps): Promise<Line[]> {
  const source = deps.config?.directory;
  if (!source) return [notKnown(graph, 'the settings are wrong', seeGroup('settings'))];
  if (source.from === 'file')
    return [fine(graph, 'no token is needed: others bring the directory')];
  if (source.from === 'stand-in') {
    return [fine(graph, `a stand-in at ${source.origin}, which takes GLASSWATCH_GRAPH_TOKEN`)];
  }
  const posture = tablePosture(storageOf(deps).posture);
  try {
    return await Promise.all(
      policyOf(deps).tenants.map(async ({ id, name }) =>
        tokenLine(`${graph}, ${name}`, await posture.lastRefresh(id), deps),
      ),
    );
  } catch (error) {
    if (!(error instanceof WatchError)) throw error;
    return [
      notKnown(graph, 'whether the app gets a token lies in its storage', seeGroup('storage')),
    ];
  }
}

function tokenLine(name: string, refresh: RefreshReport | null, deps: DoctorDeps): Line {
  if (refresh?.failure && /\bno token\b/.test(refresh.failure)) {
    return toFix(
      name,
      `the app got no token ${refresh.triedAt}`,
      'azd provision (it gives the app its identity again, and the settings that name it)',
    );
  }
  if (refresh?.succeededAt) return fine(name, `the app got a token ${refresh.succeededAt}`);
  return notKnown(
    name,
    'whether the app gets a token is not known before it has read the directory',
    lookAt('the function refreshDirectory', deps),
  );
}
