import { blobDirectory } from '../../../shared/azure/blob-directory.ts';
import { tableStreams } from '../../../shared/azure/table-streams.ts';
import { settingsFrom } from '../../../shared/policy/settings-of.ts';
import type { Policy, TenantPolicy } from '../../../shared/policy.ts';
import {
  lastRecordIn,
  type StreamHistory,
  usualBetween,
} from '../../../shared/streams/stream-history.ts';
import { dayMs, hourMs, isoOf } from '../../../shared/time.ts';
import type { Snapshot } from '../../../shared/watch/directory.ts';
import { type Check, type DoctorDeps, policyOf, storageOf } from '../check.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';
import { isOfCategory, type LogCategory, neededCategories, switchOn } from '../log-categories.ts';

/** Entra's export may be late by some minutes at any time. */
const leastSilenceMs = hourMs / 2;

export const streamsCheck: Check = {
  name: 'streams',
  async run(deps) {
    const [policy, storage] = [policyOf(deps), storageOf(deps)];
    const streams = tableStreams(storage.streams);
    const lines = await Promise.all(
      policy.tenants.map(async (tenant) => {
        const arrived = await streams.read(tenant.id);
        if (lastRecordIn(arrived) === null) return [nothingYet(tenant, deps)];
        const snapshot = await snapshotOf(tenant.id, deps);
        return neededCategories(policy).map((category) =>
          lineOf(category, arrived, { tenant, policy, snapshot, deps }),
        );
      }),
    );
    return lines.flat();
  },
};

const hubOf = ({ env }: DoctorDeps) => env.ENTRA_LOGS_HUB || '<GLASSWATCH_HUB>';

const nothingYet = ({ name }: TenantPolicy, deps: DoctorDeps): Line =>
  notKnown(
    name,
    'no record has arrived yet; the first logs may take up to a day',
    `Wait. If none comes: ${switchOn('every category', hubOf(deps)).replace('Switch every', 'switch each')}`,
  );

/** It only tells more of what is missing: one that can't be read is told of elsewhere. */
async function snapshotOf(tenantId: string, deps: DoctorDeps): Promise<Snapshot | undefined> {
  try {
    const read = await blobDirectory(storageOf(deps).directory).read(tenantId);
    return read && read !== 'unchanged' ? read.snapshot : undefined;
  } catch {
    return undefined;
  }
}

type Known = {
  tenant: TenantPolicy;
  policy: Policy;
  snapshot: Snapshot | undefined;
  deps: DoctorDeps;
};

function lineOf(category: LogCategory, arrived: readonly StreamHistory[], known: Known): Line {
  const { tenant, policy, deps } = known;
  const name = policy.tenants.length > 1 ? `${tenant.name} ${category.name}` : category.name;
  const history = arrived
    .filter((one) => isOfCategory(one.category, category.name))
    .toSorted((a, b) => b.lastAt - a.lastAt)[0];
  if (!history) return neverLine(name, category, arrived, known);
  const says = `last arrived ${isoOf(history.lastAt)}`;
  const now = deps.now();
  if (now - history.lastAt < leastSilenceMs) return fine(name, says);
  const expected = usualBetween(history, history.lastAt, now);
  const { leastExpected } = settingsFrom(policy)('log-stream-silent');
  if (expected !== undefined && expected >= leastExpected) {
    return toFix(
      name,
      `${says}; such a stretch of time usually brings about ${Math.round(expected)}`,
      switchOn(category.name, hubOf(deps)),
    );
  }
  if (now - history.lastAt < dayMs) return fine(name, says);
  return notKnown(
    name,
    `${says}; whether that is a silence can’t be told yet`,
    `If it should have come: ${switchOn(category.name, hubOf(deps))}`,
  );
}

/** Other logs arrive, this one never did. */
function neverLine(
  name: string,
  { name: category, licence, isRare, detections }: LogCategory,
  arrived: readonly StreamHistory[],
  { snapshot, deps }: Known,
): Line {
  const blind = `nothing has arrived; detections that read it: ${detections.length}`;
  const how = switchOn(category, hubOf(deps));
  const plans = snapshot?.organization?.plans;
  if (licence && plans && !plans.some((plan) => licence.plans.includes(plan))) {
    return notKnown(
      name,
      `${blind}; the tenant lacks ${licence.name}, which it takes`,
      `Nothing is broken; once it has that licence: ${how}`,
    );
  }
  const exported = snapshot?.logExport?.flatMap(({ categories }) => categories);
  if (exported && category !== 'Administrative') {
    if (!exported.includes(category)) {
      return toFix(name, `${blind}; no diagnostic setting of Entra has it on`, how);
    }
    return notKnown(name, `${blind}; its export is on, so perhaps nothing has happened`, null);
  }
  const first = Math.min(...arrived.flatMap(({ hours }) => [...hours.keys()]));
  const isYoung = deps.now() - first < dayMs;
  if (isYoung) return notKnown(name, `${blind}; the first logs may take up to a day`, how);
  return isRare
    ? notKnown(name, `${blind}; either its export is off, or nothing has happened`, how)
    : toFix(name, `${blind}; others arrive`, how);
}
