import type { AuthenticationStep, SignInEvent } from '../../read/event.ts';
import { isLegacyClient, usesPasswordGrant } from './mfa.ts';

/** What proved who it was before any second factor. Whatever is no password can't have been guessed. */
export type FirstFactor = 'password' | 'other' | 'unknown';

export function firstFactor(event: SignInEvent): FirstFactor {
  if (usesPasswordGrant(event) || isLegacyClient(event)) return 'password';
  // Nobody is at the keyboard: a token was shown.
  if (event.flow !== 'user') return 'other';
  if (event.steps.some(isPassword)) return 'password';
  return event.steps.some(isOther) ? 'other' : 'unknown';
}

const isPassword = ({ method }: AuthenticationStep) => /^(password|federated)\b/.test(method);

/** A key or certificate as the first step, or the claim that an earlier sign-in has left. */
const isOther = ({ method, requirement, result }: AuthenticationStep) =>
  (method !== '' && requirement.startsWith('primary')) ||
  /satisfied by (a )?claim/.test(result) ||
  method === 'previously satisfied';
