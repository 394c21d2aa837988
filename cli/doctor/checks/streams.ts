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
import { isEmbedded } from '../embedded.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';
import { isOfCategory, type LogCategory, neededCategories, switchOn } from '../log-categories.ts';
import { isExported, logExportOf } from '../log-export.ts';

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
        const snapshot = await snapshotOf(tenant.id, deps);
        const { settings, lines } = await logExportOf(snapshot, deps);
        if (lastRecordIn(arrived) === null) return [...lines, nothingYet(tenant, deps)];
        const known = { tenant, policy, snapshot, exported: settings, deps };
        return [
          ...lines,
          ...neededCategories(policy).map((category) => lineOf(category, arrived, known)),
        ];
      }),
    );
    return lines.flat();
  },
};

const nothingYet = ({ name }: TenantPolicy, deps: DoctorDeps): Line =>
  notKnown(
    name,
    'no record has arrived yet; the first logs may take up to a day',
    `Wait. If none comes: ${switchOn('every category', deps.env.ENTRA_LOGS_HUB).replace('Switch every', 'switch each')}`,
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
  /** Entra's diagnostic settings; undefined: not known. */
  exported: Snapshot['logExport'];
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
  if (isSwitchedOff(category.name, known)) {
    const off = `${says}; now no diagnostic setting of Entra sends it here any more`;
    return toFix(name, off, switchOn(category.name, deps.env.ENTRA_LOGS_HUB));
  }
  if (now - history.lastAt < leastSilenceMs) return fine(name, says);
  const expected = usualBetween(history, history.lastAt, now);
  const { leastExpected } = settingsFrom(policy)('log-stream-silent');
  if (expected !== undefined && expected >= leastExpected) {
    return toFix(
      name,
      `${says}; such a stretch of time usually brings about ${Math.round(expected)}`,
      switchOn(category.name, deps.env.ENTRA_LOGS_HUB),
    );
  }
  if (now - history.lastAt < dayMs) return fine(name, says);
  return notKnown(
    name,
    `${says}; whether that is a silence can’t be told yet`,
    `If it should have come: ${switchOn(category.name, deps.env.ENTRA_LOGS_HUB)}`,
  );
}

/** Other logs arrive, this one never did. */
function neverLine(
  name: string,
  { name: category, licence, isRare, detections }: LogCategory,
  arrived: readonly StreamHistory[],
  known: Known,
): Line {
  const { snapshot, exported, deps } = known;
  const blind = `nothing has arrived; detections that read it: ${detections.length}`;
  const how = switchOn(category, deps.env.ENTRA_LOGS_HUB);
  const plans = snapshot?.organization?.plans;
  if (licence && plans && !plans.some((plan) => licence.plans.includes(plan))) {
    return notKnown(
      name,
      `${blind}; the tenant lacks ${licence.name}, which it takes`,
      'Nothing is broken: without that licence there is no such log.',
    );
  }
  if (isSwitchedOff(category, known)) {
    return toFix(name, `${blind}; no diagnostic setting of Entra sends it here`, how);
  }
  const first = Math.min(...arrived.flatMap(({ hours }) => [...hours.keys()]));
  if (deps.now() - first < dayMs) {
    const young =
      'the first logs may take up to a day, and what has come is counted every five minutes';
    return notKnown(
      name,
      `${blind}; ${young}`,
      `Wait, then: npx glasswatch doctor --only streams. ${untilThen(how, deps)}`,
    );
  }
  if (exported && category !== 'Administrative') {
    return notKnown(
      name,
      `${blind}; its export is on, so perhaps nothing has happened`,
      `Do something that ${category} tells of, wait for half an hour, then: npx glasswatch doctor --only streams`,
    );
  }
  return isRare
    ? notKnown(name, `${blind}; either its export is off, or nothing has happened`, how)
    : toFix(name, `${blind}; others arrive`, how);
}

/** On its first day a deployment lacks most of them. */
const untilThen = (how: string, deps: DoctorDeps): string =>
  isEmbedded(deps)
    ? 'npm start plays a day of a sample tenant, and not every log has something of it.'
    : `If none comes: ${how}`;

/** Of the activity log of Azure the diagnostic settings of Entra say nothing. */
const isSwitchedOff = (category: string, { exported, deps }: Known): boolean =>
  category !== 'Administrative' && !!exported && !isExported(exported, category, deps);
