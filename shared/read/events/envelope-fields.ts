import { parseTime } from '../../time.ts';
import { asGuid, asId, asObject, asText, isGuid, type Raw } from '../raw.ts';
import { categoryNameOf, type Shape } from './categories.ts';

/** A record taken apart as far as all categories have in common. */
export type Envelope = {
  record: Raw;
  properties: Raw;
  shape: Shape;
  tenantId: string;
  category: string;
  emittedAt: number | undefined;
};

export function envelopeOf(
  record: Raw,
  properties: Raw,
  shape: Shape,
  fallbackTenantId: string | undefined,
): Envelope | undefined {
  const tenantId = tenantOf(record, properties, fallbackTenantId) ?? fallbackTenantId;
  if (!tenantId) return undefined;
  const category = categoryNameOf(shape, record);
  return { record, properties, shape, tenantId, category, emittedAt: parseTime(record.time) };
}

/** The tenant whose log it is. Activity records name it in the claims only, Graph API answers often nowhere. */
function tenantOf(record: Raw, properties: Raw, fallback: string | undefined): string | undefined {
  const claims = asObject(asObject(record.identity).claims ?? record.claims);
  const named = firstGuid([
    record.tenantId,
    /^\/tenants\/([0-9a-f-]{36})/i.exec(asText(record.resourceId) ?? '')?.[1],
    properties.tenantId,
  ]);
  if (named) return named;
  // Between two tenants a sign-in stands in both logs, and without its envelope does not say in which.
  const ends = [asGuid(properties.resourceTenantId), asGuid(properties.homeTenantId)];
  if (fallback && ends.includes(fallback)) return fallback;
  const meant = firstGuid([
    ...ends,
    // Where the subscription is; the caller may be at home in another tenant.
    ...[properties.hierarchy, record.hierarchy].map(
      (path) => /^([0-9a-f-]{36})\//i.exec(asText(path) ?? '')?.[1],
    ),
    claims['http://schemas.microsoft.com/identity/claims/tenantid'],
  ]);
  return meant ?? asId(record.tenantId);
}

const firstGuid = (candidates: readonly unknown[]) =>
  candidates.map(asGuid).find((id) => id !== undefined && isGuid(id));
