import { cleanLine } from '../clean-text.ts';
import type { Severity } from '../severity.ts';
import { parseTime } from '../time.ts';
import { type Alert, headlineOf, isAllClear } from './alert.ts';
import { clockLine } from './clock-line.ts';
import * as mail from './mail-text.ts';

/** What PagerDuty calls ours. */
const severities: Record<Severity, string> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'info',
  informational: 'info',
};

const longestSummary = 1024;

/**
 * What the Events API v2 is sent for an alert, in this order. One incident is one alert there: all that
 * is told of it has its id as `dedup_key`.
 */
export function pagerDutyEvents(alert: Alert, routingKey: string): Record<string, unknown>[] {
  const event = (action: 'trigger' | 'acknowledge' | 'resolve') => ({
    routing_key: routingKey,
    event_action: action,
    dedup_key: cleanLine(alert.incident, 200).slice(0, 255),
  });
  if (isAllClear(alert)) return [event('resolve')];
  if (alert.kind === 'acknowledged') return [event('acknowledge')];
  const trigger = { ...event('trigger'), ...contentOf(alert) };
  // A trigger of an alert that somebody acknowledged there wakes nobody; one of a resolved alert does.
  return alert.kind === 'lapsed' ? [event('resolve'), trigger] : [trigger];
}

function contentOf(alert: Alert) {
  // http is this computer alone, and PagerDuty takes no such link.
  const link = mail.isLink(alert.link) && alert.link.startsWith('https:') ? alert.link : null;
  const { happenedAt } = alert.clocks;
  return {
    client: 'Glasswatch',
    ...(link && { client_url: link, links: [{ href: link, text: mail.actionTitle(alert) }] }),
    payload: {
      summary: cut(
        `${headlineOf(alert)}: ${mail.plain(alert.title, 150)} · ${mail.tenantOf(alert)}`,
      ),
      source: `entra:${mail.tenantOf(alert)}`,
      severity: severities[alert.severity],
      ...(parseTime(happenedAt) !== undefined && { timestamp: happenedAt }),
      ...(alert.detection && { class: mail.plain(alert.detection, 100) }),
      custom_details: detailsOf(alert),
    },
  };
}

/** Shown there as a table, in this order. */
function detailsOf(alert: Alert): Record<string, string> {
  const rows: (readonly [string, string | false | null])[] = [
    ['Severity', alert.severity.toUpperCase()],
    ['Drill', mail.drillLine(alert)],
    ['Answer', mail.answerLine(alert)],
    ['On call', mail.askedOf(alert)],
    ['Summary', mail.plain(alert.summary)],
    ['What to do next', mail.stepsOf(alert).join('\n')],
    ...mail.factsOf(alert),
    ['Times', clockLine(alert.clocks)],
    ['Why it matters', mail.plain(alert.why, 600)],
    ['Also in this incident', mail.othersOf(alert) > 0 && mail.alsoLines(alert).join('\n')],
    ['Page', mail.isLink(alert.link) && alert.link],
    ...mail.idsOf(alert),
  ];
  const details = new Map<string, string>();
  for (const [label, value] of rows) {
    const key = label || '-';
    const before = details.get(key);
    if (value) details.set(key, before === undefined ? value : `${before}\n${value}`);
  }
  return Object.fromEntries(details);
}

/** In characters as the service counts them, and never half of one. */
const cut = (text: string) =>
  text.length <= longestSummary
    ? text
    : `${text.slice(0, longestSummary - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
