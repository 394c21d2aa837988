import { ApiError, type ArmApi, type Bucket } from '../directory/graph.ts';
import { type Credential, checkOrigin, tokenOf } from './api-credential.ts';
import {
  type Clock,
  openSender,
  type PaceOf,
  type Patience,
  realClock,
  usualPace,
  usualPatience,
} from './api-sender.ts';

export type ApiSettings = {
  credential: Credential;
  /** `GLASSWATCH_GRAPH_ORIGIN`: a simulator on this machine. */
  origin?: string | undefined;
  patience?: Partial<Patience>;
  clock?: Clock;
  pace?: PaceOf;
};

const host = 'https://management.azure.com';
const scope = `${host}/.default`;

/**
 * Azure Resource Manager, for one reading of the directory: its time begins now.
 *
 * @throws {WatchError} CONFIG_INVALID for an origin that is not allowed.
 */
export function armClient(settings: ApiSettings): ArmApi {
  const { credential, patience, clock = realClock, pace = usualPace } = settings;
  const origin = checkOrigin(settings.origin, credential);
  const sender = openSender({ ...usualPatience, ...patience }, clock, pace);

  async function get(url: string, bucket: Bucket): Promise<unknown> {
    const headers = {
      authorization: `Bearer ${await tokenOf(credential, scope)}`,
      accept: 'application/json',
    };
    const target = origin === undefined ? url : `${origin}/arm${url.slice(host.length)}`;
    const answer = await sender.send({ url: target, method: 'GET', headers }, bucket);
    const body = await jsonOf(answer);
    if (!answer.ok) throw new ApiError(answer.status, errorCode(body) ?? 'Unknown');
    return body;
  }

  return {
    get: ({ path, bucket }) => get(`${host}${path}`, bucket),
    async follow(link, bucket) {
      return await get(checkLink(link, host), bucket);
    },
    sent: sender.sent,
  };
}

/** @throws {ApiError} ForeignLink: following it would hand the token to somebody else. */
export function checkLink(link: string, host: string): string {
  const url = URL.parse(link);
  if (url?.origin !== host || url.username || url.password) throw new ApiError(0, 'ForeignLink');
  return link;
}

/** Undefined: it is no JSON. */
export async function jsonOf(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch {
    return;
  }
}

/** Short words of the alphabet: whatever else stands there is not repeated. */
export function errorCode(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return;
  const { error } = body;
  if (typeof error !== 'object' || error === null || !('code' in error)) return;
  return cleanCode(error.code);
}

export const cleanCode = (code: unknown): string | undefined =>
  typeof code === 'string' && /^[\w.]{1,80}$/.test(code) ? code : undefined;
