import type { PartitionProperties } from '@azure/event-hubs';
import { messageOf, WatchError } from '../../../shared/errors.ts';
import { isLoopbackHost } from '../../../shared/tell/host-rules.ts';
import { isoOf, minuteMs } from '../../../shared/time.ts';
import { ageInWords } from '../age.ts';
import { azdValue, setAppSettings, theApp } from '../azd-value.ts';
import type { Check, DoctorDeps } from '../check.ts';
import { isEmbedded } from '../embedded.ts';
import { type Checkpoint, hostCheckpoints } from '../host-checkpoints.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';
import { switchOn } from '../log-categories.ts';
import { oldestUnread } from '../oldest-unread.ts';
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
      `Correct ENTRA_LOGS, or better leave it out: ${setAppSettings('ENTRA_LOGS__fullyQualifiedNamespace=<namespace>.servicebus.windows.net')}`,
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
    return toFix(hub, says, fixFor(why, host, hub));
  }
}

function fixFor(why: string, host: string, hub: string): string {
  const namespace = host.split('.')[0];
  const inGroup = `--namespace-name ${namespace} --resource-group ${azdValue('AZURE_RESOURCE_GROUP')}`;
  switch (why) {
    case 'MessagingEntityNotFoundError':
      return `Check ENTRA_LOGS_HUB: the namespace has no such hub. It has: az eventhubs eventhub list ${inGroup} --output table`;
    case 'UnauthorizedError':
      return `az role assignment create --role "Azure Event Hubs Data Receiver" --assignee "$(az ad signed-in-user show --query id --output tsv)" --scope "$(az eventhubs eventhub show ${inGroup} --name ${hub} --query id --output tsv)"`;
    case 'CredentialUnavailableError':
    case 'AggregateAuthenticationError':
      return 'az login';
    default:
      return isLoopbackHost(host)
        ? 'npm start (the embedded stack is down)'
        : `Check ENTRA_LOGS__fullyQualifiedNamespace, that this machine reaches it by AMQP (5671), and its network rules: az eventhubs namespace network-rule-set show ${inGroup}`;
  }
}

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
  const lines = partitions.map(async (partition) => {
    const readTo = known && howFar(known.get(partition.partitionId));
    const since =
      readTo && isBehind(partition, readTo) && (await waitingSince(partition, readTo, open));
    return partitionLine(partition, readTo, since || undefined, deps);
  });
  return [...(await Promise.all(lines)), ...(problem ? [problem] : [])];
}

/** How far a partition was read. `none`: nothing of it; `untold`: that is not said. */
type ReadTo = { sequenceNumber: number } | 'none' | 'untold';

function howFar(checkpoint: Checkpoint | undefined): ReadTo {
  if (!checkpoint) return 'none';
  const { sequenceNumber } = checkpoint;
  return sequenceNumber === undefined ? 'untold' : { sequenceNumber };
}

const isBehind = ({ isEmpty, lastEnqueuedSequenceNumber }: PartitionProperties, readTo: ReadTo) =>
  !isEmpty &&
  (readTo === 'none' ||
    (readTo !== 'untold' && readTo.sequenceNumber < lastEnqueuedSequenceNumber));

async function waitingSince(
  { partitionId }: PartitionProperties,
  readTo: ReadTo,
  { readAside }: OpenHub,
): Promise<number | undefined> {
  const reader = readAside();
  try {
    const lastRead = typeof readTo === 'object' ? readTo.sequenceNumber : undefined;
    return await oldestUnread(reader, partitionId, lastRead);
  } finally {
    await reader.close().catch(() => {});
  }
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
  const how =
    'Give AzureWebJobsStorage__accountName here too (--settings FILE), and yourself Storage Blob Data Reader on that account.';
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

const startIt = (deps: DoctorDeps): string =>
  isEmbedded(deps)
    ? 'npm start (nothing of the embedded stack reads the hub)'
    : `Look whether the app runs: az functionapp show ${theApp} --query state --output tsv; then at the log of the function ingest.`;

/** @param since - when the oldest event that waits came, epoch milliseconds. */
function partitionLine(
  { partitionId, isEmpty, lastEnqueuedSequenceNumber, lastEnqueuedOnUtc }: PartitionProperties,
  readTo: ReadTo | undefined,
  since: number | undefined,
  deps: DoctorDeps,
): Line {
  const name = `partition ${partitionId}`;
  if (isEmpty) return fine(name, 'empty so far');
  const cameAt = lastEnqueuedOnUtc.getTime();
  const says = `last event came ${isoOf(cameAt)}`;
  if (readTo === undefined) return fine(name, says);
  if (readTo === 'untold') {
    return notKnown(name, `${says}; how far it was read is not told`, startIt(deps));
  }
  const waited = deps.now() - (since ?? cameAt);
  const oldest = since === undefined ? '' : `; the oldest of them came ${ageInWords(waited)} ago`;
  if (readTo === 'none') {
    const unread = `${says}; nobody has read it with this consumer group${oldest.replace(' of them', ' event')}`;
    const line = waited > patienceMs ? toFix : notKnown;
    return line(name, unread, startIt(deps));
  }
  const behind = lastEnqueuedSequenceNumber - readTo.sequenceNumber;
  if (behind <= 0) return fine(name, `${says}; all of it was read`);
  const lag = `${says}; events behind: ${behind}${oldest}`;
  return waited > patienceMs ? toFix(name, lag, startIt(deps)) : fine(name, lag);
}
