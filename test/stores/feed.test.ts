import { tableFeed } from '../../shared/azure/table-feed.ts';
import { memoryFeed } from '../../shared/forward/memory-feed.ts';
import { azuriteStorage } from './azurite-storage.ts';
import { feedContract } from './feed.contract.ts';

const { storage } = azuriteStorage();

feedContract('memory', memoryFeed);
feedContract('Table Storage', () => tableFeed(storage().outbox));
