import type { Config } from '../config.ts';
import { readDirectory } from '../directory/read-directory.ts';
import type { RefreshDeps } from '../directory/refresh-tenant.ts';
import { standInCredential } from './api-credential.ts';
import { noPace } from './api-sender.ts';
import { type ApiSettings, armClient } from './arm-client.ts';
import { credentialOf } from './credential.ts';
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

function apiSettings(source: Source): ApiSettings {
  if (source.from === 'graph') return { credential: credentialOf(source) };
  const { origin, token } = source;
  return { origin, credential: standInCredential(() => token), pace: noPace };
}
