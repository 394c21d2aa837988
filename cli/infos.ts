import type { DetectionInfo } from '../shared/detection-info.ts';
import { detections } from '../shared/detections/index.ts';
import { postureChecks } from '../shared/posture-checks/index.ts';

/** The catalogue as built: detections and posture checks, by id. */
export const everyInfo: readonly DetectionInfo[] = [...detections, ...postureChecks].toSorted(
  (a, b) => (a.id < b.id ? -1 : 1),
);
