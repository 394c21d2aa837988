import { service } from '../../respond/response.ts';
import { unique } from '../draft.ts';
import type { IncidentEvent } from '../siem-event.ts';
import { isAccount } from '../siem-format.ts';
import { answerPart, type EcsEvent, ecsEvent, namesOf } from './parts.ts';

const types: Record<IncidentEvent['change'], EcsEvent['event']['type']> = {
  acknowledged: ['change'],
  lapsed: ['change'],
  resolved: ['end'],
  reopened: ['start'],
};

/** What became of an incident. No category: ECS has none for what people do about alerts. */
export function ecsIncident(event: IncidentEvent): EcsEvent {
  const { incident, change, answer, by, text, at } = event;
  const { id, revision, matter, severity, title, subject, findings } = incident;
  const somebody = by.id === service.id ? undefined : by;
  const people = [somebody, answer.owner, isAccount(subject) ? subject : undefined];
  return ecsEvent(event, {
    '@timestamp': at,
    message: text || title,
    event: {
      kind: 'event',
      type: types[change],
      action: `incident-${change}`,
      sequence: revision,
      start: incident.firstAt,
      end: incident.lastAt,
    },
    user: somebody,
    related: { user: unique(people.flatMap((one) => [one?.id, one?.name])) },
    glasswatch: {
      change,
      incident: { ...answerPart(id, answer), revision, matter, title, findings },
      severity,
      subject: { ...namesOf(subject), type: subject.type },
    },
  });
}
