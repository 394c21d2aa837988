import { GraphError } from './errors.ts';

export type Claims = { roles: readonly string[]; exp: number; aud?: string };

/** Tokens of managed identities are good for about a day. */
export const usualLifeMs = 24 * 60 * 60 * 1000;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * A token as the platform would issue it, unsigned: the middle part is base64 of the claims.
 *
 * @param expiresAt - Epoch milliseconds.
 */
export function issueToken(roles: readonly string[], expiresAt: number, audience?: string): string {
  const exp = Math.floor(expiresAt / 1000);
  const claims = { roles, exp, ...(audience !== undefined && { aud: audience }) };
  return `${encode({ typ: 'JWT', alg: 'none' })}.${encode(claims)}.`;
}

const refused = (message: string) => new GraphError(401, 'InvalidAuthenticationToken', message);

/**
 * What the bearer of a request may do. Takes a whole token, or only the base64 of its claims.
 *
 * @throws {GraphError} 401.
 */
export function readBearer(
  authorization: string | undefined,
  now: number,
  audience: string,
): Claims {
  if (!authorization) throw refused('Access token is empty.');
  const text = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  const claims = text === undefined ? undefined : decode(text);
  if (!claims) throw refused('IDX14100: JWT is not well formed, there are no dots (.).');
  if (claims.exp * 1000 <= now) {
    throw refused('Lifetime validation failed, the token is expired.');
  }
  if (claims.aud !== undefined && !claims.aud.startsWith(audience)) {
    throw refused('Access token validation failure. Invalid audience.');
  }
  return claims;
}

function decode(text: string): Claims | undefined {
  const parts = text.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? text, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null) return;
    const { roles, exp, aud } = claims as Partial<Claims>;
    if (!Array.isArray(roles) || typeof exp !== 'number') return;
    return { roles, exp, ...(typeof aud === 'string' && { aud }) };
  } catch {
    return;
  }
}
