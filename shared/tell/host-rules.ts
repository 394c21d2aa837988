import { BlockList, isIP } from 'node:net';

const notPublic = new BlockList();
// RFC 6890 and its successors: this network, private, shared, loopback, link local (and with it the
// cloud's metadata service), protocol assignments, benchmarks, multicast, reserved.
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  notPublic.addSubnet(network, bits);
}
// 168.63.129.16 is public by number only: Azure's wire server.
notPublic.addAddress('168.63.129.16');
for (const [network, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  notPublic.addSubnet(network, bits, 'ipv6');
}

/** @param address - An IP address; anything else counts as not public. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  // BlockList judges ::ffff:10.0.0.1 by its IPv4 rules itself.
  return family !== 0 && !notPublic.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** @param hostname - As a URL gives it: IPv6 in brackets. */
export const isLoopbackHost = (hostname: string) =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
