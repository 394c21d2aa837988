import type { Snapshot } from '../../watch/directory.ts';

type Organization = Pick<Snapshot, 'organization'>;

/** The domains that Microsoft gives, in its public cloud and in those of the US government and China. */
const givenDomains = /(^|\.)(onmicrosoft\.(com|us)|partner\.onmschina\.cn)$/;

export const domainOf = (userPrincipalName: string): string =>
  userPrincipalName.slice(userPrincipalName.lastIndexOf('@') + 1).toLowerCase();

/** Whether it is of Microsoft's own domains: these need no registrar, and can't be federated. */
export const isGivenDomain = (domain: string): boolean => givenDomains.test(domain);

/** Whether somebody else vouches for who signs in under a name; undefined where the snapshot does not say. */
export function isFederated(
  { organization }: Organization,
  userPrincipalName: string | null | undefined,
): boolean | undefined {
  if (!userPrincipalName) return undefined;
  const domain = domainOf(userPrincipalName);
  if (isGivenDomain(domain)) return false;
  const found = organization?.domains?.find(({ name }) => name.toLowerCase() === domain);
  return found?.isFederated ?? undefined;
}
