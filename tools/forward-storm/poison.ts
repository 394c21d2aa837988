import { crc32 } from 'node:zlib';

/** Events that a picky receiver never takes: a few of them, the same in every process. */
export const isPoison = (uid: string): boolean =>
  !uid.startsWith('heartbeat.') && crc32(uid) % 397 === 0;

/** What it says of them; of each its own words. */
export const poisonWords = (uid: string): string => `the value in ${uid} can not be stored`;
