import { cleanLine } from '../../shared/clean-text.ts';
import { ApiError } from '../../shared/directory/graph.ts';
import { readLogExport } from '../../shared/directory/parts/log-export.ts';
import { ReadError, readerOf } from '../../shared/directory/reader.ts';
import type { Snapshot } from '../../shared/watch/directory.ts';
import { liveApi } from './api-settings.ts';
import type { DoctorDeps } from './check.ts';
import { fine, type Line, notKnown, toFix } from './line.ts';
import { switchOn } from './log-categories.ts';

type Settings = NonNullable<Snapshot['logExport']>;
type Setting = Settings[number];

/** What Entra's diagnostic settings are, and what is to be said of how that is known. */
export type LogExport = { settings: Settings | undefined; lines: Line[] };

const name = 'diagnostic settings';
const list =
  'az rest --method get --url "https://management.azure.com/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01"';
const role = 'docs/permissions.md#roles-in-azure: Reader on /providers/Microsoft.aadiam';

/** As the app last read them; with `--live`, as they are now. */
export async function logExportOf(
  snapshot: Snapshot | undefined,
  deps: DoctorDeps,
): Promise<LogExport> {
  const read = snapshot?.logExport ?? undefined;
  const api = deps.isLive ? await liveApi(deps) : undefined;
  if (!api) return { settings: read, lines: [ofSnapshot(read)] };
  const { armClient } = await import('../../shared/azure/arm-client.ts');
  try {
    const settings = await readLogExport(readerOf(armClient(api)));
    return { settings, lines: [ofNow(settings, deps)] };
  } catch (error) {
    return { settings: read, lines: [refused(error)] };
  }
}

/** Whether one of them sends this log to the hub that is read here. */
export const isExported = (settings: Settings, category: string, deps: DoctorDeps): boolean =>
  settings.some(
    (setting) =>
      isOurs(setting, deps) &&
      setting.categories.some((one) =>
        ['alllogs', category.toLowerCase()].includes(one.toLowerCase()),
      ),
  );

/** Without the name of a hub each log goes to one of its own, in that namespace. */
function isOurs({ hubRuleId, hubName }: Setting, { env }: DoctorDeps): boolean {
  if (!hubRuleId && !hubName) return false;
  const [hub, host] = [env.ENTRA_LOGS_HUB, env.ENTRA_LOGS__fullyQualifiedNamespace];
  const namespace = /\/namespaces\/([^/]+)/i.exec(hubRuleId ?? '')?.[1];
  const isSameHub = !hubName || !hub || hubName.toLowerCase() === hub.toLowerCase();
  const ours = host?.split('.')[0]?.toLowerCase();
  return isSameHub && (!namespace || !ours || namespace.toLowerCase() === ours);
}

const ofSnapshot = (read: Settings | undefined): Line =>
  read
    ? fine(name, `of Entra: ${read.length}, as the app last read them; --live asks anew`)
    : notKnown(
        name,
        'the app has not read them: whether a log is switched on can’t be told before it comes',
        `npx glasswatch doctor --live --only streams, as somebody who may see them (${role})`,
      );

function ofNow(settings: Settings, deps: DoctorDeps): Line {
  const ours = settings.filter((one) => isOurs(one, deps));
  if (ours.length > 0) {
    return fine(name, `to this hub: ${ours.map((one) => cleanLine(one.name, 60)).join(', ')}`);
  }
  return toFix(
    name,
    `of Entra: ${settings.length}; none sends to the hub that is read here`,
    switchOn('every log', deps.env.ENTRA_LOGS_HUB),
  );
}

function refused(error: unknown): Line {
  const because = error instanceof ReadError ? error.because : error;
  if (!(because instanceof ApiError)) throw error;
  const { status, code } = because;
  if (code === 'NoToken') return notKnown(name, 'nobody is signed in here', 'az login');
  const says = `may not be seen by whoever is signed in here (${code || status})`;
  return notKnown(name, says, `Have somebody look who may (${role}): ${list}`);
}
