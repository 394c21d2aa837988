import { expect, test } from 'vitest';
import { exampleSnapshot, exampleTenant, people } from '../../shared/detect/examples/tenant.ts';
import type { Party } from '../../shared/finding.ts';
import { Watchlist } from '../../shared/watch/watchlist.ts';

const { ada } = people;
const other = '00000000-0000-4000-8000-000000000098';
const stranger = 'stranger@example.com';
const user = (id: string | null, name: string | null): Party => ({ type: 'user', id, name });

test.each([
  ['an id means the account', ada.id.toUpperCase(), user(ada.id, null), true],
  ['and it by its name alone', ada.id, user(null, ada.upn), true],
  ['a name means the account, whatever a row calls it', ada.upn, user(ada.id, 'Ada'), true],
  ['and not another that has it too', ada.upn, user(other, ada.upn), false],
  [
    'a name that nobody knows means whoever has it',
    stranger,
    user(other, 'Stranger@example.com'),
    true,
  ],
  ['nobody by a name of their own', stranger, user(other, 'Stranger'), false],
  ['an id is no name', ada.id, user(other, ada.id), false],
])('%s', (_, written, party, expected) => {
  const watchlist = new Watchlist(exampleTenant);
  watchlist.takeSnapshot(exampleSnapshot());
  expect(watchlist.isMeant(party, written)).toBe(expected);
});
