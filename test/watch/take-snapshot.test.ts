import { beforeEach, describe, expect, test } from 'vitest';
import { activates } from '../../shared/detect/examples/pim.ts';
import { directRole, joinsGroup } from '../../shared/detect/examples/records.ts';
import {
  exampleTenant,
  groups,
  helpdeskAdministrator,
  people,
  userAdministrator,
} from '../../shared/detect/examples/tenant.ts';
import { unexplainedChanges } from '../../shared/detect/posture/unexplained-changes.ts';
import { normalise } from '../../shared/read/normalise.ts';
import { parseSnapshot } from '../../shared/watch/directory.ts';
import { Watchlist } from '../../shared/watch/watchlist.ts';

const { ben, dan } = people;
type Person = { id: string; upn: string };
const minute = 60_000;
const at = (time: string) => Date.parse(`2026-11-20T${time}:00Z`);
const iso = (time: string) => `2026-11-20T${time}:00Z`;

let watchlist: Watchlist;
beforeEach(() => {
  watchlist = new Watchlist(exampleTenant);
});

type Assigned = { state?: string; via?: string; until?: string; role?: string; scope?: string };

const user = (who: Person, assigned: Assigned[], more: object = {}) => ({
  id: who.id,
  type: 'user',
  userPrincipalName: who.upn,
  assignments: assigned.map(({ role = helpdeskAdministrator, state = 'active', ...rest }) => ({
    roleTemplateId: role,
    state,
    scope: '/',
    ...rest,
  })),
  ...more,
});

const operators = (...assigned: Assigned[]) => ({
  id: groups.operators.id,
  type: 'group',
  displayName: groups.operators.name,
  assignments: assigned.map(() => ({ roleTemplateId: userAdministrator, scope: '/' })),
});

/** A reading of the directory; without `gaps` it is a file that somebody wrote. */
function read(time: string, accounts: object[], gaps: string[] | null = []) {
  const written = gaps?.map((part) => ({ part, why: 'failed', detail: 'x' }));
  const snapshot = { tenantId: exampleTenant.id, takenAt: iso(time), accounts, gaps: written };
  watchlist.takeSnapshot(parseSnapshot(JSON.stringify(snapshot), 'test'));
}

function tell(record: object): void {
  const event = normalise(record, exampleTenant.id);
  if (!('event' in event)) throw new Error('not read');
  watchlist.apply(event.event);
}

const grant = (time: string, who: Person = dan) =>
  directRole(who, helpdeskAdministrator, { activityDateTime: iso(time) });
const removal = (time: string, who: Person = dan) => ({
  ...grant(time, who),
  operationName: 'Remove member from role',
});

const rolesAt = (time: string, who: Person = dan) =>
  watchlist.rolesOf({ type: 'user', id: who.id, name: who.upn }, at(time)).length;

describe('a reading and the stream', () => {
  test('a reading that is older than an event does not undo it, whichever comes first', () => {
    tell(grant('10:30'));
    read('10:00', [user(dan, [])]);
    expect(rolesAt('11:00')).toBe(1);

    watchlist = new Watchlist(exampleTenant);
    read('10:00', [user(dan, [])]);
    tell(grant('10:30'));
    expect(rolesAt('11:00')).toBe(1);
  });

  test.each([true, false])(
    'a copy of the directory that lags behind an event by minutes does not undo it (event first: %s)',
    (isEventFirst) => {
      const event = () => tell(grant('09:55'));
      if (isEventFirst) event();
      read('10:00', [user(dan, [])]);
      if (!isEventFirst) event();
      expect(rolesAt('10:01')).toBe(1);
      // An hour later it is no lag any more: somebody took the role away, and the log did not say so.
      read('11:00', [user(dan, [])]);
      expect(rolesAt('11:01')).toBe(0);
    },
  );

  test('nor does it bring back what an event took away', () => {
    read('08:00', [user(dan, [{}])]);
    tell(removal('09:55'));
    read('10:00', [user(dan, [{}])]);
    expect(rolesAt('10:01')).toBe(0);
    expect(rolesAt('09:00')).toBe(1);
  });

  test('an activation that has run out is over, however lately it was told', () => {
    read('09:58', [user(dan, [{ state: 'activated', until: iso('09:59') }])]);
    read('10:00', [user(dan, [])]);
    expect(rolesAt('10:01')).toBe(0);
  });

  test.each([true, false])(
    'who holds a role for good keeps it when an activation of it runs out (activation first: %s)',
    (isActivationFirst) => {
      const both = [{ state: 'activated', until: iso('11:00') }, { state: 'active' }];
      read('10:00', [user(dan, isActivationFirst ? both : both.toReversed())]);
      expect(rolesAt('11:30')).toBe(1);
    },
  );

  test('whoever left a group unnoticed is no member any more', () => {
    read('08:00', [user(dan, []), operators({})]);
    tell(
      joinsGroup(dan, groups.operators, 'Add member to group', { activityDateTime: iso('09:00') }),
    );
    expect(rolesAt('09:30')).toBe(1);
    read('10:00', [user(dan, [], { memberOf: [] }), operators({})]);
    expect(rolesAt('10:01')).toBe(0);
  });

  test('a file that does not speak of groups ends no membership', () => {
    read('08:00', [user(dan, []), operators({})]);
    tell(
      joinsGroup(dan, groups.operators, 'Add member to group', { activityDateTime: iso('09:00') }),
    );
    read('10:00', [user(dan, []), operators({})], null);
    expect(rolesAt('10:01')).toBe(1);
  });
});

describe('what could not be read', () => {
  test('has not ended', () => {
    read('08:00', [user(ben, [{ state: 'eligible' }])]);
    read('09:00', [user(ben, [])], ['pim']);
    expect(rolesAt('09:01', ben)).toBe(1);
    read('10:00', [user(ben, [])]);
    expect(rolesAt('10:01', ben)).toBe(0);
  });

  test('through groups neither', () => {
    const carried = { role: userAdministrator, via: groups.operators.id };
    read('08:00', [user(ben, [carried]), operators({})]);
    read('09:00', [user(ben, []), operators({})], ['groups']);
    expect(rolesAt('09:01', ben)).toBe(1);
  });

  test('and what is carried over of it says nothing of now', () => {
    read('08:00', [user(ben, [{ state: 'eligible' }])]);
    tell({
      ...removal('08:30', ben),
      operationName: 'Remove eligible member from role',
    });
    const before = rolesAt('08:59', ben);
    read('09:00', [user(ben, [{ state: 'eligible' }])], ['pim']);
    expect(rolesAt('09:01', ben)).toBe(before);
  });
});

describe('a change that no record explains', () => {
  const unexplained = (who: { id: string }, time = '15:00') => {
    const { accounts } = watchlist.state;
    const account = accounts.get(who.id);
    if (!account) return [];
    return unexplainedChanges(account, accounts, at(time), 60 * minute).map(({ effect }) => effect);
  };

  test('is one between two readings, once its record had time to come', () => {
    read('08:00', [user(dan, [])]);
    read('09:00', [user(dan, [{}])]);
    expect(unexplained(dan, '09:59')).toEqual([]);
    expect(unexplained(dan, '10:00')).toEqual(['grant']);
    expect(unexplained(dan, '15:00')).toEqual(['grant']);
  });

  test('is explained by a record that comes late', () => {
    read('08:00', [user(dan, [])]);
    read('09:00', [user(dan, [{}])]);
    tell(grant('08:20'));
    expect(unexplained(dan)).toEqual([]);
  });

  test('is over once the role is gone, with a record or without', () => {
    read('08:00', [user(dan, [])]);
    read('09:00', [user(dan, [{}])]);
    tell(removal('11:00'));
    expect(unexplained(dan)).toEqual([]);
  });

  test('goes on through later readings', () => {
    read('06:00', [user(dan, [])]);
    for (const hour of ['07', '08', '09', '10', '11']) read(`${hour}:00`, [user(dan, [{}])]);
    expect(unexplained(dan)).toEqual(['grant']);
  });

  test('the first reading, a part that was not read before, or a file: nobody knows what was before', () => {
    read('09:00', [user(dan, [{}])]);
    expect(unexplained(dan)).toEqual([]);
    read('10:00', [user(ben, [])], ['pim']);
    read('11:00', [user(ben, [{ state: 'eligible' }])]);
    expect(unexplained(ben)).toEqual([]);
    read('12:00', [], null);
    read('13:00', [user(people.cleo, [{}])]);
    expect(unexplained(people.cleo)).toEqual([]);
  });

  test('what members get through their group is told of the group alone', () => {
    const carried = { role: userAdministrator, via: groups.operators.id };
    read('08:00', [user(dan, [], { memberOf: [groups.operators.id] }), operators()]);
    read('09:00', [user(dan, [carried], { memberOf: [groups.operators.id] }), operators({})]);
    expect(unexplained(dan)).toEqual([]);
    expect(unexplained(groups.operators)).toEqual(['grant']);
  });

  test('whoever joined a group is explained by the record of that, and by nothing else', () => {
    const carried = { role: userAdministrator, via: groups.operators.id };
    read('08:00', [user(dan, []), user(ben, []), operators({})]);
    tell(
      joinsGroup(dan, groups.operators, 'Add member to group', { activityDateTime: iso('08:30') }),
    );
    read('09:00', [user(dan, [carried]), user(ben, [carried]), operators({})]);
    expect(unexplained(dan)).toEqual([]);
    expect(unexplained(ben)).toEqual(['grant']);
  });

  test('is not hidden by coming and going with each reading', () => {
    const effects = new Set<string>();
    for (let hour = 6; hour < 15; hour += 1) {
      read(`${String(hour).padStart(2, '0')}:00`, [user(dan, hour % 2 ? [{}] : [])]);
      const { accounts } = watchlist.state;
      const account = accounts.get(dan.id);
      if (!account) throw new Error('not there');
      const now = at(`${String(hour).padStart(2, '0')}:30`);
      for (const { effect } of unexplainedChanges(account, accounts, now, 180 * minute)) {
        effects.add(effect);
      }
    }
    expect([...effects].sort()).toEqual(['grant', 'removal']);
  });

  test('nor by an activation that ran out between two readings', () => {
    const until = (time: string) => [{ state: 'activated', until: iso(time) }];
    read('08:00', [user(dan, until('08:30'))]);
    read('09:00', [user(dan, until('08:30'))]);
    expect(unexplained(dan)).toEqual([]);
    read('10:00', [user(dan, until('10:30'))]);
    expect(unexplained(dan)).toEqual(['grant']);
    tell(activates(dan, helpdeskAdministrator, {}, { activityDateTime: iso('09:20') }));
    expect(unexplained(dan)).toEqual([]);
  });

  test('is one that undoes a removal of which a record told', () => {
    read('08:00', [user(dan, [{}])]);
    tell(removal('08:20'));
    read('09:00', [user(dan, [{}])]);
    expect(unexplained(dan)).toEqual(['grant']);
    tell(grant('08:30'));
    expect(unexplained(dan)).toEqual([]);

    // Records of before the first reading may be a part of the log only.
    watchlist = new Watchlist(exampleTenant);
    tell(removal('08:20'));
    read('09:00', [user(dan, [{}])]);
    read('10:00', [user(dan, [{}])]);
    expect(unexplained(dan)).toEqual([]);
  });

  test('a copy of the directory that lagged when it was told is no change', () => {
    read('08:00', [user(dan, [{}])]);
    tell(removal('08:55'));
    read('09:00', [user(dan, [{}])]);
    read('10:00', [user(dan, [])]);
    expect(unexplained(dan)).toEqual([]);

    watchlist = new Watchlist(exampleTenant);
    read('07:00', [user(dan, [])]);
    tell(grant('07:55'));
    read('08:00', [user(dan, [])]);
    read('09:00', [user(dan, [{}])]);
    expect(unexplained(dan)).toEqual([]);
  });

  test('a removal told just before the first reading explains no grant', () => {
    read('07:00', [user(dan, [{}])]);
    tell(removal('07:55'));
    read('08:00', [user(dan, [])]);
    read('09:00', [user(dan, [{}])]);
    expect(unexplained(dan)).toEqual(['grant']);
  });

  test.each([true, false])(
    'whoever is eligible through a group loses nothing by an activation (read before: %s)',
    (isReadBefore) => {
      const via = groups.operators.id;
      const eligible = [user(dan, [{ state: 'eligible', via }]), operators()];
      if (isReadBefore) read('08:00', eligible);
      tell(activates(dan, helpdeskAdministrator, {}, { activityDateTime: iso('08:20') }));
      read('09:00', eligible);
      read('10:00', eligible);
      expect(unexplained(dan)).toEqual([]);
    },
  );

  test('an activation does not explain who made it possible', () => {
    read('08:00', [user(dan, [])]);
    tell(activates(dan, helpdeskAdministrator, {}, { activityDateTime: iso('08:20') }));
    read('09:00', [
      user(dan, [{ state: 'eligible' }, { state: 'activated', until: iso('12:00') }]),
    ]);
    expect(unexplained(dan)).toEqual(['grant']);
  });

  test('a record that leaves out the scope explains a role for a part of the tenant, and no other', () => {
    const scope = '/administrativeUnits/00000000-0000-4000-8000-0000000000aa';
    read('08:00', [user(dan, []), user(ben, [])]);
    tell(grant('08:20'));
    tell(removal('08:20', ben));
    read('09:00', [user(dan, [{ scope }]), user(ben, [{ scope }])]);
    expect(unexplained(dan)).toEqual([]);
    expect(unexplained(ben)).toEqual(['grant']);
  });

  test('a deleted account lost its roles with it', () => {
    read('08:00', [user(dan, [{}], { enabled: true })]);
    tell({
      ...grant('08:30'),
      operationName: 'Delete user',
    });
    read('09:00', []);
    expect(unexplained(dan)).toEqual([]);

    watchlist = new Watchlist(exampleTenant);
    read('08:00', [user(dan, [{}], { enabled: true })]);
    read('09:00', []);
    expect(unexplained(dan)).toEqual(['removal']);
  });
});
