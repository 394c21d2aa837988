/** Of which tenant's log a record is. */
export type Stream = { tenantId: string; category: string };

const categoryKey = Buffer.from('"category":"');
const tenantKey = Buffer.from('"tenantId":"');
const longestCategory = 40;
const idLength = 36;
const quote = 0x22;

/**
 * Of which stream a plain sign-in is, without parsing it: see `isPlainSignIn`. An unescaped key can't
 * stand inside a JSON string, so what is found is a field.
 */
export function streamOf(json: Buffer, fallbackTenantId: string | undefined): Stream | undefined {
  const category = textAfter(json, categoryKey, longestCategory);
  const tenantId = textAfter(json, tenantKey, idLength)?.toLowerCase() ?? fallbackTenantId;
  return category && tenantId ? { tenantId, category } : undefined;
}

/** The text of a field, by its key in the bytes: `"ipAddress":"`. */
export function textAfter(json: Buffer, key: Buffer, longest: number): string | undefined {
  const found = json.indexOf(key);
  if (found < 0) return undefined;
  const from = found + key.length;
  const to = json.indexOf(quote, from);
  return to > from && to - from <= longest ? json.toString('latin1', from, to) : undefined;
}
