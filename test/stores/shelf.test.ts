import { randomUUID } from 'node:crypto';
import { tableDue } from '../../shared/azure/table-due.ts';
import { tableShelf } from '../../shared/azure/table-shelf.ts';
import { memoryDue } from '../../shared/respond/memory-due.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import { azuriteStorage } from './azurite-storage.ts';
import { dueContract } from './due.contract.ts';
import { shelfContract } from './shelf.contract.ts';

const { storage } = azuriteStorage();
const inMemory = memoryDue();

shelfContract('memory', () => memoryShelf());
shelfContract('Table Storage', () => tableShelf(storage().outbox, `shelf ${randomUUID()}`));
dueContract('memory', () => inMemory);
dueContract('Table Storage', () => tableDue(storage().outbox));
