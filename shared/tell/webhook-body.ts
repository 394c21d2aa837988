import type { Alert, Recipient } from './alert.ts';
import { plain } from './mail-text.ts';

/**
 * The alert for a program. Keys are a contract: they may get more, and none of them changes or goes.
 * Texts are for people: cleaned, cut, and with links in them made harmless.
 */
export function webhookBody(alert: Alert): string {
  const { kind, clocks, tenant } = alert;
  const data = {
    id: plain(alert.id, 200),
    kind,
    incident: plain(alert.incident, 100),
    revision: alert.revision,
    severity: alert.severity,
    isDrill: alert.drill !== null,
    drill: alert.drill && {
      declaredBy: plain(alert.drill.declaredBy, 80),
      until: plain(alert.drill.until, 40),
    },
    tenant: { id: plain(tenant.id, 64), name: plain(tenant.name, 80) },
    title: plain(alert.title, 150),
    summary: plain(alert.summary),
    answer: alert.answer && plain(alert.answer),
    onCall: alert.onCall.map(recipient),
    facts: alert.facts
      .slice(0, 40)
      .map(({ label, value }) => ({ label: plain(label, 40), value: plain(value) })),
    clocks: {
      happenedAt: plain(clocks.happenedAt, 40),
      arrivedAt: clocks.arrivedAt && plain(clocks.arrivedAt, 40),
      detectedAt: plain(clocks.detectedAt, 40),
    },
    why: plain(alert.why, 600),
    next: alert.next.slice(0, 10).map((step) => plain(step)),
    detection: plain(alert.detection, 100),
    techniques: alert.techniques.slice(0, 20).map((one) => plain(one, 20)),
    finding: plain(alert.finding, 100),
    also: alert.also.slice(0, 20).map(({ finding, severity, title, time }) => ({
      finding: plain(finding, 100),
      severity,
      title: plain(title, 150),
      time: plain(time, 40),
    })),
    findings: alert.findings,
    link: alert.link,
  };
  return JSON.stringify({
    type: `incident.${kind}`,
    timestamp: plain(alert.toldAt, 40),
    data,
  });
}

const recipient = ({ id, name, account, mail }: Recipient) => ({
  id,
  name: plain(name, 80),
  account,
  mail,
});
