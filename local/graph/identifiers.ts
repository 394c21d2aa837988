import { createHash } from 'node:crypto';

/** The same id for the same name, whenever and wherever the tenant is built. */
export function idFor(name: string): string {
  const hex = createHash('sha256').update(`contoso-test ${name}`).digest('hex');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Ids of role assignments, grants and the like: no guid, only text. */
export const opaqueIdFor = (name: string) =>
  createHash('sha256').update(`contoso-test ${name}`).digest('base64url').slice(0, 40);

export const isGuid = (text: string) =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);

export const dayMs = 24 * 60 * 60 * 1000;
export const hourMs = 60 * 60 * 1000;
export const minuteMs = 60 * 1000;

/** As Graph writes a time. */
export const timeAt = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z');
