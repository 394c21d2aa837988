import { knownSinks } from '../forward/known-sinks.ts';
import { sinks as kinds } from '../forward/sinks/index.ts';
import type { DescribeFacts } from './describe.ts';
import { listOf } from './problem.ts';
import type { Policy } from './schema.ts';
import { secretsInWords } from './secrets-in-words.ts';
import type { SinkSettings } from './sinks.ts';

/** What each SIEM is handed, and how. */
export function describeSinks(policy: Policy, { env }: DescribeFacts): string[] {
  const lines = knownSinks(policy, kinds).map(({ name, what, settings }) => {
    const heartbeat = settings.heartbeat
      ? 'a heartbeat every five minutes'
      : 'NO HEARTBEAT, so nothing there shows when we are silent';
    return [
      `  ${name}: ${what}`,
      ...(settings.private === true ? ['in a private network'] : []),
      ...filterInWords(settings),
      secretsInWords(settings, env),
      heartbeat,
    ].join('; ');
  });
  if (lines.length === 0) return ['Sinks: none, so nothing goes to a SIEM'];
  return ['Sinks:', ...lines];
}

function filterInWords({ minSeverity, tenants, detections }: SinkSettings): string[] {
  const filters = [
    ...(minSeverity ? [`nothing below ${minSeverity}`] : []),
    ...(tenants ? [`only of ${listOf(tenants)}`] : []),
    ...(detections
      ? [`only findings of ${listOf(detections)}, and what becomes of incidents`]
      : []),
  ];
  return filters.length > 0 ? filters : ['everything that is found'];
}
