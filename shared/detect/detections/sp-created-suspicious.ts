import type { AuditEvent } from '../../read/event.ts';
import { type Context, defineDetection, type Match } from '../detection.ts';
import { applicationChanged, crm } from '../examples/applications.ts';
import { by, byApp, directRole } from '../examples/records.ts';
import { helpdeskAdministrator, people, workloads } from '../examples/tenant.ts';
import { doerOf, historiesOf, toldFrom, tooMany } from '../past/change-history.ts';
import { applicationMatch, applicationOf } from '../rows/applications.ts';
import { isPlatformRegistration, isRegistration } from '../rows/registrations.ts';
import { nameOf } from '../wording.ts';

/** More than so many by one actor within this time are a burst. */
const most = 4;
const windowMs = 10 * 60_000;

const created = (initiatedBy: object, fields = {}) =>
  applicationChanged('Add service principal', [], { initiatedBy, ...fields }, crm);
const createdMany = (initiatedBy: object, count: number, minutesApart: number) =>
  Array.from({ length: count }, (_, index) =>
    created(initiatedBy, {
      id: `created-${index}`,
      activityDateTime: `2026-11-20T12:${String(index * minutesApart).padStart(2, '0')}:00Z`,
    }),
  );
const detail = (key: string, value: string) => ({ additionalDetails: [{ key, value }] });
const service = (displayName: string, appId: string | null = null) => ({
  app: { displayName, servicePrincipalId: crm.id, appId },
});
const jit = 'Microsoft Azure AD Internal - Jit Provisioning';

export default defineDetection({
  id: 'sp-created-suspicious',
  title: 'Service principal created in an unusual way',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'low',
  severityVaries: 'Medium by a guest, or many by one actor within ten minutes.',
  categories: ['AuditLogs'],
  techniques: ['T1136.003'],
  source:
    'https://learn.microsoft.com/entra/identity/monitoring-health/howto-view-service-principal-creation-with-audit-log-properties',
  why: 'A service principal is an account without a person: a place to stay for whoever was thrown out of one.',
  triage: [
    'Find out whose application it is: the owning tenant stands in the details of the row.',
    'Look for permissions, credentials and owners that it received since.',
    'If nobody knows it: disable it.',
  ],
  falsePositives: [
    'Users who register applications or consent to them, where they may.',
    'Those that Microsoft’s services create, administrators, and declared automation are not told one by one.',
  ],

  detect(event, context) {
    const { actor } = event;
    if (!isRegistration(event) || isPlatformRegistration(event) || !actor) return;
    if (context.watchlist.is('automation', actor)) return;
    const isGuest = actor.type === 'user' && /#ext#/i.test(actor.name ?? '');
    const bursts = burstsOf(event, context);
    if (!isGuest && context.watchlist.isPrivileged(actor, event.at)) return bursts;
    const app = applicationOf(event, context.watchlist);
    const by = isGuest ? 'created by a guest' : 'created by somebody without a role';
    const match = applicationMatch(event, app, by, []);
    return [{ ...match, severity: isGuest ? 'medium' : 'low' }, ...bursts];
  },

  examples: () => [
    { name: 'by a guest', records: [created(by(people.gil))], expect: 'medium' },
    {
      name: 'by a guest who is an administrator',
      records: [
        directRole(people.gil, helpdeskAdministrator),
        created(by(people.gil), { activityDateTime: '2026-11-20T13:00:00Z' }),
      ],
      expect: 'medium',
    },
    { name: 'by an ordinary user', records: [created(by(people.dan))], expect: 'low' },
    {
      name: 'by an application without a role',
      records: [created(byApp(workloads.sync))],
      expect: 'low',
    },
    {
      name: 'by an application whose name looks like a guest',
      records: [created(service('a#EXT#'))],
      expect: 'low',
    },
    {
      name: 'many by an administrator',
      records: createdMany(by(people.ada), 5, 2),
      expect: 'medium',
    },
    { name: 'not so many', records: createdMany(by(people.ada), 4, 2), expect: 'nothing' },
    { name: 'not so fast', records: createdMany(by(people.ada), 5, 3), expect: 'nothing' },
    {
      name: 'one after many changes of another kind',
      records: [
        ...[people.ben, people.cleo, people.dan, people.eve].map((who) =>
          directRole(who, helpdeskAdministrator, { id: who.id }),
        ),
        created(by(people.ada)),
      ],
      expect: 'nothing',
    },
    {
      name: 'many by declared automation',
      records: createdMany(byApp(workloads.hr), 5, 2),
      expect: 'nothing',
    },
    {
      name: 'by an impostor of a service',
      records: [created(service(jit, crm.id))],
      expect: 'low',
    },
    {
      name: 'by a person who is called like a service',
      records: [created({ user: { id: people.dan.id, displayName: jit } })],
      expect: 'low',
    },
    {
      name: 'in the name of a service, of no platform',
      records: [created(service(jit), detail('ServicePrincipalProvisioningType', 'Other'))],
      expect: 'low',
    },
    { name: 'by a service', records: [created(service(jit))], expect: 'nothing' },
    {
      name: 'by a service with its id',
      records: [
        created(service('Managed Service Identity', 'ef5d5c69-a5df-46bb-acaf-426f161a21a2')),
      ],
      expect: 'nothing',
    },
    {
      name: 'by the service of Azure’s resources',
      records: [created(service('Windows Azure Service Management API'))],
      expect: 'nothing',
    },
    {
      name: 'for a managed identity',
      records: [
        created(
          by(people.dan),
          detail('ServicePrincipalProvisioningType', 'ManagedServiceIdentity'),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'an application of Microsoft’s',
      records: [
        created(
          by(people.dan),
          detail('AppOwnerOrganizationId', 'F8CDEF31-a31e-4b4a-93e4-5f571e91255a'),
        ),
      ],
      expect: 'nothing',
    },
    { name: 'by nobody known', records: [created({})], expect: 'nothing' },
    {
      name: 'changed only',
      records: [
        applicationChanged('Update service principal', [], { initiatedBy: by(people.gil) }, crm),
      ],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [created(by(people.gil), { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

function burstsOf(event: AuditEvent, context: Context): Match[] {
  return historiesOf(event, context).flatMap(({ account, changes }) => {
    const made = changes.filter(({ what }) => what === 'registered');
    return tooMany(made, () => most, windowMs).map(({ key, last, changes }) => {
      const actor = doerOf(last);
      const title = `${nameOf(actor)}: ${changes.length} service principals created within minutes`;
      return {
        ...toldFrom(changes),
        key: [account, ...key],
        title,
        summary: `${title}.`,
        severity: 'medium',
        subject: actor,
        actor,
        matter: ['application', ...key],
      };
    });
  });
}
