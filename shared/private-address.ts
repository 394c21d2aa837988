import { BlockList, isIP } from 'node:net';

const privateNetworks = new BlockList();
privateNetworks.addSubnet('10.0.0.0', 8);
privateNetworks.addSubnet('100.64.0.0', 10);
privateNetworks.addSubnet('172.16.0.0', 12);
privateNetworks.addSubnet('192.168.0.0', 16);
privateNetworks.addSubnet('fc00::', 7, 'ipv6');

/** Private by their number, but they hand out the credentials of the machine that asks. */
const metadataServices = new BlockList();
metadataServices.addAddress('100.100.100.200');
metadataServices.addAddress('fd00:ec2::254', 'ipv6');
metadataServices.addAddress('fd20:ce::254', 'ipv6');

/**
 * Whether a receiver may have this address once the operator has said that it stands in a private
 * network. Loopback and link local are not of it: the cloud's metadata service is there.
 *
 * @param address - An IP address; anything else is not private.
 */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const version = family === 4 ? 'ipv4' : 'ipv6';
  return privateNetworks.check(address, version) && !metadataServices.check(address, version);
}
