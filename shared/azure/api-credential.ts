import { ApiError } from '../directory/graph.ts';
import { WatchError } from '../errors.ts';

/** Any credential of @azure/identity. */
export type Credential = {
  getToken(scope: string): Promise<{ token: string } | null>;
};

const standIns = new WeakSet<Credential>();

/** A credential that opens nothing but a simulator on this very machine. */
export function standInCredential(token: () => string | Promise<string>): Credential {
  const credential: Credential = { getToken: async () => ({ token: await token() }) };
  standIns.add(credential);
  return credential;
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Where requests go instead of to Microsoft. A rewritten request carries the token, so a simulator is
 * asked with a stand-in alone, and only on this machine.
 *
 * @throws {WatchError} CONFIG_INVALID
 */
export function checkOrigin(
  origin: string | undefined,
  credential: Credential,
): string | undefined {
  const isStandIn = standIns.has(credential);
  if (origin === undefined) {
    if (isStandIn) throw refused('a stand-in credential is of no use to Microsoft Graph');
    return;
  }
  const url = URL.parse(origin);
  if (url?.protocol !== 'http:' || !loopback.has(url.hostname)) {
    throw refused('is for a simulator alone; allowed: http://127.0.0.1:<port>');
  }
  if (!isStandIn) throw refused('is for a simulator alone, and never gets a real token');
  return url.origin;
}

const refused = (why: string) =>
  new WatchError('CONFIG_INVALID', `GLASSWATCH_GRAPH_ORIGIN: ${why}`);

/** @throws {ApiError} NoToken, without a word of what the credential said: it may hold secrets. */
export async function tokenOf(credential: Credential, scope: string): Promise<string> {
  try {
    const token = (await credential.getToken(scope))?.token;
    if (token) return token;
  } catch {}
  throw new ApiError(0, 'NoToken');
}

/**
 * The permissions that a token carries, of an application or of a person. It is only read, never trusted: Graph decides.
 *
 * @returns Undefined for a token that does not show them.
 */
export function permissionsIn(token: string): ReadonlySet<string> | undefined {
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    if (typeof claims !== 'object' || claims === null) return;
    // Of a person who has signed in: what the program may do for them.
    if ('scp' in claims) return new Set(String(claims.scp).split(' '));
    // An identity that was granted nothing gets a token without the claim.
    const roles = 'roles' in claims ? claims.roles : [];
    if (!Array.isArray(roles)) return;
    return new Set(roles.filter((role) => typeof role === 'string'));
  } catch {
    return;
  }
}
