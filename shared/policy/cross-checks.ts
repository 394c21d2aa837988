import { at, entriesOf, fold, itemsOf, textsOf } from './as-written.ts';
import { breakGlassPrefix } from './detections.ts';
import { expectedMistakes } from './expected-checks.ts';
import { knownNames } from './known-names.ts';
import { describeFound, type Mistake, type Path } from './problem.ts';
import { quietMistakes } from './quiet-checks.ts';
import { registerMistakes } from './register-checks.ts';
import { roleMistakes } from './role-checks.ts';
import { routeMistakes } from './route-checks.ts';
import { accountKinds } from './schema.ts';
import { sinkMistakes } from './sink-checks.ts';
import { staffMistakes } from './staff-checks.ts';

export type CrossCheckDeps = {
  /** Role names that may be used: in lower case -> template id. Left out: those of the built-in roles. */
  roleNames?: ReadonlyMap<string, string> | undefined;
  /** Top-level keys that are given twice: of what they hold a part is lost. */
  repeatedKeys: ReadonlySet<string>;
  lineOf(path: Path): number;
};

/**
 * What no single key shows to be wrong. Reads the policy as written, so that these mistakes are
 * told together with those of the schema; values the schema refuses are passed over.
 */
export function crossMistakes(data: unknown, deps: CrossCheckDeps): Mistake[] {
  const names = knownNames(data, deps.repeatedKeys);
  return [
    ...repeatedTenants(data, 'id', deps),
    ...repeatedTenants(data, 'name', deps),
    ...ambiguousAccounts(data),
    ...registerMistakes(data),
    ...emptyHours(data),
    ...roleMistakes(data, deps.roleNames),
    ...mutedBreakGlass(data),
    ...excludedEmergencyAccounts(data),
    ...expectedMistakes(data),
    ...routeMistakes(data, names),
    ...staffMistakes(data, names),
    ...quietMistakes(data, names),
    ...sinkMistakes(data, names),
  ];
}

function repeatedTenants(data: unknown, key: 'id' | 'name', { lineOf }: CrossCheckDeps): Mistake[] {
  const firstPaths = new Map<string, Path>();
  return itemsOf(at(data, 'tenants')).flatMap((tenant, index): Mistake[] => {
    const value = at(tenant, key);
    if (typeof value !== 'string') return [];
    const path = ['tenants', index, key];
    const first = firstPaths.get(fold(value));
    if (!first) {
      firstPaths.set(fold(value), path);
      return [];
    }
    const allowed = `one tenant with this ${key} (the first is at line ${lineOf(first)})`;
    return [{ path, point: 'value', found: describeFound(value, path), allowed }];
  });
}

function ambiguousAccounts(data: unknown): Mistake[] {
  return itemsOf(at(data, 'tenants')).flatMap((tenant, index) => {
    const accounts = at(tenant, 'accounts');
    const emergency = new Set(textsOf(at(accounts, 'emergency')).map(({ folded }) => folded));
    return accountKinds
      .filter((kind) => kind !== 'emergency')
      .flatMap((kind) => textsOf(at(accounts, kind)).map((one) => ({ kind, ...one })))
      .filter(({ folded }) => emergency.has(folded))
      .map(({ kind, index: position, text }): Mistake => {
        const path = ['tenants', index, 'accounts', kind, position];
        const found = `${describeFound(text, path)}, which is an emergency account as well`;
        const allowed = 'an emergency account in no other list';
        return { path, point: 'value', found, allowed };
      });
  });
}

function emptyHours(data: unknown): Mistake[] {
  return itemsOf(at(data, 'tenants')).flatMap((tenant, index): Mistake[] => {
    const from = at(tenant, 'workingHours', 'from');
    const to = at(tenant, 'workingHours', 'to');
    if (typeof from !== 'string' || from !== to) return [];
    const path = ['tenants', index, 'workingHours', 'to'];
    const allowed = 'another time than `from`';
    return [{ path, point: 'value', found: describeFound(to, path), allowed }];
  });
}

function mutedBreakGlass(data: unknown): Mistake[] {
  return entriesOf(at(data, 'detections'))
    .filter(([id]) => id.startsWith(breakGlassPrefix))
    .flatMap(([id, settings]): Mistake[] => {
      const mistakes: Mistake[] = [];
      const reason = 'nothing silences a break-glass account';
      if (at(settings, 'enabled') === false) {
        const path = ['detections', id, 'enabled'];
        mistakes.push({ path, point: 'value', reason, found: 'false', allowed: 'true' });
      }
      // By id or by name: an account can be written in two ways, and one would get past the check below.
      if (itemsOf(at(settings, 'exclude')).length > 0) {
        const path = ['detections', id, 'exclude'];
        const allowed = 'no exception for this detection';
        mistakes.push({ path, point: 'key', reason, found: 'a list', allowed });
      }
      return mistakes;
    });
}

function excludedEmergencyAccounts(data: unknown): Mistake[] {
  const emergency = new Map(
    itemsOf(at(data, 'tenants')).flatMap((tenant) =>
      textsOf(at(tenant, 'accounts', 'emergency')).map(({ folded }) => [folded, tenant] as const),
    ),
  );
  return entriesOf(at(data, 'detections'))
    .filter(([id]) => !id.startsWith(breakGlassPrefix))
    .flatMap(([id, settings]) =>
      itemsOf(at(settings, 'exclude')).flatMap((exclusion, index): Mistake[] => {
        const account = at(exclusion, 'account');
        if (typeof account !== 'string' || !emergency.has(fold(account))) return [];
        const path = ['detections', id, 'exclude', index, 'account'];
        const name = at(emergency.get(fold(account)), 'name');
        const found = `${describeFound(account, path)}, an emergency account of ${describeFound(name, path)}`;
        const reason = 'nothing silences a break-glass account';
        const allowed = 'any account that is not an emergency account';
        return [{ path, point: 'value', reason, found, allowed }];
      }),
    );
}
