import { isIP } from 'node:net';
import { isWithin } from './places.ts';

type Network = { text: string; address: string; bits: number };

/** The networks (CIDR notation) that no single one of the known ones holds; text that is none counts by its letters. */
export function newNetworks(networks: readonly string[], known: readonly string[]): string[] {
  const letters = new Set(known);
  // By size, since a network is in another one only if that is no smaller: a location may have thousands.
  const bySize = Map.groupBy(known.flatMap(networkOf), ({ bits }) => bits);
  const lists = [...bySize].map(
    ([bits, some]) => [bits, some.map(({ text }) => text)] as [number, string[]],
  );
  const isHeld = ({ address, bits }: Network) =>
    lists.some(([size, list]) => size <= bits && isWithin(address, list));
  return networks.filter((text) => !letters.has(text) && !networkOf(text).some(isHeld));
}

function networkOf(text: string): Network[] {
  const [address = '', prefix, ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  return bits >= 0 && bits <= most && rest.length === 0 ? [{ text, address, bits }] : [];
}
