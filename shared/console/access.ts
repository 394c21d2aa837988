import * as z from 'zod';
import { cleanLine } from '../clean-text.ts';
import type { Person } from '../respond/response.ts';
import type { AccessDeps } from './deps.ts';

/** Whoever calls, as far as the platform says. */
export type Caller =
  | { is: 'nobody' }
  /** Signed in, and may neither read nor answer. */
  | { is: 'refused'; person: Person; isBreakGlass: boolean; why: string }
  | { is: 'reader'; person: Person; mayManage: boolean; mayRespond: boolean; whyNot: string };

export type Reader = Extract<Caller, { is: 'reader' }>;

/** App roles of the console's registration; each of them may read. */
const readers = ['Reader', 'Responder', 'Admin'];
const responders = ['Responder', 'Admin'];

/**
 * Who calls, and what they may do.
 *
 * @param principal - the platform's `x-ms-client-principal`: JSON in base64. Without the platform's
 * sign-in it could be anybody's and counts for nothing.
 * @throws {WatchError} STORE_UNAVAILABLE
 */
export async function callerOf(principal: string | null, deps: AccessDeps): Promise<Caller> {
  const account = deps.hasPlatformSignIn ? accountIn(principal) : undefined;
  if (!account) return { is: 'nobody' };
  const [key, settings] = personOf(account, deps.people) ?? [];
  const name = settings?.name ?? account.name ?? account.names[0] ?? account.id;
  const person: Person = {
    id: key ?? account.id,
    name: cleanLine(name, 80) || account.id,
    identifiedBy: 'sign-in',
  };
  if (await isGlass(account, deps)) {
    const why = 'A break-glass account neither reads nor answers what is found about itself.';
    return { is: 'refused', person, isBreakGlass: true, why };
  }
  if (!account.roles.some((role) => readers.includes(role))) {
    const why = 'This account has none of the app roles Reader, Responder and Admin.';
    return { is: 'refused', person, isBreakGlass: false, why };
  }
  const mayManage = account.roles.some((role) => responders.includes(role));
  const isListed = key !== undefined || Object.keys(deps.people).length === 0;
  const whyNot = !mayManage
    ? 'To answer takes the app role Responder or Admin.'
    : isListed
      ? ''
      : 'Only the people that the policy names may answer, and this account is none of them.';
  return { is: 'reader', person, mayManage, mayRespond: whyNot === '', whyNot };
}

/** The account of an app, or one that nothing could be held against, is nobody's. */
type Account = { id: string; names: string[]; name: string | undefined; roles: string[] };

async function isGlass({ id, names }: Account, { isBreakGlass }: AccessDeps): Promise<boolean> {
  for (const name of [null, ...names]) {
    if (await isBreakGlass({ type: 'user', id, name })) return true;
  }
  return false;
}

function personOf({ id, names }: Account, people: AccessDeps['people']) {
  const own = new Set([id, ...names].map((one) => one.toLowerCase()));
  return Object.entries(people).find(
    ([, { account }]) => account !== undefined && own.has(account.toLowerCase()),
  );
}

const principalSchema = z.object({
  // Another provider may let people choose their names and roles.
  auth_typ: z.literal('aad'),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});

/** Each claim by its short name, and by the one that the platform maps it to. */
const claimTypes = {
  id: ['oid', 'http://schemas.microsoft.com/identity/claims/objectidentifier'],
  names: ['preferred_username', 'upn', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn'],
  name: ['name'],
  roles: ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'],
};

function accountIn(principal: string | null): Account | undefined {
  const claims = claimsIn(principal);
  const all = (types: readonly string[]) =>
    claims.filter(({ typ, val }) => types.includes(typ) && val !== '').map(({ val }) => val);
  const ids = new Set(all(claimTypes.id));
  const [id] = ids;
  // Two ids in one principal: whoever says both is neither.
  if (!id || ids.size > 1) return undefined;
  return {
    id,
    names: [...new Set(all(claimTypes.names))],
    name: all(claimTypes.name)[0],
    roles: all(claimTypes.roles),
  };
}

function claimsIn(principal: string | null): { typ: string; val: string }[] {
  try {
    const text = Buffer.from(principal ?? '', 'base64').toString('utf8');
    return principalSchema.parse(JSON.parse(text)).claims;
  } catch {
    return [];
  }
}
