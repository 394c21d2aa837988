import type { DetectionSettings, SettingsOf } from '../detect/detect.ts';
import { isDetectionId } from '../detect/detection-ids.ts';
import { detectionSettings, type Policy } from '../policy.ts';

/** What the policy says of each detection, looked up once; those that it can not name are on. */
export function settingsFrom(policy: Policy | undefined): SettingsOf {
  const known = new Map<string, DetectionSettings>();
  const look = (id: string): DetectionSettings => {
    const settings = known.get(id) ?? settingsOfOne(policy, id);
    known.set(id, settings);
    return settings;
  };
  return look as SettingsOf;
}

function settingsOfOne(policy: Policy | undefined, id: string): DetectionSettings {
  if (!isDetectionId(id)) return { enabled: true, exclude: [] };
  const expected = (policy?.expected ?? []).filter(({ detections }) => detections.includes(id));
  return { ...detectionSettings(policy, id), expected };
}
