import { defineDetection } from '../detection.ts';
import { consent, consented } from '../examples/applications.ts';
import { by } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { applicationMatch, applicationOf } from '../rows/applications.ts';
import { consentOf } from '../rows/consents.ts';
import { listOf } from '../wording.ts';

/** Entra refused, because it takes the application for a risky one; its two ways to say so. */
const refusedAsRisky = /riskyapps|risky application/i;

const asUser = { IsAdminConsent: 'False', OnBehalfOfAll: 'False' };
const harmless = `[] => ${consented('openid User.Read', 'Principal')}; `;
const ofBen = { initiatedBy: by(people.ben) };
const ofDan = { initiatedBy: by(people.dan) };
const refused = (reason: string) =>
  consent(asUser, harmless, { ...ofDan, result: 'failure', resultReason: reason });

export default defineDetection({
  id: 'user-consent-risky',
  title: 'Risky consent to an application',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries:
    'Low where a privileged user consents to no dangerous permission. Ordinary users who consent for themselves are not told.',
  categories: ['AuditLogs'],
  techniques: ['T1528'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-applications',
  why: 'An application that a privileged person has consented to acts with that person’s rights, for months and without MFA. A consent that Entra stopped is often one of many that a campaign asks for.',
  triage: [
    'Ask the person how they came to the application: a link in a mail is the answer to fear.',
    'Look whether others consented to the same application, or were stopped.',
    'If it is not known: disable it, revoke its grants and the sessions of whoever consented.',
  ],
  falsePositives: ['A tool that the person really wanted.'],

  detect(event, { watchlist }) {
    if (event.operation !== 'consent to application') return;
    const app = applicationOf(event, watchlist);
    if (event.result === 'failure') {
      if (!refusedAsRisky.test(event.reason ?? '')) return;
      return applicationMatch(event, app, 'consent stopped, risky application', []);
    }
    const { isByAdmin, dangerous } = consentOf(event);
    if (isByAdmin || !event.actor || !watchlist.isPrivileged(event.actor, event.at)) return;
    const what = dangerous.length > 0 ? `consent, ${listOf(dangerous)}` : 'consent';
    const match = applicationMatch(event, app, what, []);
    return {
      ...match,
      severity: dangerous.length > 0 ? 'medium' : 'low',
      details: { ...match.details, permissions: dangerous.slice(0, 20) },
    };
  },

  examples: () => [
    {
      name: 'stopped as risky',
      records: [refused('Microsoft.Online.Security.UserConsentBlockedForRiskyAppsException')],
      expect: 'medium',
    },
    {
      name: 'stopped as risky, in words',
      records: [refused('Risky application detected')],
      expect: 'medium',
    },
    {
      name: 'stopped as risky, of no application',
      records: [
        consent(asUser, harmless, {
          ...ofDan,
          result: 'failure',
          resultReason: 'Risky application detected',
          targetResources: [],
        }),
      ],
      expect: 'medium',
    },
    {
      name: 'stopped for another reason',
      records: [refused('Microsoft.Online.Security.UserConsentDisabledException')],
      expect: 'nothing',
    },
    { name: 'a privileged user', records: [consent(asUser, harmless, ofBen)], expect: 'low' },
    {
      name: 'a privileged user, dangerous',
      records: [consent(asUser, `[] => ${consented('Mail.ReadWrite', 'Principal')}`, ofBen)],
      expect: 'medium',
    },
    {
      name: 'a privileged user as an administrator',
      records: [consent({ IsAdminConsent: 'True' }, harmless, ofBen)],
      expect: 'nothing',
    },
    {
      name: 'an ordinary user',
      records: [consent(asUser, `[] => ${consented('Mail.ReadWrite', 'Principal')}`, ofDan)],
      expect: 'nothing',
    },
    {
      name: 'nobody known',
      records: [consent(asUser, harmless, { initiatedBy: {} })],
      expect: 'nothing',
    },
    {
      name: 'another operation that failed',
      records: [{ ...refused('Risky application detected'), operationName: 'Add application' }],
      expect: 'nothing',
    },
  ],
});
