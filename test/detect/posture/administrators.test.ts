import { describe, expect, test } from 'vitest';
import { soundAdministrator } from '../../../shared/detect/examples/posture.ts';
import {
  exampleTenant,
  helpdeskAdministrator,
  people,
} from '../../../shared/detect/examples/tenant.ts';
import { administrators, namedAccounts } from '../../../shared/detect/posture/administrators.ts';
import { snapshotSchema } from '../../../shared/watch/directory.ts';
import { Watchlist } from '../../../shared/watch/watchlist.ts';

describe('whom the guidance asks for MFA', () => {
  const synchronisation = { roleTemplateId: 'd29b2b05-8046-44ba-8758-1e26182fcf32' };
  const now = Date.parse('2026-11-20T12:00:00Z');

  function found(account: object, emergency: string[] = []): string[] {
    const accounts = { ...exampleTenant.accounts, emergency };
    const watchlist = new Watchlist({ ...exampleTenant, accounts });
    const written = { tenantId: exampleTenant.id, takenAt: '2026-11-19T00:00:00Z' };
    const known = [{ ...soundAdministrator, ...account }];
    watchlist.takeSnapshot(snapshotSchema.parse({ ...written, accounts: known }));
    return administrators({ watchlist, now }).map(({ id }) => id);
  }

  test('whoever holds a privileged role', () => {
    expect(found({})).toEqual([people.ada.id]);
    expect(found({ assignments: [] })).toEqual([]);
  });

  test('but no break-glass account', () => {
    expect(found({}, [people.ada.id])).toEqual([]);
  });

  test('nor what synchronises the directory, and does nothing else', () => {
    const both = [synchronisation, { roleTemplateId: helpdeskAdministrator }];
    expect(found({ assignments: [synchronisation] })).toEqual([]);
    expect(found({ assignments: both })).toEqual([people.ada.id]);
  });

  test('twenty are named, and all are counted', () => {
    const account = (n: number) => ({
      id: `id-${n}`,
      type: 'user' as const,
      name: `user-${n}`,
      ...{ holdings: [], memberships: [], enabled: [], passwordChangedAt: null, snapshot: null },
    });
    const { accounts, count } = namedAccounts(Array.from({ length: 21 }, (_, n) => account(n)));
    expect([accounts.length, accounts[0], count]).toEqual([20, 'user-0', 21]);
  });
});
