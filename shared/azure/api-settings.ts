import type { Config } from '../config.ts';
import { standInCredential } from './api-credential.ts';
import { noPace } from './api-sender.ts';
import type { ApiSettings } from './arm-client.ts';
import { credentialOf } from './credential.ts';

type Source = Exclude<Config['directory'], { from: 'file' }>;

/** As whom to speak to Microsoft Graph and Azure, and where they are. */
export function apiSettings(source: Source): ApiSettings {
  if (source.from === 'graph') return { credential: credentialOf(source) };
  const { origin, token } = source;
  return { origin, credential: standInCredential(() => token), pace: noPace };
}
