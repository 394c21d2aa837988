import { defineDetection } from '../detection.ts';
import { approvedPrompt, password, refresh, signIn } from '../examples/records.ts';
import { syncRole, syncs } from '../examples/sync.ts';
import { people } from '../examples/tenant.ts';
import { isSyncSignIn } from '../past/directory-sync.ts';
import { withoutMfa } from '../past/sign-in-rows.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

const prompted = { authenticationDetails: [password, approvedPrompt] };
const early = '2026-11-20T12:00:30Z';
const late = '2026-11-20T12:02:00Z';
const helloForBusiness = {
  ...password,
  authenticationMethod: 'Windows Hello for Business',
  authenticationStepResultDetail: '',
};

export default defineDetection({
  id: 'admin-signin-no-mfa',
  title: 'Administrator signed in without MFA',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  severityVaries: 'Critical for Global Administrators.',
  categories: ['SignInLogs'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'A password alone opened an account with privilege: whoever has the password has the role.',
  triage: [
    'Ask the administrator whether it was them. Look at place, device and application.',
    'Not them: revoke the sessions and reset the password.',
    'Them: find the policy that let it pass (an exclusion, a trusted place, a remembered device) and close it.',
  ],
  falsePositives: [
    'Windows Hello, passkeys and claims of a federated provider count as MFA; what the record does not tell is no finding.',
    'The account of the directory synchronisation has a password only; where it is known, it is not told.',
  ],

  detect(event, context) {
    const { watchlist } = context;
    if (event.flow !== 'user') return;
    if (!watchlist.isPrivileged(event.account, event.at) || isSyncSignIn(event, context)) return;
    const row = withoutMfa(event, context);
    if (!row) return;
    const roles = watchlist.rolesOf(event.account, event.at);
    return {
      ...row,
      title: `${nameOf(event.account)} signed in without MFA${fromWhere(event)}`,
      summary: `${nameOf(event.account)} signed in to ${nameOf(event.app)} with one factor${fromWhere(event)}.`,
      severity: watchlist.isGlobalAdministrator(event.account, event.at) ? 'critical' : 'high',
      roles,
      details: { ...signInDetails(event), mfa: 'no' },
    };
  },

  examples: () => [
    { name: 'a Global Administrator', records: [signIn(people.ada)], expect: 'critical' },
    { name: 'somebody eligible', records: [signIn(people.ben)], expect: 'high' },
    { name: 'a member of a nested group', records: [signIn(people.cleo)], expect: 'high' },
    { name: 'an executive', records: [signIn(people.fay)], expect: 'high' },
    {
      name: 'MFA was skipped on a remembered device',
      records: [
        signIn(people.ben, {
          authenticationRequirement: 'multiFactorAuthentication',
          authenticationDetails: [
            password,
            {
              ...approvedPrompt,
              authenticationStepResultDetail: 'MFA requirement skipped due to remembered device',
            },
          ],
        }),
      ],
      expect: 'high',
    },
    {
      name: 'the status says that nothing more was asked for',
      records: [
        signIn(people.ben, {
          authenticationRequirement: 'multiFactorAuthentication',
          status: {
            errorCode: 0,
            additionalDetails: 'MFA not required during Windows broker logon flow',
          },
        }),
      ],
      expect: 'high',
    },
    { name: 'prompt approved', records: [signIn(people.ada, prompted)], expect: 'nothing' },
    {
      name: 'prompt approved, as newer and older records word it',
      records: [
        signIn(people.ada, {
          status: { errorCode: 0, additionalDetails: 'MFA completed in the cloud' },
        }),
        signIn(people.ben, {
          id: 'sign-in-2',
          authenticationDetails: [
            password,
            {
              authenticationMethod: null,
              succeeded: true,
              authenticationStepResultDetail: 'MFA requirement satisfied by claim in the token',
              authenticationStepRequirement: 'User',
            },
          ],
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'Windows Hello, though only one factor was asked for',
      records: [signIn(people.ada, { authenticationDetails: [helloForBusiness] })],
      expect: 'nothing',
    },
    {
      name: 'an early row, corrected by the last one',
      records: [
        signIn(people.ada, {}, { time: early }),
        signIn(people.ada, prompted, { time: late }),
      ],
      expect: 'nothing',
    },
    {
      name: 'the early row comes after the last one',
      records: [
        signIn(people.ada, prompted, { time: late }),
        signIn(people.ada, {}, { time: early }),
      ],
      expect: 'nothing',
    },
    {
      name: 'no step is told',
      records: [signIn(people.ada, { authenticationDetails: [] })],
      expect: 'nothing',
    },
    {
      name: 'a handed-over password, which is a finding of its own',
      records: [refresh(people.ada, { authenticationProtocol: 'ropc' })],
      expect: 'nothing',
    },
    {
      name: 'the synchronisation of the directory, which has a password only',
      records: [syncRole(people.eve), syncs(people.eve)],
      expect: 'nothing',
    },
    {
      name: 'the account of the synchronisation, by another application',
      records: [syncRole(people.eve), syncs(people.eve, { appId: 'other' })],
      expect: 'high',
    },
    { name: 'a renewed token', records: [refresh(people.ada)], expect: 'nothing' },
    { name: 'not an administrator', records: [signIn(people.dan)], expect: 'nothing' },
    {
      name: 'refused',
      records: [signIn(people.ada, { status: { errorCode: 50074 } })],
      expect: 'nothing',
    },
  ],
});
