import { service } from '../../respond/response.ts';
import { turnWords } from '../event-words.ts';
import type { IncidentEvent } from '../siem-event.ts';
import { answerOf, detailsOf, identityOf, personOf, subjectOf } from './fields.ts';
import { custom, fittedLine, headerOf, one } from './line.ts';

export function cefIncident(event: IncidentEvent): string {
  const { change, incident, answer, by, text, at } = event;
  const { id, revision, matter, severity, title, subject, findings } = incident;
  const { name, verb } = turnWords[change];
  const { owner, claim } = answer;
  const groups = [
    identityOf(event, { time: Date.parse(at), id, verb, number: ['revision', revision] }),
    one('cat', 'incident'),
    personOf('s', by.id === service.id ? null : by),
    custom('cs3', 'incident', id),
    answerOf(answer),
    subjectOf(subject),
    detailsOf({ matter, owner, claim, findings }),
  ];
  return fittedLine(
    headerOf(`incident-${change}`, name, severity),
    groups,
    [title, text].filter(Boolean).join(' - '),
  );
}
