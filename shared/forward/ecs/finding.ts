import type { Finding } from '../../finding.ts';
import { addressOf, type Draft, textOf, textsOf, unique } from '../draft.ts';
import { whyClosed } from '../event-words.ts';
import { flatTexts } from '../flat-texts.ts';
import type { FindingEvent } from '../siem-event.ts';
import {
  isAccount,
  isReplaced,
  isSelf,
  product,
  ruleNameOf,
  ruleOf,
  techniqueOf,
} from '../siem-format.ts';
import { answerPart, type EcsEvent, ecsEvent, namesOf } from './parts.ts';

type Class = Required<Pick<EcsEvent['event'], 'category' | 'type'>>;

/** A finding: an alert when it is new. Detections are told apart by the log that they read. */
export function ecsFinding(event: FindingEvent): EcsEvent {
  const { finding, change, state, answer } = event;
  const { id, revision, detection, source, subject, actor, details } = finding;
  const { failure, userAgent } = textsOf(details);
  const { category, type } = classOf(finding);
  const isNew = change === 'created';
  return ecsEvent(event, {
    '@timestamp': finding.time,
    message: finding.summary || finding.title,
    event: {
      kind: isNew ? 'alert' : 'event',
      category,
      // Telling it once more is no second sign-in or change; of the allowed types only this one fits all.
      type: isNew ? type : ['info'],
      action: detection,
      sequence: revision,
      provider: source.category,
      // Success is never written down, so of the others nothing is known.
      outcome: failure || details.error ? 'failure' : undefined,
      reason: whyClosed(event) || failure,
    },
    rule: rulePartOf(detection),
    user: userOf(finding),
    group: subject.type === 'group' ? namesOf(subject) : undefined,
    source: sourceOf(finding),
    user_agent: { original: userAgent } as { original: string },
    threat: threatOf(finding.techniques),
    related: relatedOf(finding),
    glasswatch: {
      change,
      finding: { id, revision, is_update: !isNew, state, title: finding.title },
      incident: answerPart(finding.incident, answer),
      severity: finding.severity,
      subject: { ...namesOf(subject), type: subject.type },
      actor: actor ? { type: actor.type } : undefined,
      roles: finding.roles.map(({ templateId, ...role }) => ({ template_id: templateId, ...role })),
      source: { record_ids: source.recordIds, correlation_id: source.correlationId ?? undefined },
      attack: attackOf(finding.techniques),
      details: flatTexts(details),
    },
  });
}

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
  const { version } = product;
  const { why, source } = ruleOf(id) ?? {};
  const name = ruleNameOf(id);
  return { id, name, description: why, reference: source, ruleset: 'glasswatch', version };
}

/** ECS puts whoever acts into `user`. Where nobody does, the finding is about its subject alone. */
function userOf(finding: Finding): Draft<NonNullable<EcsEvent['user']>> | undefined {
  const { actor, subject } = finding;
  const roles = unique(finding.roles.map(({ name }) => name));
  const account = isAccount(subject) ? { ...namesOf(subject), roles } : undefined;
  if (!actor) return account;
  if (account && isSelf(finding)) return { ...account, name: actor.name ?? account.name };
  return { ...namesOf(actor), target: account };
}

function sourceOf({ actor, details }: Finding): Draft<NonNullable<EcsEvent['source']>> {
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
  const people = [finding.actor, isAccount(finding.subject) ? finding.subject : null];
  return {
    user: unique(people.flatMap((one) => [one?.id, one?.name])),
    ip: unique([ipOf(finding.actor?.ip), ipOf(finding.details.ip)]),
  };
}

function threatOf(ids: readonly string[]): Draft<EcsEvent['threat']> {
  const all = ids.map(techniqueOf);
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
  version: ids.map((id) => techniqueOf(id).version).find(Boolean),
  replaced_ids: ids.filter(isReplaced),
});
