import type { Finding } from '../../finding.ts';
import { addressOf, type Draft, filled, shortened, textOf, textsOf, unique } from '../draft.ts';
import { flatTexts } from '../flat-texts.ts';
import * as siem from '../siem-format.ts';

type Named = { id?: string; name?: string };
type Ids = { id?: string[]; name?: string[] };
type User = Named & { roles?: string[] };
type Class = {
  category: ('authentication' | 'iam' | 'configuration' | 'intrusion_detection')[];
  type: ('start' | 'admin' | 'change' | 'info')[];
};

/** What a finding fills of ECS 9.4. Times are UTC ISO 8601. */
export type EcsAlert = {
  '@timestamp': string;
  ecs: { version: '9.4.0' };
  message?: string;
  event: Class & {
    kind: 'alert';
    id: string;
    action: string;
    severity: number;
    sequence: number;
    module: 'glasswatch';
    dataset: 'glasswatch.finding';
    provider?: string;
    outcome?: 'failure';
    reason?: string;
  };
  rule: Named & { description?: string; reference?: string; ruleset: string; version: string };
  observer: { vendor: string; product: string; type: string; version: string };
  cloud: { provider: 'azure'; account?: { id: string } };
  organization?: { id: string };
  user?: User & { target?: User };
  group?: Named;
  source?: {
    ip?: string;
    address?: string;
    geo?: { city_name?: string; country_iso_code?: string };
  };
  user_agent?: { original: string };
  threat?: { framework: string; tactic?: Ids; technique: Ids & { subtechnique?: Ids } };
  related?: { user?: string[]; ip?: string[] };
  /** What ECS has no field for. All of it keywords, but for the revision and `is_update`. */
  glasswatch: {
    finding: { id: string; revision: number; is_update: boolean; title?: string };
    incident?: { id: string };
    severity: Finding['severity'];
    subject: Named & { type: string };
    actor?: { type: string };
    roles?: { template_id?: string; name?: string; scope?: string }[];
    source: { record_ids?: string[]; correlation_id?: string };
    attack?: { version?: string; replaced_ids?: string[] };
    details?: Record<string, string | string[]>;
  };
};

// The bands of Elastic's own alerts; they have none below low.
const severities = { informational: 21, low: 21, medium: 47, high: 73, critical: 99 } as const;

/** Longer ones Elastic keeps but does not index, so no search finds them (`ignore_above`). */
const maxKeyword = 1024;

function ecsAlert(finding: Finding): EcsAlert {
  const { id, revision, detection, source, subject, actor, details } = finding;
  const { failure, userAgent } = textsOf(details);
  const alert = filled<EcsAlert>({
    '@timestamp': finding.time,
    ecs: { version: '9.4.0' },
    message: finding.summary || finding.title,
    event: {
      kind: 'alert',
      ...classOf(finding),
      id: siem.eventUidOf(finding),
      action: detection,
      severity: severities[finding.severity],
      sequence: revision,
      module: 'glasswatch',
      dataset: 'glasswatch.finding',
      provider: source.category,
      // Success is never written down, so of the others nothing is known.
      outcome: failure || details.error ? 'failure' : undefined,
      reason: failure,
    },
    rule: rulePartOf(detection),
    observer: { ...observer },
    cloud: { provider: 'azure', account: { id: finding.tenantId } },
    organization: { id: finding.tenantId },
    user: userOf(finding),
    group: subject.type === 'group' ? namesOf(subject) : undefined,
    source: sourceOf(finding),
    user_agent: { original: userAgent } as { original: string },
    threat: threatOf(finding.techniques),
    related: relatedOf(finding),
    glasswatch: {
      finding: { id, revision, is_update: revision > 1, title: finding.title },
      incident: { id: finding.incident },
      severity: finding.severity,
      subject: { ...namesOf(subject), type: subject.type },
      actor: actor ? { type: actor.type } : undefined,
      roles: finding.roles.map(({ templateId, ...role }) => ({ template_id: templateId, ...role })),
      source: { record_ids: source.recordIds, correlation_id: source.correlationId ?? undefined },
      attack: attackOf(finding.techniques),
      details: flatTexts(details),
    },
  });
  // The one text that is no keyword.
  const { message } = alert;
  return { ...shortened(alert, maxKeyword), ...(message && { message }) };
}

/** A finding as an ECS alert. Detections are told apart by the log that they read. */
export default siem.defineSiemFormat({ name: 'ecs', event: ecsAlert });

const observer = {
  vendor: siem.product.vendor_name,
  product: siem.product.name,
  type: 'identity monitoring',
  version: siem.product.version,
};

const namesOf = ({ id, name }: { id: string | null; name: string | null }) => ({
  id: id ?? undefined,
  name: name ?? undefined,
});

/** @see https://www.elastic.co/docs/reference/ecs/ecs-category-field-values-reference */
function classOf({ source, details }: Finding): Class {
  const log = source.category.toLowerCase();
  if (log.includes('signin')) return { category: ['authentication'], type: ['start'] };
  if (log.includes('risk')) return { category: ['intrusion_detection'], type: ['info'] };
  // A state of the directory, not an act.
  if (log === 'graph') return { category: ['iam'], type: ['info'] };
  if (log === 'auditlogs' && details.policy === undefined)
    return { category: ['iam'], type: ['admin', 'change'] };
  // A policy of the directory, or Azure's activity log.
  return { category: ['configuration'], type: ['change'] };
}

function rulePartOf(id: string) {
  const { version } = siem.product;
  const { why, source } = siem.ruleOf(id) ?? {};
  const name = siem.ruleNameOf(id);
  return { id, name, description: why, reference: source, ruleset: 'glasswatch', version };
}

/** ECS puts whoever acts into `user`. Where nobody does, the finding is about its subject alone. */
function userOf(finding: Finding): Draft<NonNullable<EcsAlert['user']>> | undefined {
  const { actor, subject } = finding;
  const roles = unique(finding.roles.map(({ name }) => name));
  const account = siem.isAccount(subject) ? { ...namesOf(subject), roles } : undefined;
  if (!actor) return account;
  if (account && siem.isSelf(finding)) return { ...account, name: actor.name ?? account.name };
  return { ...namesOf(actor), target: account };
}

function sourceOf({ actor, details }: Finding): Draft<NonNullable<EcsAlert['source']>> {
  const { city, country } = textsOf(details);
  const isCode = /^[A-Z]{2}$/.test(country ?? '');
  return {
    ip: ipOf(actor?.ip) ?? ipOf(details.ip),
    address: textOf(actor?.ip) ?? textOf(details.ip),
    geo: { city_name: city, country_iso_code: isCode ? country : undefined },
  };
}

/** Elastic refuses a whole document for an address with a zone, like fe80::1%eth0. */
const ipOf = (value: unknown) => {
  const ip = addressOf(value);
  return ip?.includes('%') ? undefined : ip;
};

function relatedOf(finding: Finding) {
  const people = [finding.actor, siem.isAccount(finding.subject) ? finding.subject : null];
  return {
    user: unique(people.flatMap((one) => [one?.id, one?.name])),
    ip: unique([ipOf(finding.actor?.ip), ipOf(finding.details.ip)]),
  };
}

function threatOf(ids: readonly string[]): Draft<EcsAlert['threat']> {
  const all = ids.map(siem.techniqueOf);
  const listed = (names: readonly ({ uid: string; name: string | undefined } | undefined)[]) => ({
    id: unique(names.map((one) => one?.uid)),
    name: unique(names.map((one) => one?.name)),
  });
  const technique = listed(all.map(({ technique }) => technique));
  if (technique.id.length === 0) return undefined;
  const subtechnique = listed(all.map(({ subTechnique }) => subTechnique));
  const tactic = listed(all.flatMap(({ tactics }) => tactics));
  return { framework: 'MITRE ATT&CK', tactic, technique: { ...technique, subtechnique } };
}

const attackOf = (ids: readonly string[]) => ({
  version: ids.map((id) => siem.techniqueOf(id).version).find(Boolean),
  replaced_ids: ids.filter(siem.isReplaced),
});
