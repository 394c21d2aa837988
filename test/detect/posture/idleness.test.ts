import { expect, test } from 'vitest';
import { people } from '../../../shared/detect/examples/tenant.ts';
import { idleness } from '../../../shared/detect/posture/idleness.ts';
import { adaIn, postureScene } from './posture-scene.ts';

function judged(ada: object, directory: Record<string, unknown> = {}) {
  const scene = postureScene({ ada, directory });
  return idleness(adaIn(scene), scene, 90);
}

const at = (time: string) => Date.parse(time);
const gaps = [{ part: 'signInActivity', why: 'failed', detail: 'Read tomorrow.' }];

test('is since the last sign-in was too long ago', () => {
  expect(judged({ lastSignInAt: '2026-08-01T00:00:00Z' })).toEqual({
    since: at('2026-10-30T00:00:00Z'),
    lastSignInAt: at('2026-08-01T00:00:00Z'),
  });
});

test('of an account that nobody signed in to is since it was old enough', () => {
  const idle = judged({ lastSignInAt: null, createdAt: '2026-08-01T00:00:00Z' });
  expect(idle).toEqual({ since: at('2026-10-30T00:00:00Z'), lastSignInAt: null });
});

test('an old account counts from its last sign-in, not from its making', () => {
  expect(judged({ createdAt: '2020-01-01T00:00:00Z' })).toBeUndefined();
});

test('is none up to the very last moment', () => {
  expect(judged({ lastSignInAt: '2026-08-22T12:00:00Z' })).toBeUndefined();
  expect(judged({ lastSignInAt: '2026-08-22T11:59:59.999Z' })).toBeDefined();
});

test.each<[string, object, string]>([
  ['no sign-in is told', { lastSignInAt: undefined }, 'signInActivity'],
  ['no sign-in, and no age', { lastSignInAt: null, createdAt: null }, 'users'],
])('is not known where %s', (_, ada, part) => {
  expect(judged(ada)).toEqual({
    unknown: `The snapshot says nothing of it (${part}).`,
    about: { type: 'user', id: people.ada.id, name: people.ada.upn },
  });
});

test('is not known of an account that the snapshot does not have', () => {
  const scene = postureScene();
  const account = { ...adaIn(scene), snapshot: null };
  expect(idleness(account, scene, 90)).toHaveProperty('unknown');
});

test('where sign-ins were not read, a late one is enough and an old one is not', () => {
  expect(judged({}, { gaps })).toBeUndefined();
  expect(judged({ lastSignInAt: '2026-08-01T00:00:00Z' }, { gaps })).toMatchObject({
    unknown: 'Read tomorrow.',
  });
  expect(judged({ lastSignInAt: null }, { gaps })).toMatchObject({ unknown: 'Read tomorrow.' });
});
