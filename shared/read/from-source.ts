import { networkOf } from './network-of.ts';
import { asAddress } from './raw.ts';
import type { Screen } from './screen.ts';
import { textAfter } from './stream-of.ts';

const addressKey = Buffer.from('"ipAddress":"');
const longestAddress = 60;

/**
 * Lets through what comes from one of some networks: who else gets in from where passwords were
 * refused. What names no address passes too.
 */
export function fromNetworks(networks: ReadonlySet<string>): Screen {
  return {
    passes(json) {
      if (networks.size === 0) return false;
      const address = asAddress(textAfter(json, addressKey, longestAddress));
      return address === undefined || networks.has(networkOf(address));
    },
  };
}
