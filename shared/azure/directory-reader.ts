import type { Config } from '../config.ts';
import { readDirectory } from '../directory/read-directory.ts';
import type { RefreshDeps } from '../directory/refresh-tenant.ts';
import { apiSettings } from './api-settings.ts';
import { armClient } from './arm-client.ts';

type Source = Exclude<Config['directory'], { from: 'file' }>;

/** How directories are read. */
export function directoryReader(source: Source): RefreshDeps['read'] {
  const api = apiSettings(source);
  return async (tenant, previous) => {
    // Only here: an instance that reads no directory need not load the library.
    const { graphClient } = await import('./graph-client.ts');
    return readDirectory({
      // The time of a client begins when it is made, so each reading has its own.
      graph: graphClient(api),
      arm: armClient(api),
      tenant,
      previous,
      now: Date.now(),
    });
  };
}
