import type { AuthenticationStep, SignInEvent } from '../../read/event.ts';
import { fold } from '../../read/raw.ts';

/** `unknown` is an answer of its own: many records do not tell, and then nobody may be accused. */
export type MfaUse = 'yes' | 'no' | 'unknown';

/**
 * Whether a completed sign-in of a person used more than one factor.
 *
 * The record's `authenticationRequirement` says what was asked for, not what was presented, so the
 * steps decide first; then what was skipped; only then the requirement.
 *
 * @see https://learn.microsoft.com/entra/identity/monitoring-health/concept-sign-in-log-activity-details
 */
export function mfaUse(event: SignInEvent): MfaUse {
  if (event.errorCode !== 0 || event.flow === 'workload' || isBlind(event)) return 'unknown';
  if (event.steps.some(isMultiFactor)) return 'yes';
  if (event.steps.some(({ result }) => isSkippedMfa(result))) return 'no';
  if (event.statusDetail && isSkippedMfa(fold(event.statusDetail))) return 'no';
  if (usesPasswordGrant(event) || isLegacyClient(event)) return 'no';
  if (event.statusDetail && isMfaCompletion(fold(event.statusDetail))) return 'yes';
  if (event.requirement === 'multi' || event.mfaMethod) return 'yes';
  // A guest's own tenant may have asked for more than we are told here.
  if (event.flow !== 'user' || event.accountIsGuest) return 'unknown';
  return isPasswordOnly(event.steps) ? 'no' : 'unknown';
}

const windowsSignIn = '38aa3b87-a06d-4817-b275-7a316988d93b';

/** Rows of the operating system's logon and of AD FS or NPS, which leave out the steps. */
function isBlind({ app, resource, category }: SignInEvent): boolean {
  if (app.id === windowsSignIn || fold(app.name ?? '') === 'windows sign in') return true;
  if (/adfs/i.test(category)) return true;
  return [resource.id, resource.name].some((text) =>
    /^(urn:.*)?(ad ?fs|radius|nps)\b/i.test(text ?? ''),
  );
}

const strongMethod =
  /^(windows hello for business|fido2 security key|fido2|passkey\b.*|passwordless phone sign-in|passwordless microsoft authenticator.*|platform credential)/;
const certificate = /^x\.?509 certificate/;

function isMultiFactor(step: AuthenticationStep): boolean {
  if (step.succeeded === false) return false;
  if (step.succeeded === true && strongMethod.test(step.method)) return true;
  const isBound = /multi-?\s?factor/.test(`${step.method} ${step.methodDetail} ${step.result}`);
  if (certificate.test(step.method) && isBound) return true;
  return asksMultiFactor(step) && isMfaCompletion(step.result);
}

// "Primary authentication" steps that are "satisfied by claim" prove the first factor only. What else
// asked for the step is told in many ways: multi-factor, phishing resistant, "User", nothing.
const asksMultiFactor = ({ requirement }: AuthenticationStep) => !/^primary\b/.test(requirement);

function isMfaCompletion(text: string): boolean {
  if (/first factor|primary|skipped|required in azure ad|denied|declined/.test(text)) return false;
  return (
    /\bcompleted in (azure ad|(microsoft )?entra id|the cloud)\b/.test(text) ||
    /\bsuccessfully completed\b/.test(text) ||
    /satisfied by (a )?(claim in the token|claim provided by external provider|strong authentication|multi-?factor device)/.test(
      text,
    )
  );
}

const isSkippedMfa = (text: string) => /\bskipped\b|\bapp password\b|\bnot required\b/.test(text);

/** How the agents begin that Exchange Online signs in with in the name of old mail programs. */
export const passwordGrantAgents = ['bav2ropc', 'cbainprod', 'cbaintar'] as const;

/** A password handed over by an application (ROPC): no second factor is possible. */
export function usesPasswordGrant({ protocol, userAgent }: SignInEvent): boolean {
  const agent = fold(userAgent ?? '');
  return protocol === 'ropc' || passwordGrantAgents.some((opening) => agent.startsWith(opening));
}

const legacyClients = [
  'authenticated smtp',
  'smtp',
  'autodiscover',
  'exchange activesync',
  'exchange online powershell',
  'exchange web services',
  'imap',
  'mapi over http',
  'offline address book',
  'outlook anywhere',
  'outlook service',
  'pop',
  'reporting web services',
  'other clients',
];

/** A protocol that knows nothing of modern authentication, by family: `Other clients; IMAP`, `IMAP4`. */
export function isLegacyClient({ clientApp }: SignInEvent): boolean {
  const client = fold(clientApp ?? '');
  return legacyClients.some((family) => client.startsWith(family));
}

function isPasswordOnly(steps: readonly AuthenticationStep[]): boolean {
  const succeeded = steps.filter(({ succeeded }) => succeeded !== false);
  const isPassword = ({ method }: AuthenticationStep) => /^(password|federated)\b/.test(method);
  // Beside the password, a claim for the first factor adds nothing.
  const isFirstFactor = ({ result }: AuthenticationStep) => result.startsWith('first factor');
  return (
    succeeded.some(isPassword) && succeeded.every((step) => isPassword(step) || isFirstFactor(step))
  );
}
