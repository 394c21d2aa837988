import type { Check } from '../check.ts';
import { channelsCheck } from './channels.ts';
import { clocksCheck } from './clocks.ts';
import { consoleCheck } from './console.ts';
import { deadLettersCheck } from './dead-letters.ts';
import { directoryCheck } from './directory.ts';
import { eventHubCheck } from './event-hub.ts';
import { evidenceCheck } from './evidence.ts';
import { identityCheck } from './identity.ts';
import { keysCheck } from './keys.ts';
import { ledgerCheck } from './ledger.ts';
import { licenceCheck } from './licence.ts';
import { nodeCheck } from './node.ts';
import { outboxCheck } from './outbox.ts';
import { permissionsCheck } from './permissions.ts';
import { policyCheck } from './policy.ts';
import { settingsCheck } from './settings.ts';
import { sinksCheck } from './sinks.ts';
import { storageCheck } from './storage.ts';
import { streamsCheck } from './streams.ts';

/** In the order in which they are shown: what a fault is mended by first. */
export const checks: readonly Check[] = [
  policyCheck,
  settingsCheck,
  identityCheck,
  storageCheck,
  eventHubCheck,
  streamsCheck,
  directoryCheck,
  permissionsCheck,
  licenceCheck,
  channelsCheck,
  sinksCheck,
  outboxCheck,
  deadLettersCheck,
  keysCheck,
  ledgerCheck,
  evidenceCheck,
  clocksCheck,
  consoleCheck,
  nodeCheck,
];
