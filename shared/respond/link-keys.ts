import { randomBytes } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { untilSaved } from '../conflicts.ts';
import type { Shelf } from '../shelf.ts';
import { dayMs, hourMs, isoOf, minuteMs } from '../time.ts';

/** The keys in use, newest first. One row, so that two instances at once agree on what is in it. */
export type Ring = { keys: readonly SigningKey[] };
export type SigningKey = {
  id: string;
  /** 32 random bytes, base64url. */
  secret: string;
  /** UTC ISO 8601. */
  madeAt: string;
};

export type Claims = {
  /** What kind of token it is: one kind never passes for another. */
  audience: 'link' | 'form';
  /** Whom, or what, it speaks for. */
  subject: string;
  /** What it is good for, and for nothing else. */
  purpose: string;
  id: string;
};

/** `broken`: not made here, changed, of another kind, or so old that its key is gone. */
export type Opened =
  | { state: 'good'; claims: Claims; expiresAt: number }
  | { state: 'expired'; claims: Claims }
  | { state: 'broken' };

/** Makes tokens that nobody else can make, and knows them again. */
export type KeyRing = {
  /** @throws {WatchError} STORE_UNAVAILABLE; both methods. */
  sign(claims: Claims, lifeMs: number): Promise<string>;
  open(token: string, audience: Claims['audience']): Promise<Opened>;
};

/** No token lives longer. */
export const longestLifeMs = hourMs;

const row = 'ring';
const newKeyAfterMs = 7 * dayMs;
const cachedForMs = minuteMs;
/** A key that is not at hand may be one that another instance has just made; and may be anybody's invention. */
const lookAgainAfterMs = 1000;
/** An instance may sign with the key before for as long as it remembers the ring. */
const neededAfterMs = longestLifeMs + cachedForMs + minuteMs;

const algorithm = 'HS256';
const longestToken = 2000;

/**
 * The keys behind personal links and forms: a new one every seven days, made by whoever needs it
 * first. One that was replaced is good for as long as what it signed may live, and then removed.
 *
 * @param now - epoch milliseconds.
 */
export function keyRing(shelf: Shelf<Ring>, now: () => number): KeyRing {
  let cached: { ring: Ring; readAt: number } | undefined;

  const read = async (maxAgeMs: number): Promise<Ring> => {
    if (cached && now() - cached.readAt < maxAgeMs && now() >= cached.readAt) return cached.ring;
    const kept = await shelf.get(row);
    return remember(kept?.value ?? { keys: [] });
  };
  const remember = (ring: Ring): Ring => {
    cached = { ring, readAt: now() };
    return ring;
  };

  const renewed = () =>
    untilSaved(async () => {
      const kept = await shelf.get(row);
      const before = kept?.value ?? { keys: [] };
      // Another instance may have done it since this one looked.
      if (isInOrder(before, now())) return remember(before);
      const ring = tidied(before, now());
      await shelf.put(row, ring, kept?.version ?? null);
      return remember(ring);
    });

  const inForce = async (): Promise<SigningKey> => {
    const ring = await read(cachedForMs);
    const [newest] = (isInOrder(ring, now()) ? ring : await renewed()).keys;
    if (!newest) throw new Error('the key ring is empty');
    return newest;
  };

  const find = async (id: string | undefined): Promise<SigningKey | undefined> => {
    const among = (ring: Ring) => stillGood(ring, now()).find((key) => key.id === id);
    return among(await read(cachedForMs)) ?? among(await read(lookAgainAfterMs));
  };

  return {
    async sign({ audience, subject, purpose, id }, lifeMs) {
      const key = await inForce();
      const at = now();
      return new SignJWT({ for: purpose })
        .setProtectedHeader({ alg: algorithm, kid: key.id })
        .setAudience(audience)
        .setSubject(subject)
        .setJti(id)
        .setIssuedAt(new Date(at))
        .setExpirationTime(new Date(at + Math.min(lifeMs, longestLifeMs)))
        .sign(bytesOf(key));
    },
    async open(token, audience) {
      if (token.length > longestToken) return { state: 'broken' };
      const keyFor = async ({ kid }: { kid?: string | undefined }) => {
        const key = await find(kid);
        if (!key) throw new errors.JWSSignatureVerificationFailed();
        return bytesOf(key);
      };
      try {
        const { payload } = await jwtVerify(token, keyFor, {
          algorithms: [algorithm],
          audience,
          currentDate: new Date(now()),
          requiredClaims: ['exp', 'sub', 'jti', 'for'],
        });
        const claims = claimsIn(payload, audience);
        return claims
          ? { state: 'good', claims, expiresAt: (payload.exp ?? 0) * 1000 }
          : { state: 'broken' };
      } catch (error) {
        if (!(error instanceof errors.JOSEError)) throw error;
        // The signature was checked before the time was.
        const late = error instanceof errors.JWTExpired && claimsIn(error.payload, audience);
        return late ? { state: 'expired', claims: late } : { state: 'broken' };
      }
    },
  };
}

const bytesOf = ({ secret }: SigningKey) => Buffer.from(secret, 'base64url');

function claimsIn(payload: JWTPayload, audience: Claims['audience']): Claims | undefined {
  const { sub, jti, for: purpose } = payload;
  const isWhole = [sub, jti, purpose].every((one) => typeof one === 'string' && one !== '');
  return isWhole
    ? { audience, subject: String(sub), purpose: String(purpose), id: String(jti) }
    : undefined;
}

/** Those that may still verify something: the newest, and whatever was replaced a short while ago. */
const stillGood = ({ keys }: Ring, at: number): SigningKey[] =>
  keys.filter((_, i) => {
    const successor = keys[i - 1];
    return !successor || at - Date.parse(successor.madeAt) < neededAfterMs;
  });

const isYoung = (key: SigningKey | undefined, at: number) =>
  key !== undefined && at - Date.parse(key.madeAt) < newKeyAfterMs;

const isInOrder = (ring: Ring, at: number) =>
  isYoung(ring.keys[0], at) && stillGood(ring, at).length === ring.keys.length;

function tidied(ring: Ring, at: number): Ring {
  const keys = stillGood(ring, at);
  return { keys: isYoung(keys[0], at) ? keys : [newKey(at), ...keys] };
}

const newKey = (at: number): SigningKey => ({
  id: randomBytes(9).toString('base64url'),
  secret: randomBytes(32).toString('base64url'),
  madeAt: isoOf(at),
});
