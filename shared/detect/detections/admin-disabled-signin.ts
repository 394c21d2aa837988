import { dayOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { refresh, signIn } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { accountDisabled } from '../rows/error-codes.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

const disabled = (fields: object = {}) => ({ status: { errorCode: 50057 }, ...fields });

export default defineDetection({
  id: 'admin-disabled-signin',
  title: 'Attempt to use a disabled administrator',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'medium',
  severityVaries:
    'Low where only a program tried, as a device that nobody collected does for weeks.',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-user-accounts',
  why: 'The account was switched off and still holds privilege. Somebody tries whether it works, or does not know that it should not.',
  triage: [
    'Whose account was it, and who has its credentials? Look at place, device and application.',
    'Take the roles away from the account: whoever enables it again gets them too.',
    'Look for the same address at other accounts.',
  ],
  falsePositives: ['The phone or laptop of somebody who left, still asking for mail.'],

  detect(event, { watchlist }) {
    if (event.errorCode !== accountDisabled) return;
    if (!watchlist.isPrivileged(event.account, event.at)) return;
    const isProgram = event.flow === 'refresh';
    return {
      // A program asks every few minutes: one finding a day.
      key: [watchlist.idOf(event.account) ?? event.account.name, dayOf(event.at)],
      precedence: isProgram ? '0' : '1',
      gathered: { addresses: [event.ip], apps: [event.app.name ?? event.app.id] },
      title: `Disabled ${nameOf(event.account)} tried to sign in${fromWhere(event)}`,
      summary: `${isProgram ? 'A program' : 'Somebody'} tried to sign in to ${nameOf(event.app)} as ${nameOf(event.account)}${fromWhere(event)}: the account is disabled and still holds privilege.`,
      severity: isProgram ? 'low' : 'medium',
      subject: event.account,
      roles: watchlist.rolesOf(event.account, event.at),
      matter: ['sign-in'],
      details: signInDetails(event),
    };
  },

  examples: () => [
    { name: 'somebody tries', records: [signIn(people.ian, disabled())], expect: 'medium' },
    { name: 'a forgotten device', records: [refresh(people.ian, disabled())], expect: 'low' },
    {
      name: 'a forgotten device, and then somebody',
      records: [
        refresh(people.ian, disabled({ createdDateTime: '2026-11-20T11:00:00Z' })),
        signIn(people.ian, disabled({ id: 'sign-in-2' })),
      ],
      expect: 'medium',
    },
    {
      name: 'again and again',
      records: [
        refresh(people.ian, disabled()),
        refresh(people.ian, disabled({ id: 'sign-in-2' })),
      ],
      expect: 'low',
    },
    {
      name: 'wrong password',
      records: [signIn(people.ian, { status: { errorCode: 50126 } })],
      expect: 'nothing',
    },
    { name: 'not an administrator', records: [signIn(people.dan, disabled())], expect: 'nothing' },
  ],
});
