import { asGuid, asId, asObject, asText, isGuid, type Raw } from '../raw.ts';
import { parseTime } from '../time.ts';
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
  const tenantId = tenantOf(record, properties) ?? fallbackTenantId;
  if (!tenantId) return undefined;
  const category = categoryNameOf(shape, record);
  return { record, properties, shape, tenantId, category, emittedAt: parseTime(record.time) };
}

/** The tenant whose log it is. Activity records name it in the claims only, Graph API answers often nowhere. */
function tenantOf(record: Raw, properties: Raw): string | undefined {
  const named = asGuid(record.tenantId);
  if (named && isGuid(named)) return named;
  const claims = asObject(asObject(record.identity).claims);
  const candidates = [
    /^\/tenants\/([0-9a-f-]{36})/i.exec(asText(record.resourceId) ?? '')?.[1],
    properties.tenantId,
    properties.resourceTenantId,
    properties.homeTenantId,
    claims['http://schemas.microsoft.com/identity/claims/tenantid'],
    /^([0-9a-f-]{36})\//i.exec(asText(properties.hierarchy) ?? '')?.[1],
  ];
  for (const candidate of candidates) {
    const id = asGuid(candidate);
    if (id && isGuid(id)) return id;
  }
  return asId(record.tenantId);
}
