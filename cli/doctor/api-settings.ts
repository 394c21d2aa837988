import type { ApiSettings } from '../../shared/azure/arm-client.ts';
import type { DoctorDeps } from './check.ts';

const patience = { totalMs: 15_000, tryMs: 10_000, tries: 2 };

/** As whom to speak to Graph and Azure here; undefined where the settings leave nobody to ask. */
export async function liveApi({ config }: DoctorDeps): Promise<ApiSettings | undefined> {
  const source = config?.directory;
  if (!source || source.from === 'file') return undefined;
  // Only here: whoever asks nothing of Graph needs none of its libraries.
  const { apiSettings } = await import('../../shared/azure/api-settings.ts');
  const as =
    source.from === 'graph'
      ? { from: 'graph' as const, clientId: undefined, isManaged: false }
      : source;
  return { ...apiSettings(as), patience };
}
