import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { formatData } from './format-data.ts';

/** The schema's own words, its requirements and its samples. */
export const ocsfData = (part: 'schema' | 'requirements' | 'samples') =>
  formatData(`ocsf-detection-finding-1.8.0.${part}`);

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
export const isDetectionFinding = ajv.compile(ocsfData('schema'));

export type Json = { [key: string]: Json };

/** The schema cannot say this. */
export const hasTypeUid = (event: object) => {
  const { class_uid, activity_id, type_uid } = event as Record<string, number | undefined>;
  return type_uid === Number(class_uid) * 100 + Number(activity_id);
};

const isEmpty = (value: unknown) =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);

/** A Detection Finding to the letter, with nothing empty in it; each observable is where it says it is. */
export function expectValid(event: object) {
  expect([isDetectionFinding(event), isDetectionFinding.errors]).toEqual([true, null]);
  expectWhole(event);
  const { observables = [] } = event as { observables?: { name: string; value: string }[] };
  for (const { name, value } of observables) expect(valueAt(event, name), name).toBe(value);
}

/**
 * OCSF's Base Event is not in the schema that we hold. What it shares with a Detection Finding is
 * checked by making one of it: every other attribute of it has to be one of a Detection Finding too.
 */
export function expectValidHeartbeat(event: object) {
  const { category_uid, class_uid, activity_id } = event as Record<string, number>;
  expect([category_uid, class_uid, activity_id]).toEqual([0, 0, 99]);
  const asFinding = {
    category_uid: 2,
    class_uid: 2004,
    type_uid: 200499,
    finding_info: { uid: 'x' },
  };
  const changed = { ...event, ...asFinding };
  expect([isDetectionFinding(changed), isDetectionFinding.errors]).toEqual([true, null]);
  expectWhole(event);
}

function expectWhole(event: object) {
  expect(hasTypeUid(event)).toBe(true);
  const empties: string[] = [];
  const text = JSON.stringify(event, (key, value) => {
    if (isEmpty(value)) empties.push(key);
    return value;
  });
  expect(empties).toEqual([]);
  expect(JSON.parse(text), 'plain JSON').toEqual(event);
}

/** @param path - as an observable names it: `evidences[0].actor.user.name`. */
export const valueAt = (event: unknown, path: string) =>
  path.split(/[.[\]]+/).reduce<unknown>((value, key) => (value as Json | undefined)?.[key], event);
