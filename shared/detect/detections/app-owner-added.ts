import type { Party } from '../../finding.ts';
import type { AuditEvent } from '../../read/event.ts';
import { asDisplayName, asGuid } from '../../read/raw.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { applicationMatch, asServicePrincipal, heldInWords, textAfter } from '../applications.ts';
import { defineDetection } from '../detection.ts';
import { crm, registration } from '../example-applications.ts';
import { audit, by, partyTarget, target } from '../example-records.ts';
import { people, workloads } from '../example-tenant.ts';
import { nameOf } from '../wording.ts';

type App = { id: string; name: string };
const ofServicePrincipal = (app: App) => ({
  'ServicePrincipal.ObjectID': app.id,
  'ServicePrincipal.DisplayName': app.name,
});
const ofApplication = { 'Application.ObjectID': registration.id };

const owns = (kind: 'application' | 'service principal', targets: object[], fields = {}) =>
  audit(`Add owner to ${kind}`, {
    category: 'ApplicationManagement',
    targetResources: targets,
    ...fields,
  });
const ownsServicePrincipal = (app: App, fields = {}) =>
  owns(
    'service principal',
    [target(people.dan, ofServicePrincipal(app)), partyTarget('ServicePrincipal', app)],
    fields,
  );

export default defineDetection({
  id: 'app-owner-added',
  title: 'Owner added to an application',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries:
    'High where the application holds a privileged role. Low where people become owners by their own doing, as whoever creates an application does.',
  categories: ['AuditLogs'],
  techniques: ['T1098'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-applications',
  why: 'An owner may add credentials without holding any role, and so sign in as the application with all its rights.',
  triage: [
    'Ask who added the owner, and what the new owner needs it for.',
    'Look for credentials added to the application since.',
    'If nobody claims it: remove the owner first, then the credentials.',
  ],
  falsePositives: ['Hand-over within a team; whoever creates an application becomes its owner.'],

  detect(event, { watchlist }) {
    if (event.result !== 'success') return;
    if (!/^add owner to (application|service principal)$/.test(event.operation)) return;
    const { app, owner } = ownership(event, watchlist);
    const roles = watchlist.rolesOf(app, event.at);
    const isOwnDoing = owner !== undefined && owner.id === event.actor?.id;
    const who = nameOf(owner);
    const parts = [owner?.id ?? owner?.name ?? ''];
    const match = applicationMatch(event, app, `${who} now owns it${heldInWords(roles)}`, parts);
    return {
      ...match,
      severity: roles.length > 0 ? 'high' : isOwnDoing ? 'low' : 'medium',
      roles,
      details: { ...match.details, owner: who },
    };
  },

  examples: [
    {
      name: 'of a privileged service principal',
      records: [ownsServicePrincipal(workloads.deployer)],
      expect: 'high',
    },
    {
      name: 'of a privileged service principal, by oneself',
      records: [ownsServicePrincipal(workloads.deployer, { initiatedBy: by(people.dan) })],
      expect: 'high',
    },
    { name: 'of another one', records: [ownsServicePrincipal(crm)], expect: 'medium' },
    {
      name: 'of an application',
      records: [
        owns('application', [
          target(people.dan, ofApplication),
          partyTarget('Application', registration),
        ]),
      ],
      expect: 'medium',
    },
    {
      name: 'an application owns another',
      records: [
        owns('service principal', [
          partyTarget('ServicePrincipal', workloads.deployer),
          partyTarget('ServicePrincipal', crm, ofServicePrincipal(workloads.deployer)),
        ]),
      ],
      expect: 'high',
    },
    {
      name: 'the changes are missing',
      records: [
        owns('service principal', [
          target(people.dan),
          partyTarget('ServicePrincipal', workloads.deployer),
        ]),
      ],
      expect: 'high',
    },
    {
      name: 'the targets are missing, and nobody did it',
      records: [owns('application', [], { initiatedBy: {} })],
      expect: 'medium',
    },
    {
      name: 'whoever creates it',
      records: [ownsServicePrincipal(crm, { initiatedBy: by(people.dan) })],
      expect: 'low',
    },
    {
      name: 'a group',
      records: [{ ...ownsServicePrincipal(crm), operationName: 'Add owner to group' }],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [ownsServicePrincipal(workloads.deployer, { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

/** The application stands in the changes of its new owner, and mostly as a target of its own. */
function ownership(event: AuditEvent, watchlist: Watchlist): { app: Party; owner?: Party } {
  const kind = event.operation.endsWith('application') ? 'application' : 'serviceprincipal';
  const id = asGuid(textAfter(event, `${kind}.objectid`));
  const owner =
    event.targets.find(({ changes }) => changes.has(`${kind}.objectid`)) ??
    event.targets.find((one) => one.kind === 'user');
  const own = event.targets.find((one) => one.kind === kind && one !== owner)?.party;
  const app: Party = {
    type: kind === 'application' ? 'application' : 'servicePrincipal',
    id: id ?? own?.id ?? null,
    name: asDisplayName(textAfter(event, `${kind}.displayname`)) ?? own?.name ?? null,
  };
  const appId = textAfter(event, `${kind}.appid`) ?? event.details.get('appid');
  return { app: asServicePrincipal(app, appId, watchlist), ...(owner && { owner: owner.party }) };
}
