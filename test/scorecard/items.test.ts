import { expect, test } from 'vitest';
import { detectionIdGroups } from '../../shared/detect/detection-ids.ts';
import { attestableIds, itemIdsByStage } from '../../shared/scorecard/item-ids.ts';
import { checksBesideItems, isAttestable, items, stages } from '../../shared/scorecard/items.ts';
import { builtInfos } from '../built-infos.ts';
import { everyCheck } from './tenant.ts';

test('every item of the list is defined once, in its stage and order', () => {
  const defined = stages.map((one) => [String(one.stage), one.items.map(({ id }) => id)]);
  expect(Object.fromEntries(defined)).toEqual(itemIdsByStage);
});

test('every check of the directory belongs to an item, or is listed beside them, and not both', () => {
  const used = new Set<string>(items.flatMap(({ checks }) => checks));
  const beside = Object.keys(checksBesideItems);
  expect(detectionIdGroups.E.filter((id) => !used.has(id) && !beside.includes(id))).toEqual([]);
  expect(beside.filter((id) => used.has(id))).toEqual([]);
});

test('items rest on checks of the directory, and are watched by detections of the stream', () => {
  const checks: readonly string[] = everyCheck;
  expect(items.flatMap((item) => item.checks.filter((id) => !checks.includes(id)))).toEqual([]);
  expect(items.flatMap((item) => item.detections.filter((id) => checks.includes(id)))).toEqual([]);
});

test('the detections that an item names are built', async () => {
  const built = new Set((await builtInfos()).map(({ id }) => id));
  const named = [...new Set(items.flatMap(({ detections }) => detections))];
  expect(named.filter((id) => !built.has(id))).toEqual([]);
});

test('an item names nothing twice', () => {
  for (const { id, checks, detections } of items) {
    expect(new Set([...checks, ...detections]).size, id).toBe(checks.length + detections.length);
  }
});

test('whatever nobody sees can be vouched for, and what can be vouched for is not seen whole', () => {
  const unshown = items.filter(
    ({ checks, notices, look }) => checks.length === 0 && !notices && !look,
  );
  expect(unshown.filter(({ id }) => !isAttestable(id))).toEqual([]);
  const attestable = items.filter(({ id }) => isAttestable(id));
  expect(attestable.length).toBe(attestableIds.length);
  expect(attestable.filter(({ unseen, outside, look }) => !unseen && !outside && !look)).toEqual(
    [],
  );
});

test('every item says what to do, and links to the guidance', () => {
  for (const { id, title, todo, guidance } of items) {
    expect(title, id).toMatch(/^[A-Z].+[^.]$/);
    expect(todo, id).toMatch(/^[A-Z].+\.$/);
    expect(guidance, id).toMatch(/^https:\/\/learn\.microsoft\.com\/[\w/#-]+$/);
  }
});
