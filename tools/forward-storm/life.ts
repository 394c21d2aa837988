import type { Stores } from './open-forwarder.ts';

/** Thrown where a process would have ended. */
export class Ended extends Error {}

/**
 * The stores of one life of a forwarder. Once it has ended, whatever it would still do to them does not
 * happen; what it has sent can not be called back.
 *
 * @param endsBefore - asked at each call.
 */
export function lifeOf(
  { feed, events, states, claims, deadLetter, now }: Stores,
  endsBefore: (call: string) => boolean,
) {
  let hasEnded = false;
  const check = (call: string) => {
    hasEnded ||= endsBefore(call);
    if (hasEnded) throw new Ended(call);
  };
  const mortal = <T extends object>(what: string, store: T): T =>
    new Proxy(store, {
      get(target, name) {
        const method = target[name as keyof T];
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          check(`${what}.${String(name)}`);
          const result: unknown = await method.apply(target, args);
          check(`after ${what}.${String(name)}`);
          return result;
        };
      },
    });
  const stores: Stores = {
    ...{ feed: mortal('feed', feed), events, now },
    ...{ states: mortal('states', states), claims: mortal('claims', claims) },
    async deadLetter(sink, refused) {
      check('deadLetter');
      await deadLetter(sink, refused);
    },
  };
  return { stores, hasEnded: () => hasEnded };
}
