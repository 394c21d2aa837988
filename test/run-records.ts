export { policyOf, runRecords, usualSettings as noSettings } from '../cli/run-examples.ts';

export const silentOutbox = { mark: async () => {}, wake: async () => {} };
