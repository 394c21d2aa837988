import type { SinkSettings } from '../policy/sinks.ts';
import type { Policy } from '../policy.ts';
import { isAtLeast } from '../severity.ts';
import type { SiemEvent } from './siem-event.ts';
import type { SinkKind } from './sink.ts';

/** What there is to know of a sink of the policy, before it is opened. */
export type KnownSink = {
  /** As the policy calls it. */
  name: string;
  kind: SinkKind;
  settings: SinkSettings;
  format: string;
  /** In a few words: what it is, and the format. */
  what: string;
  /** The tenants whose events it gets. */
  tenantIds: readonly string[];
  /** Whether the policy wants the event there. */
  wants(event: SiemEvent): boolean;
};

/** The sinks of a policy, in its order. @param kinds - `sinks/index.ts`. */
export function knownSinks(
  policy: Pick<Policy, 'sinks' | 'tenants'>,
  kinds: readonly SinkKind[],
): KnownSink[] {
  const kindOf = new Map(kinds.map((kind) => [kind.type, kind]));
  return Object.entries(policy.sinks).flatMap(([name, settings]) => {
    const kind = kindOf.get(settings.type);
    if (!kind) return [];
    const format = settings.format ?? kind.formats[0];
    const tenantIds = tenantsOf(settings, policy);
    return [
      {
        ...{ name, kind, settings, format, tenantIds },
        what: `${kind.describe(settings)}, as ${format}`,
        wants: (event) => isWanted(event, settings, tenantIds),
      },
    ];
  });
}

const folded = (text: string) => text.trim().toLowerCase();

function tenantsOf({ tenants }: SinkSettings, policy: Pick<Policy, 'tenants'>): string[] {
  const written = tenants && new Set(tenants.map(folded));
  return policy.tenants
    .filter(({ id, name }) => !written || written.has(folded(id)) || written.has(folded(name)))
    .map(({ id }) => id);
}

function isWanted(
  event: SiemEvent,
  { minSeverity, tenants, detections }: SinkSettings,
  tenantIds: readonly string[],
): boolean {
  if (tenants && !tenantIds.includes(folded(event.tenantId))) return false;
  if (event.kind === 'heartbeat') return true;
  const named: readonly string[] | undefined = detections;
  if (event.kind === 'finding' && named && !named.includes(event.finding.detection)) return false;
  // Whoever heard of it while it was graver hears that it is so no more.
  return !minSeverity || isAtLeast(event.gravest, minSeverity);
}
