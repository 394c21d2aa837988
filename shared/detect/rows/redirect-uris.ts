import { asText, isRaw, unwrapJson } from '../../read/raw.ts';
import type { Watchlist } from '../../watch/watchlist.ts';

/** The addresses in `AppAddress`, to which Entra sends those who sign in, with their tokens. */
export function addressesIn(value: unknown): string[] {
  const parsed = unwrapJson(value);
  const items = Array.isArray(parsed) ? parsed : [];
  const texts = items.flatMap((item) => asText(isRaw(item) ? item.Address : item) ?? []);
  return [...new Set(texts)].sort();
}

export type AddressRisk = 'wildcard' | 'not encrypted' | 'foreign';

const local = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * What is wrong with an address, if anything. Addresses of programs (`ms-appx-web:`, `msal…:`, `urn:`)
 * and of the developer's own machine are as they should be.
 *
 * @param isOwn - whether a host is the tenant's, or the application's of old.
 */
export function riskOf(address: string, isOwn: (host: string) => boolean): AddressRisk | undefined {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined;
  if (address.includes('*')) return 'wildcard';
  if (local.test(url.hostname)) return undefined;
  if (url.protocol === 'http:') return 'not encrypted';
  return isOwn(url.hostname) ? undefined : 'foreign';
}

export const hostOf = (address: string): string | undefined => URL.parse(address)?.hostname;

/** The domains that the tenant's people sign in with. */
export function domainsOf(watchlist: Watchlist): ReadonlySet<string> {
  const users = [...watchlist.state.accounts.values()].filter(({ type }) => type === 'user');
  return new Set(
    users.flatMap(({ name }) => /@([^@\s]+)$/.exec(name ?? '')?.[1]?.toLowerCase() ?? []),
  );
}

/** Whether a host is one of some domains, or beneath one. */
export const isBeneath = (host: string, domains: Iterable<string>): boolean =>
  [...domains].some((domain) => host === domain || host.endsWith(`.${domain}`));
