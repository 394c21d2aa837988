import { at, fold, itemsOf, textsOf } from './as-written.ts';
import { describeFound, type Mistake } from './problem.ts';

/** What is wrong with the register and the attestations of each tenant beyond their single keys. */
export const registerMistakes = (data: unknown): Mistake[] =>
  itemsOf(at(data, 'tenants')).flatMap((tenant, index) => [
    ...repeated(tenant, index, 'register', 'account'),
    ...repeated(tenant, index, 'attested', 'item'),
    ...misplacedBreakGlass(tenant, index),
  ]);

/** Of two entries about one thing nobody knows which is meant. */
function repeated(tenant: unknown, index: number, list: string, key: string): Mistake[] {
  const seen = new Set<string>();
  return itemsOf(at(tenant, list)).flatMap((entry, position): Mistake[] => {
    const value = at(entry, key);
    if (typeof value !== 'string') return [];
    if (!seen.has(fold(value))) {
      seen.add(fold(value));
      return [];
    }
    const path = ['tenants', index, list, position, key];
    const found = `${describeFound(value, path)} once more`;
    return [{ path, point: 'value', found, allowed: `one entry for each ${key}` }];
  });
}

/** The register says what an account is for; only the list of accounts makes it watched as one. */
function misplacedBreakGlass(tenant: unknown, index: number): Mistake[] {
  const emergency = new Set(
    textsOf(at(tenant, 'accounts', 'emergency')).map(({ folded }) => folded),
  );
  return itemsOf(at(tenant, 'register')).flatMap((entry, position): Mistake[] => {
    const [account, kind] = [at(entry, 'account'), at(entry, 'kind')];
    if (typeof account !== 'string' || typeof kind !== 'string') return [];
    const isListed = emergency.has(fold(account));
    if ((kind === 'break-glass') === isListed) return [];
    const path = ['tenants', index, 'register', position, 'kind'];
    const found = `${kind} for ${describeFound(account, path)}`;
    return [
      isListed
        ? { path, point: 'value', found, allowed: 'break-glass: accounts.emergency names it' }
        : {
            path,
            point: 'value',
            reason: 'a break-glass account is watched only if accounts.emergency names it',
            found,
            allowed: 'an account of accounts.emergency, written the same',
          },
    ];
  });
}
