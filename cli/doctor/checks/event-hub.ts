import type { PartitionProperties } from '@azure/event-hubs';
import { messageOf, WatchError } from '../../../shared/errors.ts';
import { isoOf, minuteMs } from '../../../shared/time.ts';
import { ageInWords } from '../age.ts';
import type { Check, DoctorDeps } from '../check.ts';
import { type Checkpoint, hostCheckpoints } from '../host-checkpoints.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';
import { switchOn } from '../log-categories.ts';
import type { OpenHub } from '../open-hub.ts';

/** A batch that waits for storage waits up to five minutes between two tries. */
const patienceMs = 10 * minuteMs;

export const eventHubCheck: Check = {
  name: 'event hub',
  async run(deps) {
    // Only here: the library takes its time to load.
    const { openHub } = await import('../open-hub.ts');
    const open = named(openHub, deps);
    if ('state' in open) return [open];
    const { client, hub, host } = open;
    try {
      const partitions = await read(open);
      if ('state' in partitions) return [partitions];
      const lines = [fine(hub, `answers at ${host}; partitions: ${partitions.length}`)];
      if (partitions.every(({ isEmpty }) => isEmpty)) return [...lines, nothingYet(hub)];
      return [...lines, ...(await partitionLines(partitions, open, deps))];
    } finally {
      await client.close().catch(() => {});
    }
  },
};

/** A connection string that is none. */
function named(openHub: (deps: DoctorDeps) => OpenHub, deps: DoctorDeps): OpenHub | Line {
  try {
    return openHub(deps);
  } catch (error) {
    if (!(error instanceof WatchError)) throw error;
    const says = messageOf(error, 300).replace(/^\w+: /, '');
    return toFix(
      'event hub',
      says,
      'Correct ENTRA_LOGS, or set ENTRA_LOGS__fullyQualifiedNamespace.',
    );
  }
}

async function read({ client, host, hub }: OpenHub): Promise<PartitionProperties[] | Line> {
  try {
    const { partitionIds } = await client.getEventHubProperties();
    return await Promise.all(partitionIds.map((id) => client.getPartitionProperties(id)));
  } catch (error) {
    const { code, name } = error as { code?: unknown; name: string };
    const why = typeof code === 'string' ? code : name;
    const says = `${host} does not answer for the hub ${hub} (${why})`;
    return toFix(hub, says, fixes[why] ?? usualFix);
  }
}

const usualFix =
  'Check ENTRA_LOGS__fullyQualifiedNamespace and the network rules of the namespace; this machine has to reach it by AMQP (5671).';
const fixes: Readonly<Record<string, string>> = {
  MessagingEntityNotFoundError:
    'Check ENTRA_LOGS_HUB: the namespace has no such hub. az eventhubs eventhub list --namespace-name <namespace> --resource-group <group> --output table',
  UnauthorizedError:
    'az role assignment create --role "Azure Event Hubs Data Receiver" --assignee <you> --scope <id of the hub>',
  CredentialUnavailableError: 'az login',
  AggregateAuthenticationError: 'az login',
};

const nothingYet = (hub: string): Line =>
  notKnown(
    hub,
    'nothing has ever come; the first logs may take up to a day',
    `Wait. If none comes: ${switchOn('the logs', hub)}`,
  );

async function partitionLines(
  partitions: readonly PartitionProperties[],
  open: OpenHub,
  deps: DoctorDeps,
): Promise<Line[]> {
  const { known, problem } = await checkpointsOf(open, deps);
  const lines = partitions.map((one) =>
    partitionLine(one, known?.get(one.partitionId), known !== undefined, deps.now()),
  );
  return problem ? [...lines, problem] : lines;
}

type Checkpoints = {
  known?: ReadonlyMap<string, Checkpoint>;
  /** Why they are not known. */
  problem?: Line;
};

async function checkpointsOf(
  { host, hub, consumerGroup }: OpenHub,
  { env }: DoctorDeps,
): Promise<Checkpoints> {
  const how = 'Set AzureWebJobsStorage__accountName here too, with the right to read blobs there.';
  try {
    const found = await hostCheckpoints(env, { host, hub, consumerGroup });
    if (found) return { known: new Map(found.map((one) => [one.partition, one])) };
    const says = 'the storage of the Functions host is not known here';
    return { problem: notKnown('read so far', says, how) };
  } catch (error) {
    const says = `can’t be told: ${messageOf(error, 300)}`;
    return { problem: notKnown('read so far', says, how) };
  }
}

const startIt =
  'Look whether the app runs: az functionapp show --name <app> --resource-group <group> --query state, then the log of the function ingest.';

function partitionLine(
  { partitionId, isEmpty, lastEnqueuedSequenceNumber, lastEnqueuedOnUtc }: PartitionProperties,
  checkpoint: Checkpoint | undefined,
  isReadKnown: boolean,
  now: number,
): Line {
  const name = `partition ${partitionId}`;
  if (isEmpty) return fine(name, 'empty so far');
  const cameAt = lastEnqueuedOnUtc.getTime();
  const says = `last event came ${isoOf(cameAt)}`;
  if (!isReadKnown) return fine(name, says);
  const isOld = now - cameAt > patienceMs;
  if (!checkpoint) {
    const unread = `${says}; nobody has read it with this consumer group`;
    return isOld ? toFix(name, unread, startIt) : notKnown(name, unread, startIt);
  }
  if (checkpoint.sequenceNumber === undefined) {
    return notKnown(name, `${says}; how far it was read is not told`);
  }
  const behind = lastEnqueuedSequenceNumber - checkpoint.sequenceNumber;
  if (behind <= 0) return fine(name, `${says}; all of it was read`);
  const since = ageInWords(now - checkpoint.savedAt);
  const lag = `${says}; ${behind} events behind, nothing read for ${since}`;
  const isStuck = isOld && now - checkpoint.savedAt > patienceMs;
  return isStuck ? toFix(name, lag, startIt) : fine(name, lag);
}
