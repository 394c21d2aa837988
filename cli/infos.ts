import type { DetectionInfo } from '../shared/detect/detection-info.ts';
import { detections } from '../shared/detect/detections/index.ts';
import { postureChecks } from '../shared/detect/posture-checks/index.ts';
import { streamChecks } from '../shared/detect/stream-checks/index.ts';

/** The catalogue as built: detections and posture checks, by id. */
export const everyInfo: readonly DetectionInfo[] = [
  ...detections,
  ...postureChecks,
  ...streamChecks,
].toSorted((a, b) => (a.id < b.id ? -1 : 1));
