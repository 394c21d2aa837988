import { cleanLine } from '../clean-text.ts';
import type { DetectionInfo } from '../detect/detection-info.ts';
import type { Finding, Party, RoleRef } from '../finding.ts';
import { parseTime } from '../time.ts';

export type Fact = { label: string; value: string };
type Details = Finding['details'];

const maxListed = 8;

/** What an analyst asks, in the order of asking. What the log does not say is left out. */
export function factsOf(finding: Finding, info: DetectionInfo | undefined): Fact[] {
  const { details, roles, actor } = finding;
  return [
    fact('What', info?.title),
    ...people(finding),
    fact(roles.length > 1 ? 'Roles' : 'Role', listed(roles.map(roleText))),
    ...detailFacts(details, grantLabels),
    fact('Address', actor?.ip ?? details.ip),
    fact('Place', listed([details.city, details.country].map(valueText))),
    ...detailFacts({ ...details, mfa: mfaTexts.get(details.mfa) ?? details.mfa }, originLabels),
    fact('Ends', timeText(details.expires)),
    ...detailFacts(gathered(details), gatheredLabels),
    ...detailFacts(details, programLabels),
    fact('Seen', timesSeen(finding)),
  ].filter((one) => one !== undefined);
}

/** Keys that detections set in `details`, in the order they are shown. Others are for machines. */
const grantLabels = {
  grant: 'Kind of grant',
  operation: 'Operation',
  service: 'Service',
  target: 'Target',
  group: 'Group',
  policy: 'Policy',
  accounts: 'Accounts',
  permissions: 'Permissions',
  changes: 'Changes',
  scope: 'Scope',
};
const originLabels = {
  device: 'Device',
  app: 'App',
  resource: 'Resource',
  client: 'Client',
  protocol: 'Protocol',
  mfa: 'MFA',
  error: 'Error',
  failure: 'Failure',
  justification: 'Justification',
  ticket: 'Ticket',
  addresses: 'Addresses',
};
const gatheredLabels = {
  operations: 'Operations',
  addresses: 'All addresses',
  countries: 'All countries',
  apps: 'All apps',
  devices: 'All devices',
};
const programLabels = { userAgent: 'User agent' };

function detailFacts(details: Details, labels: Record<string, string>) {
  return Object.entries(labels).map(([key, label]) => fact(label, valueText(details[key])));
}

const mfaTexts = new Map<unknown, string>([
  ['yes', 'used'],
  [true, 'used'],
  ['no', 'not used'],
  [false, 'not used'],
  ['unknown', 'not known'],
]);

function fact(label: string, value: unknown): Fact | undefined {
  const text = cleanLine(value, 300);
  return text ? { label, value: text } : undefined;
}

function people({ actor, subject, source }: Finding) {
  // A state of the directory is nobody's doing.
  if (source.category === 'Graph') return [fact('Account', partyText(subject))];
  // An address that guesses, or a log that falls silent: nobody did it to anybody.
  if (!actor && subject.type === 'other') {
    const isAddress = /^[0-9a-f.:]+(\/64)?$/i.test(subject.name ?? '');
    return [fact(isAddress ? 'Source' : 'About', partyText(subject))];
  }
  if (!actor) return [fact('Done by', 'not named in the log'), fact('Done to', partyText(subject))];
  const isSame = actor.id !== null && actor.id === subject.id;
  if (isSame) return [fact('Account', partyText(subject))];
  return [fact('Done by', partyText(actor)), fact('Done to', partyText(subject))];
}

const partyKinds: Partial<Record<Party['type'], string>> = {
  servicePrincipal: 'service principal',
  group: 'group',
  application: 'application',
  device: 'device',
  policy: 'policy',
};

/** A user principal name says enough; a display name is anyone's to choose, so the id goes with it. */
function partyText({ type, id, name }: Party): string {
  const [shown, idText] = [cleanLine(name, 120), cleanLine(id, 64)];
  if (!shown) return idText || 'not named in the log';
  const notes = [partyKinds[type], shown.includes('@') ? '' : idText].filter(Boolean).join(' ');
  return notes && notes !== shown ? `${shown} (${notes})` : shown;
}

function roleText({ name, templateId, scope }: RoleRef): string {
  const where = scope === '/' || scope === '' ? 'whole directory' : `only ${scope}`;
  return `${name || templateId} (${where})`;
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return listed(value.map((one) => cleanLine(one, 80)));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return cleanLine(value, 300);
}

function listed(texts: readonly string[]): string {
  const present = texts.filter((text) => text !== '');
  const rest = present.length - maxListed;
  return present.slice(0, maxListed).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function timeText(value: unknown): string {
  const at = parseTime(value);
  if (at === undefined) return cleanLine(value, 80);
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** What grew over several records; a list of one says what the finding says already. */
function gathered({ gathered }: Details): Details {
  if (typeof gathered !== 'object' || gathered === null) return {};
  const grown = Object.entries(gathered).filter(
    ([, list]) => Array.isArray(list) && list.length > 1,
  );
  return Object.fromEntries(grown);
}

/** One act may well be several records, so their number is called that. */
function timesSeen({ details, source }: Finding): string | undefined {
  if (typeof details.seen === 'number')
    return details.seen > 1 ? `${details.seen} times` : undefined;
  const records = source.recordIds.length;
  return records > 1 ? `in ${records} log records` : undefined;
}
