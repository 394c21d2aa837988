import type { AskedExport } from '../../memory/trace.ts';
import type { ActivityEvent } from '../../read/event.ts';
import { asFlag, asList, asText } from '../../read/raw.ts';
import { askedFields, byLowerCase } from './azure-requests.ts';

/** Entra's own diagnostic settings lie on the directory, not on a resource. */
const onExport = /^microsoft\.aadiam\/diagnosticsettings\/(write|delete)$/;
export const changesExport = ({ operation }: ActivityEvent) => onExport.test(operation);
export const writesExport = (event: ActivityEvent) =>
  changesExport(event) && event.operation.endsWith('/write');

/** The logs without which administrators can't be watched. */
const needed = ['AuditLogs', 'SignInLogs'];
/** Those that every tenant with the licence has here; others may never have been on. */
const expected = [
  ...needed,
  'NonInteractiveUserSignInLogs',
  'ServicePrincipalSignInLogs',
  'ManagedIdentitySignInLogs',
  'RiskyUsers',
  'UserRiskEvents',
];
const lower = (name: string) => name.toLowerCase();
/** As Entra spells it, for people. */
export const nameOfLog = (log: string) => expected.find((name) => lower(name) === log) ?? log;

const everything = 'alllogs';

/** Which logs a setting shall export, and where to; null where the row does not show it. */
export function askedExport(event: ActivityEvent): AskedExport | null {
  const fields = askedFields(event);
  if (fields.get('logs') === undefined) return null;
  const logs = asList(fields.get('logs')).map(byLowerCase);
  const named = (isOn: boolean) =>
    logs
      .filter(({ enabled }) => (asFlag(enabled) ?? true) === isOn)
      .flatMap((log) => asText(log.category ?? log.categorygroup)?.toLowerCase() ?? []);
  const to = ['eventhubauthorizationruleid', 'servicebusruleid', 'workspaceid', 'storageaccountid'];
  return {
    on: named(true),
    off: named(false),
    // A rule of the namespace gives access to every hub in it.
    to: to.flatMap(
      (field) =>
        asText(fields.get(field))
          ?.toLowerCase()
          .replace(/\/authorizationrules\/[^/]*$/, '') ?? [],
    ),
  };
}

/**
 * The logs that a setting no longer exports. If it is known what it was before, these are told from
 * that; else from what is switched off, and from what no export of ours can be without.
 */
export function lostLogs(now: AskedExport, before: AskedExport | undefined): string[] {
  if (now.on.includes(everything)) return [];
  const was =
    before && !before.on.includes(everything)
      ? before.on
      : [...needed.map(lower), ...now.off.filter((log) => expected.map(lower).includes(log))];
  return [...new Set(was)].filter((log) => !now.on.includes(log));
}
