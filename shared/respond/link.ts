import { unlessTaken } from '../conflicts.ts';
import type { Shelf } from '../shelf.ts';
import { isoOf, minuteMs } from '../time.ts';
import { type KeyRing, longestLifeMs } from './link-keys.ts';

/** What is known of a link that somebody tried to use up. */
export type UsedLink = {
  /** UTC ISO 8601. */
  at: string;
  /** False while what it was used for is under way, or if that came to no end. */
  isDone: boolean;
};

/** What a personal link says: that its holder is meant to be this person, for this incident. */
export type LinkClaims = {
  /** Of the link: a copy of the same message has the same. */
  id: string;
  /** Key in the policy's `people`. */
  person: string;
  incident: string;
};

export type ReadLink =
  | { state: 'good'; link: LinkClaims; expiresAt: number }
  | { state: 'expired' | 'used'; link: LinkClaims }
  | { state: 'broken' };

export type PersonalLinks = {
  /**
   * @returns the path of the link, `/link/<token>`.
   * @throws {WatchError} STORE_UNAVAILABLE; every method.
   */
  linkFor(incident: { id: string }, recipient: { id: string }, deliveryId: string): Promise<string>;
  /** Looks, and changes nothing, however often. */
  readLink(token: string): Promise<ReadLink>;
  /**
   * Does something with a link, once: of two at the same time one is let through. The link is used up
   * if `act` says so; else it is as good as before.
   *
   * @returns undefined if it was used before.
   */
  useLink<T>(
    link: LinkClaims,
    act: () => Promise<{ isUsed: boolean; result: T }>,
  ): Promise<T | undefined>;
  /** Forgets the links that no one could use any more in any case. */
  forgetOld(): Promise<void>;
};

export const linkLifeMs = 60 * minuteMs;

/** Whoever died in the middle leaves the link to the next who tries. */
const abandonedAfterMs = 2 * minuteMs;

/** @param now - epoch milliseconds. */
export function personalLinks(
  { keys, used }: { keys: KeyRing; used: Shelf<UsedLink> },
  now: () => number,
): PersonalLinks {
  const isUsedUp = ({ at, isDone }: UsedLink) =>
    isDone || now() - Date.parse(at) < abandonedAfterMs;

  return {
    async linkFor(incident, recipient, deliveryId) {
      const claims = {
        audience: 'link',
        subject: recipient.id,
        purpose: incident.id,
        id: `${deliveryId}.${recipient.id}`,
      } as const;
      return `/link/${await keys.sign(claims, linkLifeMs)}`;
    },

    async readLink(token) {
      const opened = await keys.open(token, 'link');
      if (opened.state === 'broken') return opened;
      const { subject: person, purpose: incident, id } = opened.claims;
      const link = { id, person, incident };
      if (opened.state === 'expired') return { state: 'expired', link };
      const before = await used.get(id);
      if (before?.value.isDone) return { state: 'used', link };
      return { state: 'good', link, expiresAt: opened.expiresAt };
    },

    async useLink(link, act) {
      const before = await used.get(link.id);
      if (before && isUsedUp(before.value)) return undefined;
      const trying = { at: isoOf(now()), isDone: false };
      const version = await unlessTaken(() =>
        used.put(link.id, trying, before ? before.version : null),
      );
      if (version === undefined) return undefined;
      let isUsed = false;
      try {
        const { isUsed: isDone, result } = await act();
        isUsed = isDone;
        if (isUsed) await used.put(link.id, { ...trying, isDone: true }, version);
        return result;
      } finally {
        if (!isUsed) await letGo(used, link.id, version);
      }
    },

    async forgetOld() {
      for (const [id, { value, version }] of await used.all()) {
        const isOver = now() - Date.parse(value.at) > longestLifeMs + linkLifeMs;
        if (isOver) await letGo(used, id, version);
      }
    },
  };
}

async function letGo(used: Shelf<UsedLink>, id: string, version: string): Promise<void> {
  // Should it fail, the link counts as abandoned in a while: whoever tried hears of the first fault.
  await used.remove(id, version).catch(() => {});
}
