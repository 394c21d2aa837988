import type { DetectionId } from '../detect/detection-ids.ts';
import type { Item } from './item.ts';
import { attestableIds, type ItemId, type Stage } from './item-ids.ts';
import { stage1 } from './items-stage-1.ts';
import { stage2 } from './items-stage-2.ts';
import { stage3 } from './items-stage-3.ts';
import { stage4 } from './items-stage-4.ts';

/** The stages of the guidance, each with its items in the order of the guidance. */
export const stages: readonly { stage: Stage; name: string; items: readonly Item[] }[] = [
  { stage: 1, name: 'the first 24 to 48 hours', items: stage1 },
  { stage: 2, name: 'two to four weeks', items: stage2 },
  { stage: 3, name: 'one to three months', items: stage3 },
  { stage: 4, name: 'six months and beyond', items: stage4 },
];

export const items: readonly Item[] = stages.flatMap((one) => one.items);

export const isAttestable = (id: ItemId): boolean =>
  (attestableIds as readonly ItemId[]).includes(id);

/** Checks of the directory that no item rests on, and why: what they find is shown beside the items. */
export const checksBesideItems: Partial<Record<DetectionId, string>> = {
  'posture-app-credential-lifetime':
    'The roadmap speaks of people and their accounts; credentials of programs have a guide of their own.',
  'posture-consent-settings':
    'What ordinary users may consent to is no item of the roadmap, though a way to privilege.',
  'posture-directory-refused':
    'It is about what is seen here: an item that rests on what was refused is unknown by itself.',
};
