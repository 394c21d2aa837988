import type { TenantPolicy } from '../../policy.ts';

/** Ids of Azure compare without case; those of the log are in lower case already. */
const idOf = (resourceId: string) => resourceId.toLowerCase().replace(/\/+$/, '');

const isWithin = (inner: string, outer: string) => inner === outer || inner.startsWith(`${outer}/`);

/** Whether the policy says which resources the watch rests on. */
export const declaresResources = ({ ownResources }: TenantPolicy) =>
  ownResources.resourceIds.length > 0;

/** Whether a resource is one that the watch rests on, lies beneath one, or holds one. */
export function isOwnResource(resourceId: string, { ownResources }: TenantPolicy): boolean {
  const id = idOf(resourceId);
  return ownResources.resourceIds.map(idOf).some((own) => isWithin(id, own) || holds(id, own));
}

/**
 * Whether a resource group holds a resource of the watch's own, or is named as its own altogether.
 *
 * @param provider - of the resource held: `/microsoft.eventhub/`.
 */
export function holdsOwn(
  resourceId: string,
  provider: string,
  { ownResources }: TenantPolicy,
): boolean {
  const id = idOf(resourceId);
  return ownResources.resourceIds
    .map(idOf)
    .some((own) => own === id || (own.includes(provider) && holds(id, own)));
}

// A record without a resource holds nothing, though every id begins as its empty one does.
const holds = (outer: string, inner: string) =>
  outer.startsWith('/subscriptions/') && isWithin(inner, outer);

/** What a lock or a diagnostic setting lies on. */
export const holderOf = (resourceId: string): string =>
  resourceId.replace(
    /\/providers\/microsoft\.(authorization\/locks|insights\/diagnosticsettings)\/[^/]*$/,
    '',
  );

/** The name of a diagnostic setting, a hub and the like: the end of its id. */
export const lastNameOf = (resourceId: string): string => resourceId.split('/').at(-1) ?? '';

/** Whether the policy names a diagnostic setting as one that sends the logs here. */
export const isOwnSetting = (resourceId: string, { ownResources }: TenantPolicy): boolean =>
  ownResources.diagnosticSettings.some((name) => name.toLowerCase() === lastNameOf(resourceId));
