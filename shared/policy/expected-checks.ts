import { dayMs, parseTime } from '../time.ts';
import { at, fold, itemsOf, textsOf } from './as-written.ts';
import { breakGlassPrefix } from './detections.ts';
import { mostExpectedDays } from './expected.ts';
import { describeFound, type Mistake } from './problem.ts';

const reason = 'nothing silences a break-glass account';

/** What is wrong with planned changes beyond their single keys. */
export const expectedMistakes = (data: unknown): Mistake[] =>
  itemsOf(at(data, 'expected')).flatMap((one, index) => [
    ...breakGlassDetections(one, index),
    ...emergencyAccounts(one, index, data),
    ...oddTimes(one, index),
  ]);

const breakGlassDetections = (one: unknown, index: number): Mistake[] =>
  textsOf(at(one, 'detections'))
    .filter(({ folded }) => folded.startsWith(breakGlassPrefix))
    .map(({ index: position, text }) => {
      const path = ['expected', index, 'detections', position];
      const found = describeFound(text, path);
      return { path, point: 'value', reason, found, allowed: 'any detection but breakglass-*' };
    });

function emergencyAccounts(one: unknown, index: number, data: unknown): Mistake[] {
  const emergency = new Set(
    itemsOf(at(data, 'tenants')).flatMap((tenant) =>
      textsOf(at(tenant, 'accounts', 'emergency')).map(({ folded }) => folded),
    ),
  );
  return textsOf(at(one, 'accounts'))
    .filter(({ folded }) => emergency.has(fold(folded)))
    .map(({ index: position, text }) => {
      const path = ['expected', index, 'accounts', position];
      const found = `${describeFound(text, path)}, an emergency account`;
      const allowed = 'any account that is not an emergency account';
      return { path, point: 'value', reason, found, allowed };
    });
}

function oddTimes(one: unknown, index: number): Mistake[] {
  const [from, until] = [parseTime(at(one, 'from')), parseTime(at(one, 'until'))];
  if (from === undefined || until === undefined) return [];
  if (until > from && until - from <= mostExpectedDays * dayMs) return [];
  const path = ['expected', index, 'until'];
  const allowed = `a moment after \`from\`, at most ${mostExpectedDays} days later`;
  return [{ path, point: 'value', found: describeFound(at(one, 'until'), path), allowed }];
}
