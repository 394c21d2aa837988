import { createHash } from 'node:crypto';
import { guidFrom } from '../guid-from.ts';

/** The same id for the same name, whenever and wherever the tenant is built. */
export const idFor = (name: string): string => guidFrom(`contoso-test ${name}`);

/** Ids of role assignments, grants and the like: no guid, only text. */
export const opaqueIdFor = (name: string) =>
  createHash('sha256').update(`contoso-test ${name}`).digest('base64url').slice(0, 40);

export const isGuid = (text: string) =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);

export { dayMs, hourMs, minuteMs } from '../../shared/time.ts';

/** As Graph writes a time. */
export const timeAt = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z');
