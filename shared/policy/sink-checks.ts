import { isIP } from 'node:net';
import { isPublicAddress } from '../tell/host-rules.ts';
import { at, entriesOf } from './as-written.ts';
import { type KnownNames, unknownTenantsIn } from './known-names.ts';
import { type Mistake, type Path, quote } from './problem.ts';
import type { Policy } from './schema.ts';
import type { SinkSettings } from './sinks.ts';

/** Sinks that name a tenant that does not exist. */
export const sinkMistakes = (data: unknown, { tenants }: KnownNames): Mistake[] =>
  entriesOf(at(data, 'sinks')).flatMap(([name, sink]) =>
    unknownTenantsIn(at(sink, 'tenants'), ['sinks', name, 'tenants'], tenants),
  );

/** Sinks that will hardly do what is meant. Only asked of a policy that is right otherwise. */
export const sinkWarnings = ({ sinks }: Policy): Mistake[] =>
  Object.entries(sinks).flatMap(([name, settings]) => [
    ...shortLived(name, settings),
    ...unreachable(name, settings),
  ]);

function shortLived(name: string, { type }: SinkSettings): Mistake[] {
  if (type !== 'file') return [];
  return [
    {
      path: ['sinks', name, 'type'],
      point: 'value',
      reason:
        'in Azure the file is gone with the machine that wrote it, and each instance has its own',
      found: 'file',
      allowed: 'file for trying things out; any other type in Azure',
      severity: 'warning',
    },
  ];
}

/** Nothing but public addresses is spoken to, unless the sink says that its receiver is not at one. */
function unreachable(name: string, settings: SinkSettings): Mistake[] {
  if (settings.private !== false) return [];
  return Object.entries(settings).flatMap(([key, value]): Mistake[] => {
    const host = hostIn(key, value);
    if (host === undefined || !isPrivateHost(host)) return [];
    const path: Path = ['sinks', name, key];
    return [
      {
        path,
        point: 'value',
        reason: 'a private address is refused',
        found: quote(host),
        allowed: 'a public address, or `private: true` beside it',
        severity: 'warning',
      },
    ];
  });
}

function hostIn(key: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return key === 'host' ? value : URL.parse(value)?.hostname.replace(/^\[|\]$/g, '');
}

/** By its looks; where any other name leads is known only when it is asked for. */
const isPrivateHost = (host: string) =>
  isIP(host)
    ? !isPublicAddress(host)
    : /^localhost$|\.(local|internal|lan|home\.arpa)$/i.test(host);
