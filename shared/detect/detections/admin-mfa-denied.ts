import type { SignInEvent } from '../../read/event.ts';
import { fold } from '../../read/raw.ts';
import { defineDetection } from '../detection.ts';
import { approvedPrompt, password, refresh, signIn } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { secondFactorFailed } from '../rows/error-codes.ts';
import { isKnownPlace } from '../rows/places.ts';
import { fromWhere, nameOf, signInDetails } from '../wording.ts';

const declinedPrompt = {
  ...approvedPrompt,
  succeeded: false,
  authenticationStepResultDetail: 'MFA denied; user declined the authentication',
};
const declined = {
  status: {
    errorCode: 500121,
    failureReason: 'Authentication failed during strong authentication request.',
    additionalDetails: 'MFA denied; user declined the authentication',
  },
  authenticationRequirement: 'multiFactorAuthentication',
  authenticationDetails: [password],
};

export default defineDetection({
  id: 'admin-mfa-denied',
  title: 'Administrator declined an MFA prompt',
  reads: ['signIn'],
  lookFor: 'watched accounts',
  severity: 'high',
  severityVaries:
    'Medium from a known network or a managed device: most of these are a slip of the thumb.',
  categories: ['SignInLogs', 'NonInteractiveUserSignInLogs'],
  techniques: ['T1078.004', 'T1621'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'A prompt comes once the password was right. Whoever says no to it may be telling that somebody else has the password.',
  triage: [
    'Ask the administrator why they said no. Was it their own sign-in?',
    'It was not: reset the password, revoke the sessions, and look for an approval soon after.',
    'Look for the same address at other accounts.',
  ],
  falsePositives: ['The wrong button on a prompt of their own, approved a moment later.'],

  detect(event, { watchlist, tenant }) {
    if (event.errorCode !== secondFactorFailed || !isDeclined(event)) return;
    if (!watchlist.isPrivileged(event.account, event.at)) return;
    const isTheirs = isKnownPlace(event, tenant) || event.device.isManaged === true;
    return {
      // An approval that follows in the same flow takes nothing back: it is what wearing down looks like.
      key: [event.account.id ?? event.account.name, event.requestId],
      title: `${nameOf(event.account)} declined an MFA prompt${fromWhere(event)}`,
      summary: `${nameOf(event.account)} declined the prompt of a sign-in to ${nameOf(event.app)}${fromWhere(event)}.`,
      severity: isTheirs ? 'medium' : 'high',
      subject: event.account,
      roles: watchlist.rolesOf(event.account, event.at),
      matter: ['sign-in'],
      details: signInDetails(event),
    };
  },

  examples: () => [
    { name: 'as the status tells it', records: [signIn(people.ada, declined)], expect: 'high' },
    {
      name: 'as the steps tell it, while the status says what may have been',
      records: [
        signIn(people.ben, {
          ...declined,
          status: {
            ...declined.status,
            additionalDetails: "The user didn't complete the MFA prompt.",
          },
          authenticationDetails: [password, declinedPrompt],
        }),
      ],
      expect: 'high',
    },
    {
      name: 'without anybody at the browser',
      records: [refresh(people.ada, declined)],
      expect: 'high',
    },
    {
      name: 'declined, then approved in the same flow',
      records: [
        signIn(people.ada, declined, { time: '2026-11-20T12:00:30Z' }),
        signIn(
          people.ada,
          { authenticationDetails: [password, approvedPrompt] },
          { time: '2026-11-20T12:02:00Z' },
        ),
      ],
      expect: 'high',
    },
    {
      name: 'several rows of one prompt',
      records: [
        signIn(people.ada, { ...declined, id: 'row-1', originalRequestId: 'request-1' }),
        signIn(people.ada, { ...declined, id: 'row-2', originalRequestId: 'request-1' }),
      ],
      expect: 'high',
    },
    {
      name: 'at the office',
      records: [signIn(people.ada, declined)],
      tenant: { knownNetworks: ['198.51.100.0/24'] },
      expect: 'medium',
    },
    {
      name: 'on a managed device',
      records: [signIn(people.ada, { ...declined, deviceDetail: { isManaged: true } })],
      expect: 'medium',
    },
    {
      name: 'not answered in time',
      records: [
        signIn(people.ada, {
          ...declined,
          status: {
            errorCode: 500121,
            additionalDetails: 'MFA denied; user did not respond to mobile app notification',
          },
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'declined, but the row tells of its end: approved',
      records: [
        signIn(people.ada, { authenticationDetails: [password, declinedPrompt, approvedPrompt] }),
      ],
      expect: 'nothing',
    },
    { name: 'not an administrator', records: [signIn(people.dan, declined)], expect: 'nothing' },
  ],
});

/** In words: the code stands for prompts that timed out and mistyped codes as well. */
const isDeclined = ({ statusDetail, steps }: SignInEvent): boolean =>
  [statusDetail ?? '', ...steps.map(({ result }) => result)].some((text) =>
    /\bdeclined\b/.test(fold(text)),
  );
