import { expect, test } from 'vitest';
import { minute, night, start } from '../respond/night.ts';

test('a SIEM hears that a drill is none any more once the account acts after it, answered or not', async () => {
  const until = new Date(start + 10 * minute).toISOString();
  const drill = { id: 'd1', declaredBy: 'Ben Osei', until };
  const { use, at, acts, events } = night({
    drillAt: async (_, when) => (when <= start + 10 * minute ? drill : null),
  });
  await use('used');
  at(12);
  await acts(12);
  await acts(13);
  expect(await events()).toMatchObject([
    { kind: 'finding', change: 'created', answer: { status: 'open', isDrill: true } },
    {
      ...{ kind: 'incident', change: 'lapsed', by: { name: 'Glasswatch' } },
      text: 'That it was a drill counts no more: the account acted again, after the drill.',
      answer: { status: 'open', isDrill: false },
    },
  ]);
});
