import { blobDirectory } from '../../../shared/azure/blob-directory.ts';
import { cleanLine } from '../../../shared/clean-text.ts';
import { ApiError } from '../../../shared/directory/graph.ts';
import type { Snapshot } from '../../../shared/watch/directory.ts';
import { liveApi } from '../api-settings.ts';
import { type Check, type DoctorDeps, policyOf, seeGroup, storageOf } from '../check.ts';
import { grantIt, namedPermissions, neededPermissions } from '../graph-permissions.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';

const asOthers =
  'az rest --method get --url "https://graph.microsoft.com/v1.0/servicePrincipals/$(azd env get-value GLASSWATCH_IDENTITY_PRINCIPAL_ID)/appRoleAssignments"';
const graph = 'Microsoft Graph';

export const permissionsCheck: Check = {
  name: 'permissions',
  async run(deps) {
    if (deps.config?.directory.from === 'file') {
      return [fine(graph, 'not needed: others bring the directory (GLASSWATCH_DIRECTORY is file)')];
    }
    if (!deps.isLive) return await linesOfSnapshots(deps);
    const asked = await askGraph(deps);
    if ('lines' in asked) return [...asked.lines, ...(await linesOfSnapshots(deps))];
    return [asked.answer, ...linesOfToken(asked.permissions, deps)];
  },
};

/** What the last reading of the directory came to: as the app itself, but as it was then. */
async function linesOfSnapshots(deps: DoctorDeps): Promise<Line[]> {
  const directory = blobDirectory(storageOf(deps).directory);
  const snapshots = await Promise.all(
    policyOf(deps).tenants.map(async ({ id }) => await directory.read(id)),
  );
  const read = snapshots.flatMap((one) => (one && one !== 'unchanged' ? [one.snapshot] : []));
  if (read.length === 0) {
    return [notKnown(graph, 'the directory was never read, so nothing is known', asOthers)];
  }
  const gaps = read.flatMap((snapshot) => snapshot.gaps ?? []);
  return [...neededPermissions].map(([name, parts]) => {
    const isMissing = gaps.some(
      ({ why, detail }) => why === 'permission' && namedPermissions(detail).includes(name),
    );
    if (isMissing) return missing(name);
    // A snapshot of others has no gaps, and proves nothing.
    const isRead = read.every((one) => isFromGraph(one) && hasRead(one, parts));
    return isRead
      ? fine(name, 'present when the directory was last read')
      : notKnown(name, 'what needs it could not be read for another reason', asOthers);
  });
}

/** Only a reading of Graph says what it could not read, and has all of the tenant. */
const isFromGraph = ({ gaps }: Snapshot) => Array.isArray(gaps);

const hasRead = ({ gaps }: Snapshot, parts: ReadonlySet<string>) =>
  [...parts].some((part) => !(gaps ?? []).some((gap) => gap.part === part));

const core = new Set(['RoleManagement.Read.Directory', 'GroupMember.Read.All', 'User.Read.All']);

const missing = (name: string): Line => {
  const parts = [...(neededPermissions.get(name) ?? [])].join(', ');
  const without = core.has(name)
    ? 'without it there is no snapshot'
    : `unknown without it: ${parts}`;
  return toFix(name, `missing; ${without}`, grantIt([name]));
};

type Asked = { answer: Line; permissions: ReadonlySet<string> } | { lines: Line[] };

async function askGraph(deps: DoctorDeps): Promise<Asked> {
  const api = await liveApi(deps);
  if (!api) {
    return { lines: [notKnown(graph, 'not asked: the settings are wrong', seeGroup('settings'))] };
  }
  // Only here: whoever asks nothing of Graph needs none of its libraries.
  const [{ graphClient }, { permissionsIn, tokenOf }] = await Promise.all([
    import('../../../shared/azure/graph-client.ts'),
    import('../../../shared/azure/api-credential.ts'),
  ]);
  try {
    const token = await tokenOf(api.credential, 'https://graph.microsoft.com/.default');
    const client = graphClient(api);
    const path = '/organization?$select=id';
    const answer = tenantLine(await client.get({ path, bucket: 'directory' }), deps);
    const permissions = permissionsIn(token);
    if (!permissions || isOfPerson(token)) {
      const says = 'a person is signed in here: what the app may is told by its last reading alone';
      return { lines: [answer, notKnown('token', says, asOthers)] };
    }
    return { answer, permissions };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const says = `does not answer as it should (${error.code || error.status})`;
    const how =
      error.code === 'NoToken' ? 'az login' : 'Check the network, and sign in anew: az login';
    return { lines: [toFix(graph, says, how)] };
  }
}

function tenantLine(answer: unknown, deps: DoctorDeps): Line {
  const rows = (answer as { value?: unknown } | null)?.value;
  const [row] = Array.isArray(rows) ? rows : [];
  const id = cleanLine((row as { id?: unknown } | undefined)?.id, 40).toLowerCase();
  const tenant = policyOf(deps).tenants.find((one) => one.id === id);
  if (tenant) return fine(graph, `answers for ${tenant.name}`);
  const how = `az login --tenant ${policyOf(deps).tenants[0]?.id}`;
  return toFix(graph, `answers for the tenant ${id}, which the policy does not name`, how);
}

/** Of a person a token says what the program may do for them. */
function isOfPerson(token: string): boolean {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && 'scp' in claims;
  } catch {
    return false;
  }
}

function linesOfToken(permissions: ReadonlySet<string>, deps: DoctorDeps): Line[] {
  const { channels } = policyOf(deps);
  const sendsMail = Object.values(channels).some(({ type }) => type === 'graph-mail');
  const others = [...permissions].filter((name) => !neededPermissions.has(name)).sort();
  return [
    ...[...neededPermissions.keys()].map((name) =>
      permissions.has(name) ? fine(name, 'present') : missing(name),
    ),
    ...others.map((given) => {
      const name = cleanLine(given, 100);
      if (name === 'Mail.Send' && deps.config?.directory.from === 'stand-in') {
        return fine(name, 'present; the stand-in has it for channels of the type graph-mail');
      }
      if (name === 'Mail.Send' && sendsMail) {
        const says = 'present; in Entra it covers every mailbox';
        return toFix(name, says, 'sh infra/tenant/mail-scope.sh --help (one mailbox is enough)');
      }
      if (/\.Read(?:Basic)?(?:\.|$)/.test(name)) return fine(name, 'present, and not needed');
      const take = `Take it away: Entra admin center > Enterprise applications > the identity > Permissions > ${name}.`;
      return toFix(name, 'present, and not needed; it may do more than read', take);
    }),
  ];
}
