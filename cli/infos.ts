import { detections } from '../shared/detect/detections/index.ts';
import { postureChecks } from '../shared/detect/posture-checks/index.ts';
import { serviceChecks } from '../shared/detect/service-checks/index.ts';
import { streamChecks } from '../shared/detect/stream-checks/index.ts';
import type { Exemplified } from './reference.ts';

/** The catalogue as built: detections, and the checks of posture, streams and this service, by id. */
export const everyInfo: readonly Exemplified[] = [
  ...detections,
  ...postureChecks,
  ...streamChecks,
  ...serviceChecks,
].toSorted((a, b) => (a.id < b.id ? -1 : 1));
