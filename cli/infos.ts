import { detections } from '../shared/detect/detections/index.ts';
import { postureChecks } from '../shared/detect/posture-checks/index.ts';
import { streamChecks } from '../shared/detect/stream-checks/index.ts';
import type { Exemplified } from './reference.ts';

/** The catalogue as built: detections, posture checks and stream checks, by id. */
export const everyInfo: readonly Exemplified[] = [
  ...detections,
  ...postureChecks,
  ...streamChecks,
].toSorted((a, b) => (a.id < b.id ? -1 : 1));
