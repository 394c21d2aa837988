import { defineDetection } from '../detection.ts';
import { applicationChanged, change, crm } from '../examples/applications.ts';
import { byApp, target } from '../examples/records.ts';
import { people, workloads } from '../examples/tenant.ts';
import { credentialsAdded, isPlatformRotation } from '../rows/app-credentials.ts';
import {
  applicationMatch,
  applicationOf,
  applicationTarget,
  heldInWords,
} from '../rows/applications.ts';
import { listOf } from '../wording.ts';

const addsCredentials = 'add service principal credentials';
/** Credentials come and go with changes of the application itself, too. */
const changesApplication = /^(add|create|update) (application|service principal)\b/;

const key = (id: string, type = 'Password', name = 'rbac') =>
  `[KeyIdentifier=${id},KeyType=${type},KeyUsage=Verify,DisplayName=${name}]`;
const [old, fresh] = [key('00000000-0000-4000-8000-000000000071'), key('a0000000')];
const keys = (before: unknown, after: unknown) => change('KeyDescription', before, after);
const trust = (issuer: string, description = 'pipeline') => ({
  Name: 'ci',
  Issuer: issuer,
  Subject: 'repo:example/app:ref:refs/heads/main',
  Description: description,
});
const trusts = (before: unknown, after: unknown) =>
  change('FederatedIdentityCredentials', before, after);

const toServicePrincipal = (changes: ReturnType<typeof change>[], fields = {}, app = crm) =>
  applicationChanged('Add service principal credentials', changes, fields, app);
const toApplication = (...changes: ReturnType<typeof change>[]) =>
  // A long dash and a blank at the end, as Entra writes it.
  applicationChanged('Update application – Certificates and secrets management ', changes);
const added = { modifiedProperties: [keys([], [fresh])] };
const behindActor = (type: string) =>
  applicationChanged('Update application – Certificates and secrets management', [], {
    targetResources: [target(people.ada), { id: crm.id, type, ...added }],
  });
const behindNothing = applicationChanged('Add service principal credentials', [], {
  targetResources: [{ id: crm.id, ...added }],
});
const updated = (...changes: ReturnType<typeof change>[]) =>
  applicationChanged('Update application', changes);

const identityService = {
  id: '00000000-0000-4000-8000-000000000065',
  name: 'Managed Service Identity',
};
const ofIdentity = change(
  'TargetId.ServicePrincipalNames',
  null,
  'a70a7931-c387-4dce-9f35-fbf95bdcc91e;https://identity.azure.net/N8=',
);
const ofApplication = change('TargetId.ServicePrincipalNames', null, 'https://crm.example.com');
const byPlatform = (appId: string | null = null) => ({
  initiatedBy: { app: { ...byApp(identityService).app, appId } },
});

export default defineDetection({
  id: 'sp-credential-added',
  title: 'Credential added to an application',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries: 'High where the application holds a privileged role.',
  categories: ['AuditLogs'],
  techniques: ['T1098.001'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-applications',
  why: 'Whoever holds the new secret, certificate or trusted issuer signs in as the application: without MFA, and long after the person who added it is gone.',
  triage: [
    'Ask who added it whether they did, and where the credential is kept.',
    'If nobody claims it: delete the credential by its key id and look for sign-ins with that id.',
    'Look at what else the actor changed around that time.',
  ],
  falsePositives: [
    'Renewal before a credential ends: exclude the pipeline that does it, by its id.',
    'Azure’s own renewal for managed identities is not told.',
  ],

  detect(event, { watchlist }) {
    const { operation, result } = event;
    const target = applicationTarget(event);
    if (result !== 'success' || !changesApplication.test(operation)) return;
    if (!target || isPlatformRotation(event, target)) return;
    const isSure = operation === addsCredentials && !target.changes.has('keydescription');
    const added = credentialsAdded(target);
    if (added.length === 0 && !isSure) return;
    const app = applicationOf(event, watchlist);
    const roles = watchlist.rolesOf(app, event.at);
    const kinds = added.map(({ kind }) => `new ${kind}`);
    const what = kinds.length > 0 ? listOf(kinds) : 'new credential';
    const identities = added.map(({ identity }) => identity).sort();
    const match = applicationMatch(event, app, `${what}${heldInWords(roles)}`, identities);
    return {
      ...match,
      severity: roles.length > 0 ? 'high' : 'medium',
      roles,
      details: {
        ...match.details,
        credentials: added.flatMap(({ told }) => told ?? []).slice(0, 20),
      },
    };
  },

  examples: () => [
    {
      name: 'a secret of an application',
      records: [toApplication(keys([], [fresh]))],
      expect: 'medium',
    },
    {
      name: 'one more of a service principal',
      records: [toServicePrincipal([keys([old], [old, fresh])])],
      expect: 'medium',
    },
    {
      name: 'of a privileged service principal',
      records: [toServicePrincipal([keys([], [fresh])], {}, workloads.deployer)],
      expect: 'high',
    },
    {
      name: 'with a new application',
      records: [
        applicationChanged('Create application – Certificates and secrets management', [
          keys([], [fresh]),
        ]),
      ],
      expect: 'medium',
    },
    {
      name: 'at the creation of an application',
      records: [applicationChanged('Add application', [keys([], [fresh])])],
      expect: 'medium',
    },
    {
      name: 'as an object',
      records: [
        toApplication(keys([], [{ KeyIdentifier: 'a0000000', KeyType: 'AsymmetricX509Cert' }])),
      ],
      expect: 'medium',
    },
    {
      name: 'one more, in a text that is no JSON',
      records: [toServicePrincipal([keys(old, `${old},${fresh}`)])],
      expect: 'medium',
    },
    {
      name: 'told without a key id',
      records: [toServicePrincipal([keys(null, 'Client secret for the API')])],
      expect: 'medium',
    },
    { name: 'told without any key', records: [toServicePrincipal([])], expect: 'medium' },
    {
      name: 'tokens of a new issuer are trusted',
      records: [updated(trusts([], [trust('https://token.actions.githubusercontent.com')]))],
      expect: 'medium',
    },
    {
      name: 'tokens of another issuer are trusted',
      records: [
        updated(trusts([trust('https://oidc.example.com')], [trust('https://evil.example.net')])),
      ],
      expect: 'medium',
    },
    {
      name: 'of an application that is not named first',
      records: [behindActor('Application')],
      expect: 'medium',
    },
    {
      name: 'of a service principal that is not named first',
      records: [behindActor('ServicePrincipal')],
      expect: 'medium',
    },
    {
      name: 'of something whose kind the row leaves out',
      records: [behindNothing],
      expect: 'medium',
    },
    {
      name: 'two rows of one click',
      records: [
        toApplication(keys([], [fresh])),
        updated(change('Included Updated Properties', null, '')),
      ],
      expect: 'medium',
    },
    {
      name: 'somebody who calls itself like the platform, and has another id',
      records: [toServicePrincipal([keys([old], [fresh]), ofIdentity], byPlatform(crm.id))],
      expect: 'medium',
    },
    {
      name: 'somebody who calls itself like the platform, for an application',
      records: [toServicePrincipal([keys([old], [fresh]), ofApplication], byPlatform())],
      expect: 'medium',
    },
    {
      name: 'a person who calls herself like the platform',
      records: [
        toServicePrincipal([keys([], [fresh])], {
          initiatedBy: { user: { id: crm.id, displayName: 'Managed Service Identity' } },
        }),
      ],
      expect: 'medium',
    },
    {
      name: 'a managed identity renewed by another application',
      records: [
        toServicePrincipal([keys([old], [fresh]), ofIdentity], { initiatedBy: byApp(crm) }),
      ],
      expect: 'medium',
    },
    {
      name: 'a managed identity renewed by Azure',
      records: [toServicePrincipal([keys([old], [fresh, old]), ofIdentity], byPlatform())],
      expect: 'nothing',
    },
    {
      name: 'renewed by Azure, which gives its id',
      records: [
        toServicePrincipal(
          [keys([old], [fresh])],
          byPlatform('ef5d5c69-a5df-46bb-acaf-426f161a21a2'),
        ),
      ],
      expect: 'nothing',
    },
    { name: 'removed', records: [toApplication(keys([old, fresh], [old]))], expect: 'nothing' },
    {
      name: 'removed, with an operation of its own',
      records: [applicationChanged('Remove service principal credentials', [keys([], [fresh])])],
      expect: 'nothing',
    },
    {
      name: 'called otherwise',
      records: [toApplication(keys([key('a0000000', 'Password', 'old name')], [key('a0000000')]))],
      expect: 'nothing',
    },
    {
      name: 'the same, written again',
      records: [toServicePrincipal([keys([fresh], [fresh])])],
      expect: 'nothing',
    },
    {
      name: 'the same in capitals',
      records: [toApplication(keys([key('A0000000')], [fresh]))],
      expect: 'nothing',
    },
    {
      name: 'trusts that say nothing',
      records: [updated(trusts([], [{}, null, 7]))],
      expect: 'nothing',
    },
    {
      name: 'a trust described otherwise',
      records: [
        updated(
          trusts([trust('https://oidc.example.com')], [trust('https://oidc.example.com', 'new')]),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'another change of the application',
      records: [updated(change('DisplayName', ['a'], ['b']))],
      expect: 'nothing',
    },
    {
      name: 'a row without targets',
      records: [{ ...toServicePrincipal([]), properties: { result: 'success' } }],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [toServicePrincipal([keys([], [fresh])], { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});
