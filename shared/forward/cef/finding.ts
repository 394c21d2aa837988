import { addressOf, textsOf } from '../draft.ts';
import { changeVerbs, whyClosed } from '../event-words.ts';
import type { FindingEvent } from '../siem-event.ts';
import { isAccount, isSelf, ruleNameOf } from '../siem-format.ts';
import { answerOf, detailsOf, identityOf, personOf, subjectOf } from './fields.ts';
import { type CefFields, custom, fittedLine, headerOf, one } from './line.ts';

export function cefFinding(event: FindingEvent): string {
  const { detection, severity, title, summary } = event.finding;
  const header = headerOf(detection, ruleNameOf(detection), severity);
  const message = [whyClosed(event), title, summary].filter(Boolean).join(' - ');
  return fittedLine(header, fieldsOf(event), message);
}

function fieldsOf(event: FindingEvent): CefFields[] {
  const { finding, change, state, answer } = event;
  const { actor, subject, source, techniques, roles, details } = finding;
  const { app, failure, userAgent } = textsOf(details);
  const isTarget = isAccount(subject) && !(actor && isSelf(finding));
  const address = addressOf(actor?.ip) ?? addressOf(details.ip);
  return [
    identityOf(event, {
      time: Date.parse(finding.time),
      id: finding.id,
      verb: changeVerbs[change],
      number: ['revision', finding.revision],
    }),
    one('cat', source.category),
    custom('cs1', 'attackTechnique', techniques.join(', ')),
    personOf('s', actor),
    personOf('d', isTarget ? subject : null),
    // CEF's src is IPv4; this is where it has the other kind.
    address?.includes(':') ? custom('c6a2', 'Source IPv6 Address', address) : one('src', address),
    custom('cs3', 'incident', finding.incident),
    answerOf(answer),
    subjectOf(subject),
    custom('cs4', 'roles', [...new Set(roles.map(({ name }) => name))].join(', ')),
    one('outcome', failure || details.error ? 'failure' : undefined),
    one('reason', change === 'closed' ? state : failure),
    one('destinationServiceName', app),
    one('requestClientApplication', userAgent),
    detailsOf(details),
  ];
}
