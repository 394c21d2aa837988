import { deploymentReference } from './reference-deployment.ts';
import { hostReference } from './reference-host.ts';
import { ownReference } from './reference-own.ts';
import { platformReference } from './reference-platform.ts';
import type { SettingGroup } from './setting-reference.ts';

/** Every setting, told once. Nothing of it is loaded with the app. */
export const settingGroups: readonly SettingGroup[] = [
  hostReference,
  ...ownReference,
  ...platformReference,
  deploymentReference,
];
