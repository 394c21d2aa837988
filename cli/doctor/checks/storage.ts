import type { TableClient } from '@azure/data-tables';
import type { ContainerClient } from '@azure/storage-blob';
import type { QueueClient } from '@azure/storage-queue';
import type { Storage, StorageSettings } from '../../../shared/azure/storage.ts';
import { codeOf, statusOf } from '../../../shared/azure/store-error.ts';
import { accessBy, accountNameIn } from '../account.ts';
import { type Check, type DoctorDeps, storageOf } from '../check.ts';
import { isEmbedded } from '../embedded.ts';
import { fine, type Line, notKnown, toFix } from '../line.ts';

type Part = {
  kind: 'table' | 'container' | 'queue';
  name: string;
  /** It may lie in an account of its own. */
  isEvidence?: true;
  look(): Promise<unknown>;
  /** Asks for a change that can't come about: nothing is written, and who may not is refused first. */
  write(): Promise<unknown>;
};

const patienceMs = 8_000;
const signal = () => ({ abortSignal: AbortSignal.timeout(patienceMs) });

/** There is no such row, blob or message; and were there one, it would be another version. */
const nothing = { partitionKey: 'doctor', rowKey: 'probe' };
const noBlob = 'doctor/probe';
const noVersion = '"0x0"';
const noRowVersion = `W/"datetime'2000-01-01T00%3A00%3A00.0000000Z'"`;
const noMessage = '00000000-0000-0000-0000-000000000000';
const noReceipt = 'AgAAAAMAAAAAAAAA';

export const storageCheck: Check = {
  name: 'storage',
  async run(deps) {
    const storage = storageOf(deps);
    const settings = deps.storage?.settings ?? { connectionString: '' };
    const parts = partsOf(storage);
    const outcomes = await Promise.all(parts.map(outcomeOf));
    const [first] = outcomes;
    // Not a word for each of fourteen things when it is one.
    if (first?.state === 'silent' && outcomes.every(({ state }) => state === 'silent')) {
      return [
        toFix(
          'account',
          `${accountNameIn(settings) ?? 'the account'} does not answer (${first.why})`,
          isEmbedded(deps) ? 'npm start (the embedded stack is down)' : reachIt(settings),
        ),
      ];
    }
    return parts.map((part, index) =>
      lineOf(part, outcomes[index] ?? silent, whereIs(part, settings), deps),
    );
  },
};

const whereIs = ({ isEvidence }: Part, settings: StorageSettings): StorageSettings =>
  isEvidence && 'account' in settings
    ? { ...settings, account: settings.evidenceAccount }
    : settings;

const reachIt = (settings: StorageSettings): string =>
  `Check the name of the account, that this machine reaches it, and its network rules: az storage account network-rule list --account-name ${accountNameIn(settings) ?? '<account>'}`;

function partsOf(storage: Storage): Part[] {
  const { cases, outbox, watchlist, memory, streams, posture, shelves, ledger } = storage;
  const { deadLetters, directory, evidence, anchors, notify, forward } = storage;
  return [
    ...[cases, outbox, watchlist, memory, streams, posture, shelves, ledger].map(tablePart),
    ...[deadLetters, directory].map(containerPart),
    { ...containerPart(evidence), isEvidence: true },
    { ...appendPart(anchors), isEvidence: true },
    ...[notify, forward].map(queuePart),
  ];
}

const tablePart = (table: TableClient): Part => ({
  ...{ kind: 'table', name: table.tableName },
  look: () => table.listEntities().byPage({ maxPageSize: 1 }).next(),
  write: () => table.updateEntity(nothing, 'Merge', { etag: noRowVersion, ...signal() }),
});

const containerPart = (container: ContainerClient): Part => ({
  ...{ kind: 'container', name: container.containerName },
  look: () => container.getProperties(signal()),
  write: () =>
    container
      .getBlockBlobClient(noBlob)
      .upload('', 0, { conditions: { ifMatch: noVersion }, ...signal() }),
});

/** Its blobs only ever grow. */
const appendPart = (container: ContainerClient): Part => ({
  ...containerPart(container),
  write: () =>
    container
      .getAppendBlobClient(noBlob)
      .appendBlock('\n', 1, { conditions: { ifMatch: noVersion }, ...signal() }),
});

const queuePart = (queue: QueueClient): Part => ({
  ...{ kind: 'queue', name: queue.name },
  look: () => queue.getProperties(signal()),
  write: () => queue.updateMessage(noMessage, noReceipt, '', 0, signal()),
});

type Outcome = { state: 'writable' | 'missing' | 'unread' | 'unwritten' | 'silent'; why: string };

const silent: Outcome = { state: 'silent', why: 'no answer' };

async function outcomeOf(part: Part): Promise<Outcome> {
  try {
    await part.look();
  } catch (error) {
    const [status, why] = [statusOf(error), reasonOf(error)];
    if (status === 404) return { state: 'missing', why };
    return { state: status === undefined ? 'silent' : 'unread', why };
  }
  try {
    await part.write();
  } catch (error) {
    const [status, why] = [statusOf(error), reasonOf(error)];
    if (status === undefined) return { state: 'silent', why };
    if (status === 401 || status === 403) return { state: 'unwritten', why };
  }
  return { state: 'writable', why: '' };
}

/** Never the message of the library: it may hold the address, and with it a signature. */
function reasonOf(error: unknown): string {
  const [status, code] = [statusOf(error), codeOf(error)];
  const { name } = error as Error;
  if (status === undefined)
    return code ?? (/Abort|Timeout/.test(name) ? 'no answer in time' : name);
  return [status, code].filter(Boolean).join(' ');
}

function lineOf(
  { kind, name }: Part,
  { state, why }: Outcome,
  settings: StorageSettings,
  deps: DoctorDeps,
): Line {
  const what = `${kind} ${name}`;
  switch (state) {
    case 'writable':
      return fine(what, 'is there, and may be written');
    case 'missing':
      return toFix(
        what,
        'is missing',
        `Start the app, which creates it${isEmbedded(deps) ? ' (npm start)' : ''}; or: az storage ${kind} create --name ${name} ${accessBy(settings, deps)}`,
      );
    case 'silent':
      return toFix(what, `does not answer (${why})`, reachIt(settings));
    default:
      return refused(
        what,
        `may not be ${state === 'unread' ? 'read' : 'written'} (${why})`,
        settings,
        {
          role: roles[kind],
        },
      );
  }
}

const roles = {
  table: 'Storage Table Data Contributor',
  container: 'Storage Blob Data Contributor',
  queue: 'Storage Queue Data Contributor',
};

/** Who signs in here is not the app: what one of them may, the other may not. */
function refused(
  what: string,
  says: string,
  settings: StorageSettings,
  { role }: { role: string },
): Line {
  const account = accountNameIn(settings) ?? '<account>';
  if ('connectionString' in settings) {
    return toFix(
      what,
      says,
      `Take a connection string that may, or sign in with the role ${role}.`,
    );
  }
  return notKnown(
    what,
    `${says} by whoever is signed in here; whether the app may can’t be known so`,
    `az role assignment create --role "${role}" --assignee "$(az ad signed-in-user show --query id --output tsv)" --scope $(az storage account show --name ${account} --query id --output tsv)`,
  );
}
