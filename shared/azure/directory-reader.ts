import type { Config } from '../config.ts';
import { readDirectory } from '../directory/read-directory.ts';
import type { RefreshDeps } from '../directory/refresh-tenant.ts';
import { apiSettings } from './api-settings.ts';
import { armClient } from './arm-client.ts';
import { graphClient } from './graph-client.ts';

type Source = Exclude<Config['directory'], { from: 'file' }>;

/** How directories are read. */
export function directoryReader(source: Source): RefreshDeps['read'] {
  const api = apiSettings(source);
  // The time of a client begins when it is made, so each reading has its own.
  return (tenant, previous) =>
    readDirectory({
      graph: graphClient(api),
      arm: armClient(api),
      tenant,
      previous,
      now: Date.now(),
    });
}
