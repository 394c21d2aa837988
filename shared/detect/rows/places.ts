import { BlockList, isIP } from 'node:net';
import type { TenantPolicy } from '../../policy.ts';
import type { SignInEvent } from '../../read/event.ts';

const lists = new WeakMap<readonly string[], BlockList>();

/** Whether an address is in one of the networks; anything that is no address is in none. */
export function isWithin(ip: string | null, networks: readonly string[]): boolean {
  const version = ip === null ? 0 : isIP(ip);
  if (ip === null || version === 0 || networks.length === 0) return false;
  return listOf(networks).check(ip, version === 4 ? 'ipv4' : 'ipv6');
}

/** An office or the VPN: the policy names the network, or the tenant trusts the named location. */
export const isKnownPlace = (
  { ip, isTrustedPlace }: Pick<SignInEvent, 'ip' | 'isTrustedPlace'>,
  { knownNetworks }: Pick<TenantPolicy, 'knownNetworks'>,
) => isTrustedPlace || isWithin(ip, knownNetworks);

function listOf(networks: readonly string[]): BlockList {
  const known = lists.get(networks);
  if (known) return known;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/');
    const version = isIP(address);
    if (version === 0) continue;
    const most = version === 4 ? 32 : 128;
    const bits = prefix === '' ? most : Number(prefix);
    // A policy can't say such a thing, a snapshot can.
    if (!(bits >= 0 && bits <= most)) continue;
    list.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6');
  }
  lists.set(networks, list);
  return list;
}
