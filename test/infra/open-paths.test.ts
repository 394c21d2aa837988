import { expect, test } from 'vitest';
import openPaths from '../../infra/modules/open-paths.json' with { type: 'json' };
import { openScene } from '../console/scene.ts';

/** As App Service matches them: a `*` at the end stands for whatever follows. */
const isOpen = (path: string) =>
  openPaths.some((open) =>
    open.endsWith('*') ? path.startsWith(open.slice(0, -1)) : path === open,
  );

test('what needs no sign-in is answered without one, and all else is not', async () => {
  const scene = await openScene();
  const link = await scene.linkFor('ana');
  for (const path of ['/health', link, ...openPaths.filter((open) => !open.endsWith('*'))]) {
    expect([path, isOpen(path)]).toEqual([path, true]);
    expect([path, (await scene.get(path, 'anonymous')).status]).toEqual([path, 200]);
  }
  for (const path of ['/', '/incidents', '/drills', '/silences', '/channels', '/api/status']) {
    expect([path, isOpen(path)]).toEqual([path, false]);
    expect([path, (await scene.get(path, 'anonymous')).status]).not.toEqual([path, 200]);
  }
});

test('a personal link shows as it should: all that its page refers to is open too', async () => {
  const scene = await openScene();
  const link = await scene.linkFor('ana');
  const page = await (await scene.get(link, 'anonymous')).text();
  const referred = [...page.matchAll(/<(?:link|form|img)[^>]* (?:href|action|src)="(\/[^"]*)"/g)];
  const paths = referred.map(([, path = '']) => path);
  expect(paths.length).toBeGreaterThan(2);
  expect(paths.filter((path) => !isOpen(path))).toEqual([]);
});
