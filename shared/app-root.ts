import { fileURLToPath } from 'node:url';

/** Wherever the host was started: the bundle and this file are one level below. */
export const appRoot = fileURLToPath(new URL('..', import.meta.url));
