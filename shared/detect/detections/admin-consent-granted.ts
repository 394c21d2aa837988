import { defineDetection } from '../detection.ts';
import { consent, consented } from '../examples/applications.ts';
import { applicationMatch, applicationOf } from '../rows/applications.ts';
import { consentOf } from '../rows/consents.ts';
import { listOf } from '../wording.ts';

const forAll = { IsAdminConsent: 'True', OnBehalfOfAll: 'True' };
const forOneself = { IsAdminConsent: 'True', OnBehalfOfAll: 'False' };

export default defineDetection({
  id: 'admin-consent-granted',
  title: 'Administrator consented to an application',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries:
    'High with dangerous permissions for all users; one grade lower where the administrator consents for nobody else.',
  categories: ['AuditLogs'],
  techniques: ['T1528', 'T1098.003'],
  source:
    'https://learn.microsoft.com/entra/identity/enterprise-apps/manage-application-permissions',
  why: 'One click of an administrator opens the tenant to an application; consent phishing asks for nothing else.',
  triage: [
    'Ask the administrator which application it was and who asked for it.',
    'Look at its publisher, its permissions and its age; a name like that of a known product proves nothing.',
    'If nobody knows it: disable the application, revoke its grants, then look at what it did.',
  ],
  falsePositives: [
    'Onboarding of a product.',
    'An administrator who uses a tool of Microsoft’s for the first time consents for herself.',
  ],

  detect(event, { watchlist }) {
    if (event.operation !== 'consent to application' || event.result !== 'success') return;
    const { isByAdmin, isForOne, dangerous } = consentOf(event);
    if (!isByAdmin) return;
    const app = applicationOf(event, watchlist);
    const forWhom = isForOne ? 'admin consent for oneself' : 'admin consent';
    const what = dangerous.length > 0 ? `${forWhom}, ${listOf(dangerous)}` : forWhom;
    const match = applicationMatch(event, app, what, []);
    const [grave, plain] = isForOne ? (['medium', 'low'] as const) : (['high', 'medium'] as const);
    return {
      ...match,
      severity: dangerous.length > 0 ? grave : plain,
      details: { ...match.details, permissions: dangerous.slice(0, 20) },
    };
  },

  examples: () => [
    {
      name: 'for all users',
      records: [consent(forAll, `[] => ${consented('openid User.Read')}; `)],
      expect: 'medium',
    },
    {
      name: 'for all users, dangerous',
      records: [consent(forAll, `[] => ${consented(' User.Read Mail.ReadWrite')}; `)],
      expect: 'high',
    },
    {
      name: 'for all users, dangerous since long',
      records: [
        consent(
          forAll,
          `${consented('Mail.ReadWrite')} => ${consented('Mail.ReadWrite User.Read')}; `,
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'the second of two changes is dangerous',
      records: [
        consent(forAll, `[] => ${consented('User.Read')}; [] => ${consented('Mail.Send')}; `),
      ],
      expect: 'high',
    },
    {
      name: 'permissions as a plain list',
      records: [consent(forAll, 'User.Read Mail.Send')],
      expect: 'high',
    },
    {
      name: 'it does not say for whom',
      records: [consent({ IsAdminConsent: 'True' }, `[] => ${consented('User.Read')}`)],
      expect: 'medium',
    },
    {
      name: 'for herself',
      records: [consent(forOneself, `[] => ${consented('User.Read', 'Principal')}; `)],
      expect: 'low',
    },
    {
      name: 'for herself, dangerous',
      records: [
        consent(forOneself, `[] => ${consented('Directory.ReadWrite.All', 'Principal')}; `),
      ],
      expect: 'medium',
    },
    {
      name: 'a user, not an administrator',
      records: [consent({ IsAdminConsent: 'False' }, `[] => ${consented('Mail.Send')}`)],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [consent(forAll, `[] => ${consented('Mail.Send')}`, { result: 'failure' })],
      expect: 'nothing',
    },
    {
      name: 'revoked',
      records: [
        { ...consent(forAll, `[] => ${consented('Mail.Send')}`), operationName: 'Revoke consent' },
      ],
      expect: 'nothing',
    },
  ],
});
