import type { AuditEvent } from '../../read/event.ts';
import { defineDetection } from '../detection.ts';
import { delegatedGrant } from '../examples/applications.ts';
import { applicationMatch, receiverOf, textAfter, wholeText } from '../rows/applications.ts';
import { dangerousAdded, wordsIn } from '../rows/consents.ts';
import { isMicrosoftApi } from '../rows/permissions.ts';
import { listOf } from '../wording.ts';

export default defineDetection({
  id: 'delegated-grant-all-users',
  title: 'Application may act for every user with a dangerous permission',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1098.003', 'T1528'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-applications',
  why: 'Whoever signs in to the application lends it their rights without being asked; an administrator who does lends it the tenant. A grant made by a script leaves no row of a consent.',
  triage: [
    'Ask who made the grant whether they know the application, and what needs so much.',
    'Revoke the grant until that is answered.',
    'Look at who has signed in to the application since, administrators first.',
  ],
  falsePositives: ['A new product that was agreed for everybody: mail add-ins, CRM, file tools.'],

  detect(event, { watchlist }) {
    if (event.operation !== 'add delegated permission grant' || event.result !== 'success') return;
    const type = textAfter(event, 'delegatedpermissiongrant.consenttype');
    if (type?.toLowerCase() !== 'allprincipals') return;
    const permissions = grantedNow(event);
    if (permissions.length === 0) return;
    const app = receiverOf(event, watchlist);
    const match = applicationMatch(event, app, `${listOf(permissions)} for all users`, permissions);
    return { ...match, details: { ...match.details, permissions: permissions.slice(0, 20) } };
  },

  examples: () => [
    {
      name: 'dangerous, for all users',
      records: [delegatedGrant(' openid User.Read Directory.AccessAsUser.All')],
      expect: 'high',
    },
    {
      name: 'added to what it had',
      records: [delegatedGrant('User.Read mail.readwrite', { before: 'User.Read' })],
      expect: 'high',
    },
    {
      name: 'had it before',
      records: [delegatedGrant('Mail.ReadWrite User.Read', { before: 'Mail.ReadWrite' })],
      expect: 'nothing',
    },
    { name: 'harmless', records: [delegatedGrant('openid User.Read')], expect: 'nothing' },
    {
      name: 'for one user',
      records: [delegatedGrant('Mail.ReadWrite', { type: 'Principal' })],
      expect: 'nothing',
    },
    {
      name: 'of an API of one’s own',
      records: [
        delegatedGrant('Mail.ReadWrite', {
          names: '00000000-0000-4000-8000-000000000064;https://api.example.com',
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'taken away',
      records: [
        {
          ...delegatedGrant('Mail.ReadWrite'),
          operationName: 'Remove delegated permission grant',
        },
      ],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [delegatedGrant('Mail.ReadWrite', {}, { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

/** The row lists all that is granted afterwards, and what was before: only the difference is news. */
function grantedNow({ targets }: AuditEvent): string[] {
  return targets.flatMap(({ changes }) => {
    const names = wholeText(changes.get('targetid.serviceprincipalnames')?.after);
    const scope = changes.get('delegatedpermissiongrant.scope');
    if (!scope || !isMicrosoftApi(names)) return [];
    return dangerousAdded(wordsIn(wholeText(scope.before)), wordsIn(wholeText(scope.after)));
  });
}
