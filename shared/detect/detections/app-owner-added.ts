import type { Party } from '../../finding.ts';
import type { AuditEvent } from '../../read/event.ts';
import { asDisplayName, asGuid } from '../../read/raw.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { defineDetection } from '../detection.ts';
import { crm, registration } from '../examples/applications.ts';
import { audit, by, partyTarget, target } from '../examples/records.ts';
import { deployerAppId, people, workloads } from '../examples/tenant.ts';
import {
  applicationMatch,
  asServicePrincipal,
  heldInWords,
  textAfter,
} from '../rows/applications.ts';
import { nameOf } from '../wording.ts';

const kinds = new Map<string, Party['type']>([
  ['add owner to application', 'application'],
  ['add owner to service principal', 'servicePrincipal'],
]);

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
    const kind = kinds.get(event.operation);
    if (!kind || event.result !== 'success') return;
    const { app, owner } = ownership(event, kind, watchlist);
    const roles = watchlist.rolesOf(app, event.at);
    const isOwnDoing = owner !== undefined && owner.id === event.actor?.id;
    const who = nameOf(owner);
    const parts = [owner?.id ?? who];
    const match = applicationMatch(event, app, `${who} now owns it${heldInWords(roles)}`, parts);
    return {
      ...match,
      severity: roles.length > 0 ? 'high' : isOwnDoing ? 'low' : 'medium',
      roles,
      details: { ...match.details, owner: who },
    };
  },

  examples: () => [
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
      name: 'of the application of a privileged service principal',
      records: [
        owns('application', [
          target(people.dan, { ...ofApplication, 'Application.AppId': deployerAppId }),
          { type: 'Directory', displayName: 'Example' },
          partyTarget('Application', registration),
        ]),
      ],
      expect: 'high',
    },
    {
      name: 'of the application of a privileged service principal, in the changes alone',
      records: [
        owns('application', [
          target(people.dan, { ...ofApplication, 'Application.AppId': deployerAppId }),
        ]),
      ],
      expect: 'high',
    },
    {
      name: 'an application owns another',
      records: [
        owns('service principal', [
          partyTarget('ServicePrincipal', crm, ofServicePrincipal(workloads.deployer)),
          partyTarget('ServicePrincipal', workloads.deployer),
        ]),
      ],
      expect: 'high',
    },
    {
      name: 'the application is in the changes alone',
      records: [
        owns('service principal', [target(people.dan, ofServicePrincipal(workloads.deployer))]),
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

/** The application is a target of its own, and stands in the changes of its new owner. */
function ownership(
  event: AuditEvent,
  type: Party['type'],
  watchlist: Watchlist,
): { app: Party; owner?: Party } {
  const kind = type.toLowerCase();
  const owner =
    event.targets.find(({ changes }) => changes.has(`${kind}.objectid`)) ??
    event.targets.find((target) => target.kind === 'user');
  const owned = event.targets.find((target) => target.kind === kind && target !== owner)?.party;
  const app: Party = owned ?? {
    type,
    id: asGuid(textAfter(event, `${kind}.objectid`)) ?? null,
    name: asDisplayName(textAfter(event, `${kind}.displayname`)) ?? null,
  };
  const appId = textAfter(event, `${kind}.appid`) ?? event.details.get('appid');
  return { app: asServicePrincipal(app, appId, watchlist), ...(owner && { owner: owner.party }) };
}
