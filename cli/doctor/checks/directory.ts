import { blobDirectory } from '../../../shared/azure/blob-directory.ts';
import { tablePosture } from '../../../shared/azure/table-posture.ts';
import { cleanLine } from '../../../shared/clean-text.ts';
import type { TenantPolicy } from '../../../shared/policy.ts';
import type { RefreshReport } from '../../../shared/posture/posture-store.ts';
import { dayMs, hourMs, parseTime } from '../../../shared/time.ts';
import type { Snapshot } from '../../../shared/watch/directory.ts';
import { ageInWords } from '../age.ts';
import { azdValue } from '../azd-value.ts';
import { type Check, type DoctorDeps, policyOf, storageOf } from '../check.ts';
import { lookAt } from '../embedded.ts';
import { grantIt, namedPermissions } from '../graph-permissions.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';

/** It is read every hour; what is older than a day is a finding. */
const lateMs = 2 * hourMs;

export const directoryCheck: Check = {
  name: 'directory',
  async run(deps) {
    const [policy, storage] = [policyOf(deps), storageOf(deps)];
    const directory = blobDirectory(storage.directory);
    const posture = tablePosture(storage.posture);
    const lines = await Promise.all(
      policy.tenants.map(async (tenant) => {
        const refresh = await posture.lastRefresh(tenant.id);
        const read = await directory.read(tenant.id);
        const snapshot = read && read !== 'unchanged' ? read.snapshot : undefined;
        return [
          ageLine(tenant, snapshot, refresh, deps),
          ...failureLine(tenant, refresh, deps),
          ...(snapshot
            ? [...accountLines(tenant, snapshot), ...gapLines(tenant, snapshot, deps)]
            : []),
        ];
      }),
    );
    return lines.flat();
  },
};

function ageLine(
  { id, name }: TenantPolicy,
  snapshot: Snapshot | undefined,
  refresh: RefreshReport | null,
  deps: DoctorDeps,
): Line {
  const { env, now } = deps;
  const isFile = env.GLASSWATCH_DIRECTORY === 'file';
  const bring = `az storage blob upload --auth-mode login --overwrite --account-name ${azdValue('GLASSWATCH_STATE_ACCOUNT')} --container-name directory --name ${id}.json --file directory.json`;
  const how = isFile ? bring : readAnew(deps);
  if (!snapshot) {
    const says = 'was never read, so nobody knows who is privileged';
    return refresh === null && !isFile ? notKnown(name, says, how) : toFix(name, says, how);
  }
  const takenAt = parseTime(snapshot.takenAt);
  if (takenAt === undefined) return notKnown(name, 'does not tell when it was read', how);
  const age = now() - takenAt;
  const says = `read ${ageInWords(age)} ago; accounts: ${snapshot.accounts.length}`;
  if (age < lateMs || (isFile && age < dayMs)) return fine(name, says);
  return toFix(name, `${says}; it should be read every ${isFile ? 'day' : 'hour'}`, how);
}

const readAnew = (deps: DoctorDeps) =>
  `It is tried again within ten minutes. ${lookAt('the function refreshDirectory', deps)}`;

const failureLine = (
  { name }: TenantPolicy,
  refresh: RefreshReport | null,
  deps: DoctorDeps,
): Line[] =>
  refresh?.failure
    ? [
        toFix(
          name,
          `the last reading failed: ${cleanLine(refresh.failure, 400)}`,
          forFailure(refresh.failure, deps),
        ),
      ]
    : [];

function forFailure(failure: string, deps: DoctorDeps): string {
  const names = namedPermissions(failure);
  return names.length > 0 ? grantIt(names) : readAnew(deps);
}

const leaveIt =
  'Nothing is broken: what it tells stays unknown. docs/permissions.md says what each part takes.';

/** A break-glass account that the directory does not know is watched by nobody. */
function accountLines({ name, accounts: { emergency } }: TenantPolicy, snapshot: Snapshot): Line[] {
  const known = new Set(
    snapshot.accounts.flatMap((account) => {
      const upn = 'userPrincipalName' in account ? account.userPrincipalName : undefined;
      return [account.id.toLowerCase(), ...(typeof upn === 'string' ? [upn.toLowerCase()] : [])];
    }),
  );
  const unknown = emergency.filter((one) => !known.has(one.toLowerCase()));
  if (emergency.length === 0) return [];
  if (unknown.length === 0) return [fine(name, 'it has every break-glass account of the policy')];
  return unknown.map((account) =>
    toFix(
      name,
      `it has no break-glass account ${cleanLine(account)}`,
      `Correct accounts.emergency of the policy, or make the account: az ad user show --id ${cleanLine(account)}`,
    ),
  );
}

const gapLines = ({ name }: TenantPolicy, { gaps }: Snapshot, deps: DoctorDeps): Line[] =>
  (gaps ?? []).map(({ part, why, detail }) => {
    const [what, says] = [`${name} ${part}`, cleanLine(detail, 400)];
    if (why === 'failed') return notKnown(what, says, readAnew(deps));
    if (why !== 'permission') return notKnown(what, says, leaveIt);
    const names = namedPermissions(detail);
    return toFix(
      what,
      says,
      names.length > 0
        ? grantIt(names)
        : 'Give that role to the identity of the app: docs/permissions.md.',
    );
  });
