import type { Party } from '../../finding.ts';
import type { AuditEvent, SignInEvent } from '../../read/event.ts';
import { isoOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { accountRow } from '../examples/account-changes.ts';
import { by, password, signIn } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { accountTarget } from '../rows/account-changes.ts';
import { secondFactorFailed } from '../rows/error-codes.ts';
import { auditDetails, fromWhere, nameOf, signInDetails } from '../wording.ts';

const report = (
  operationName: string,
  who: { id: string; upn: string } = people.ben,
  fields: object = {},
) => accountRow(operationName, who, { initiatedBy: by(who), ...fields });
const denied = (additionalDetails: string, fields: object = {}) => ({
  status: { errorCode: 500121, additionalDetails },
  ...fields,
});
const fraudCode = 'MFA denied; fraud code entered';

export default defineDetection({
  id: 'admin-mfa-fraud',
  title: 'Administrator reported an MFA prompt as fraud',
  reads: ['audit', 'signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  categories: ['AuditLogs', 'SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1621', 'T1078.004'],
  source: 'https://learn.microsoft.com/entra/identity/authentication/howto-mfa-mfasettings',
  why: 'The administrator says that somebody else asked for the prompt: that somebody has the password.',
  triage: [
    'Reset the password and revoke the sessions, then ask the administrator what they saw.',
    'Look for the address of the sign-in at other accounts.',
  ],
  falsePositives: ['The wrong button on a prompt of their own.'],

  detect(event, { watchlist }) {
    const account = event.kind === 'audit' ? reporterIn(event) : reporterOf(event);
    if (!account || !watchlist.isPrivileged(account, event.at)) return;
    const where = event.kind === 'signIn' ? fromWhere(event) : '';
    return {
      // The report is a row of each log, and a few prompts in a row are one attempt.
      key: [
        watchlist.idOf(account) ?? account.name?.toLowerCase() ?? null,
        isoOf(event.at).slice(0, 13),
      ],
      // The sign-in tells more: where it came from.
      precedence: event.kind === 'signIn' ? '1' : '0',
      title: `${nameOf(account)} reported an MFA prompt as fraud${where}`,
      summary: `The administrator ${nameOf(account)} did not ask for an MFA prompt${where} and reported it.`,
      subject: account,
      roles: watchlist.rolesOf(account, event.at),
      matter: ['sign-in'],
      details: event.kind === 'signIn' ? signInDetails(event) : auditDetails(event),
    };
  },

  examples: () => [
    ...[
      'Fraud reported - no action taken',
      'Fraud reported – user is blocked for MFA',
      'Suspicious activity reported',
    ].map((operation) => ({
      name: operation,
      records: [report(operation)],
      expect: 'high' as const,
    })),
    {
      name: 'told without a target',
      records: [report('Suspicious activity reported', people.ben, { targetResources: [] })],
      expect: 'high',
    },
    {
      name: 'told by a service, of the person',
      records: [
        report('Suspicious activity reported', people.ben, {
          initiatedBy: { app: { displayName: 'Azure MFA' } },
        }),
      ],
      expect: 'high',
    },
    {
      name: 'as the status tells it',
      records: [signIn(people.ben, denied(fraudCode))],
      expect: 'high',
    },
    {
      name: 'as the steps tell it',
      records: [
        signIn(people.ben, {
          status: { errorCode: 500121 },
          authenticationDetails: [
            password,
            {
              authenticationMethod: 'Mobile app notification',
              succeeded: false,
              authenticationStepResultDetail: 'MFA denied; Phone App Reported Fraud',
            },
          ],
        }),
      ],
      expect: 'high',
    },
    {
      name: 'both rows of one report',
      records: [report('Suspicious activity reported'), signIn(people.ben, denied(fraudCode))],
      expect: 'high',
    },
    {
      name: 'declined without a word of fraud',
      records: [signIn(people.ben, denied('MFA denied; user declined the authentication'))],
      expect: 'nothing',
    },
    {
      name: 'a sign-in that came to something else',
      records: [
        signIn(
          people.ben,
          denied(fraudCode, { status: { errorCode: 0, additionalDetails: fraudCode } }),
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'a report that failed',
      records: [report('Suspicious activity reported', people.ben, { result: 'failure' })],
      expect: 'nothing',
    },
    {
      name: 'the settings of the report changed',
      records: [report('Update fraud alert settings')],
      expect: 'nothing',
    },
    {
      name: 'no administrator',
      records: [
        report('Suspicious activity reported', people.dan),
        signIn(people.dan, denied(fraudCode)),
      ],
      expect: 'nothing',
    },
    {
      name: 'of nobody',
      records: [
        report('Suspicious activity reported', people.ben, {
          targetResources: [],
          initiatedBy: {},
        }),
      ],
      expect: 'nothing',
    },
  ],
});

function reporterIn(event: AuditEvent): Party | null | undefined {
  if (event.result !== 'success') return undefined;
  if (!/^(fraud reported|suspicious activity reported)/.test(event.operation)) return undefined;
  return accountTarget(event)?.party ?? event.actor;
}

function reporterOf({ errorCode, statusDetail, steps, account }: SignInEvent): Party | undefined {
  if (errorCode !== secondFactorFailed) return undefined;
  const said = [statusDetail, ...steps.map(({ result }) => result)];
  return said.some((text) => /\bfraud\b/i.test(text ?? '')) ? account : undefined;
}
