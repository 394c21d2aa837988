import type { Finding, Party } from '../../finding.ts';
import { addressOf, type Draft, textsOf } from '../draft.ts';
import { isAccount, isSelf } from '../siem-format.ts';
import { namesOf, observable, type User } from './parts.ts';

const userTypes = new Map<Party['type'], Pick<User, 'type_id' | 'type'>>([
  ['user', { type_id: 1, type: 'User' }],
  ['servicePrincipal', { type_id: 4, type: 'Service' }],
  ['application', { type_id: 4, type: 'Service' }],
  ['other', { type_id: 0, type: 'Unknown' }],
]);

export type Evidence = {
  actor?: { user?: User; app_name?: string };
  /** Whom it was done to, where that is somebody else. */
  user?: User;
  src_endpoint?: { ip: string; location?: { city?: string; country?: string } };
  device?: { type_id: 0; type: 'Unknown'; name: string };
  api?: { operation: string; service?: { name?: string } };
  /** What was signed in to. */
  resources?: { name: string; type: 'application'; role_id: 1; role: 'Target' }[];
  http_request?: { user_agent: string };
};

export function evidenceOf(finding: Finding): Draft<Evidence> | undefined {
  const { actor, subject, details } = finding;
  const user = actor ? userOf(actor) : undefined;
  const ip = addressOf(actor?.ip) ?? addressOf(details.ip);
  const { app, operation, service, city, country, userAgent, device, resource } = textsOf(details);
  const evidence: Draft<Evidence> = {
    actor: user || app ? { user, app_name: app } : undefined,
    user: isSelf(finding) || !isAccount(subject) ? undefined : userOf(subject),
    src_endpoint: ip ? { ip, location: { city, country } } : undefined,
    device: device ? { type_id: 0, type: 'Unknown', name: device } : undefined,
    api: operation ? { operation, service: { name: service } } : undefined,
    resources: resource
      ? [{ name: resource, type: 'application', role_id: 1, role: 'Target' }]
      : undefined,
  };
  // A request alone is no evidence in OCSF.
  if (!Object.values(evidence).some(Boolean)) return undefined;
  return { ...evidence, http_request: userAgent ? { user_agent: userAgent } : undefined };
}

export function evidenceObservables(evidence: Draft<Evidence> = {}) {
  const { actor, user, src_endpoint, http_request } = evidence;
  const people = { 'actor.user': actor?.user, user };
  return [
    observable(2, 'IP Address', 'evidences[0].src_endpoint.ip', src_endpoint?.ip),
    ...Object.entries(people).flatMap(([path, who]) => [
      observable(4, 'User Name', `evidences[0].${path}.name`, who?.name),
      observable(31, 'User Object: uid', `evidences[0].${path}.uid`, who?.uid),
    ]),
    observable(
      16,
      'HTTP User-Agent',
      'evidences[0].http_request.user_agent',
      http_request?.user_agent,
    ),
  ];
}

/** Whether the evidence shows all that is known of the actor. */
export const isMapped = (actor: Finding['actor']) =>
  !actor || (namesOf(actor) && (!actor.ip || addressOf(actor.ip)));

const userOf = (party: Party): Draft<User> | undefined => {
  const names = namesOf(party);
  return names && { ...names, ...(userTypes.get(party.type) ?? { type_id: 99, type: party.type }) };
};
