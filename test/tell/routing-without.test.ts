import { expect, test } from 'vitest';
import type { Routing, Telling } from '../../shared/route/routing.ts';
import { routingWithout } from '../../shared/tell/routing-without.ts';
import { sampleFinding } from '../stores/sample-findings.ts';

const channels = [
  { name: 'teams', fallback: undefined },
  { name: 'mail', fallback: 'pager' },
  { name: 'pager', fallback: undefined },
];
const telling = (channel: string): Telling => ({ channel, cadence: 'now', groupMs: 0 });

async function told(failing: string, routed: readonly string[], isQuiet = false) {
  const unmuted = routed.map(telling);
  const quiet = isQuiet ? { by: 'silence' as const, id: 's', says: 'quiet' } : null;
  const routing: Routing = {
    at: async () => () => ({ tellings: isQuiet ? [] : unmuted, unmuted, quiet, because: [] }),
    remember: async () => {},
  };
  const route = await routingWithout(routing, failing, channels).at(0);
  const result = route(sampleFinding('incident', 'a').finding);
  return [result.tellings, result.unmuted].map((some) => some.map(({ channel }) => channel));
}

test.each([
  ['on the others', 'teams', ['teams', 'pager'], ['pager']],
  ['on the next channel, if it is the only one', 'teams', ['teams'], ['mail']],
  ['on its fallback, if it has one', 'mail', ['mail'], ['pager']],
  ['on the first channel, after the last', 'pager', ['pager'], ['teams']],
  ['on the next channel, if no route wants it', 'teams', [], ['mail']],
])('that a channel fails is told %s', async (_, failing, routed, expected) => {
  expect(await told(failing, routed)).toEqual([expected, expected]);
});

test('that a channel fails can be silenced', async () => {
  expect(await told('teams', ['teams'], true)).toEqual([[], ['mail']]);
});
