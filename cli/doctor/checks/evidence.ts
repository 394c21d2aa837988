import { type Check, storageOf } from '../check.ts';
import { immutabilityLine } from '../immutability.ts';

export const evidenceCheck: Check = {
  name: 'evidence',
  run: async (deps) => [await immutabilityLine('container', storageOf(deps).evidence, 'evidence')],
};
