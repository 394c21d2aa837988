import type { SignInEvent } from '../../read/event.ts';
import { defineDetection } from '../detection.ts';
import { refresh, signIn } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { useOf } from '../rows/break-glass.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

const entered = (fields: object = {}) => ({ authenticationProtocol: 'deviceCode', ...fields });
/** What the machine gets that showed the code, and all that its session renews later. */
const redeemed = (fields: object = {}) => ({
  authenticationProtocol: 'none',
  originalTransferMethod: 'deviceCodeFlow',
  ...fields,
});
const renewed = (fields: object = {}) => redeemed({ incomingTokenType: 'refreshToken', ...fields });

export default defineDetection({
  id: 'admin-device-code',
  title: 'Administrator signed in with a device code',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  severityVaries: 'Low where only the renewals of such a session are seen.',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1078.004', 'T1528', 'T1566.002'],
  source:
    'https://learn.microsoft.com/entra/identity/conditional-access/policy-block-authentication-flows',
  why: 'Whoever types a code signs in the machine that showed it, wherever that stands. A code sent by a stranger hands over the account, MFA included.',
  triage: [
    'Ask the administrator whether they typed a code, and who gave it to them.',
    'Somebody else did: revoke the sessions, look for devices registered since, then reset the password.',
    'They did, at a server: let them use a managed identity or a browser, and block the flow for administrators.',
  ],
  falsePositives: ['Command-line tools on machines without a browser.'],

  detect(event, { watchlist }) {
    if (event.errorCode !== 0 || !cameByCode(event)) return;
    if (!watchlist.isPrivileged(event.account, event.at)) return;
    const isRenewal = isRenewed(event);
    const did = isRenewal ? 'renewed a session of a device code' : 'signed in with a device code';
    return {
      // One flow writes several rows, and its session renews its tokens for weeks: one finding.
      key: [watchlist.idOf(event.account) ?? event.account.name, useOf(event)],
      precedence: isRenewal ? '0' : '1',
      gathered: { addresses: [event.ip], agents: [event.userAgent] },
      title: `${nameOf(event.account)} ${did}${fromWhere(event)}`,
      summary: `${nameOf(event.account)} ${did} for ${nameOf(event.app)}${fromWhere(event)}.`,
      severity: isRenewal ? 'low' : 'high',
      subject: event.account,
      roles: watchlist.rolesOf(event.account, event.at),
      matter: ['sign-in'],
      details: signInDetails(event),
    };
  },

  examples: () => [
    { name: 'the code is typed', records: [signIn(people.ada, entered())], expect: 'high' },
    {
      name: 'the code is typed in a browser that was signed in',
      records: [signIn(people.ada, entered({ incomingTokenType: 'primaryRefreshToken' }))],
      expect: 'high',
    },
    { name: 'the machine is let in', records: [refresh(people.ada, redeemed())], expect: 'high' },
    {
      name: 'both, and the renewals of a week',
      records: [
        signIn(people.ada, entered({ sessionId: 's-1' })),
        refresh(people.ada, redeemed({ id: 'r-1', sessionId: 's-1' })),
        refresh(
          people.ada,
          renewed({ id: 'r-2', sessionId: 's-1', createdDateTime: '2026-11-27T12:00:00Z' }),
        ),
      ],
      expect: 'high',
    },
    {
      name: 'the renewal comes first',
      records: [
        refresh(people.ada, renewed({ id: 'r-1', createdDateTime: '2026-11-20T11:00:00Z' })),
        signIn(people.ada, entered()),
      ],
      expect: 'high',
    },
    { name: 'renewals alone', records: [refresh(people.ada, renewed())], expect: 'low' },
    { name: 'another way', records: [signIn(people.ada)], expect: 'nothing' },
    {
      name: 'refused',
      records: [signIn(people.ada, entered({ status: { errorCode: 53003 } }))],
      expect: 'nothing',
    },
    { name: 'not an administrator', records: [signIn(people.dan, entered())], expect: 'nothing' },
  ],
});

/** The record of the machine itself names the flow by the way its session began alone. */
const cameByCode = ({ protocol, transferMethod }: SignInEvent) =>
  protocol === 'devicecode' || transferMethod === 'devicecodeflow';

const isRenewed = ({ protocol, incomingToken }: SignInEvent) =>
  protocol !== 'devicecode' && incomingToken !== 'none';
