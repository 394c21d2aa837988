import { pimRow, userTarget } from '../../local/sample-day/audits.ts';
import { idFor } from '../../local/sample-day/people.ts';
import { type Dice, minuteMs, secondMs } from '../../local/sample-day/records.ts';
import { activityRow, subscriptions } from './azure.ts';
import { laptopOf, phoneOf } from './devices.ts';
import { type Moment, moment, times, whileAtWork } from './moment.ts';
import { admins, staff } from './people.ts';
import { homeAt, mobileOf, vpn } from './places.ts';
import { row, thing, userRow } from './rows.ts';
import { byToken, visit } from './visits.ts';

/** Small things that real days are full of, and that are easily taken for something else. */
export function oddsAndEnds(dice: Dice): Moment[] {
  return [
    ...Object.values(admins).flatMap((who) => quietInterrupts(dice, who)),
    ...tunnelled(dice),
    ...afterNewPassword(dice),
    ...housekeeping(dice),
    ...newApplications(dice),
    ...activatesInAzure(dice),
  ];
}

type Person = (typeof staff)[number];

/** Programs that ask for one thing more and are told to come back with MFA: nobody sees that. */
function quietInterrupts(dice: Dice, who: Person): Moment[] {
  return times(4, () => {
    const errorCode = dice.pick([50074, 50076, 50097, 50058, 65001, 50079, 16000]);
    return moment(whileAtWork(dice, who.site), (at) => {
      const [from, on] = dice.pick([
        [homeAt(who, at), laptopOf(who)],
        [mobileOf(who, at), phoneOf(who)],
      ] as const);
      const more = dice.between(1, 2) === 1 ? byToken : { incomingTokenType: 'refreshToken' };
      return visit(dice, { who, at, errorCode, isRefresh: true, factors: 'none', from, on, more });
    });
  });
}

/** At home, through the company's network and back, on lines that have two kinds of addresses. */
function tunnelled(dice: Dice): Moment[] {
  return [admins.zoe, admins.luis, admins.rafael].flatMap((who) => {
    const session = dice.guid();
    return times(12, (n) =>
      moment(whileAtWork(dice, who.site), (at) =>
        visit(dice, {
          ...{ who, at, session, isRefresh: n % 3 > 0, factors: 'claim', more: byToken },
          ...{ from: n % 2 === 0 ? vpn : homeAt(who, at), on: laptopOf(who) },
        }),
      ),
    );
  });
}

/** Whoever has a new password is signed out everywhere, and programs try the old tokens for a while. */
function afterNewPassword(dice: Dice): Moment[] {
  return [admins.noor, admins.luis].flatMap((who) => {
    const at = whileAtWork(dice, who.site);
    const changed = moment(at, (when) =>
      userRow(dice, 'Change user password', { by: who, of: who, at: when }),
    );
    const ended = moment(at + secondMs, (when) =>
      userRow(dice, 'Update StsRefreshTokenValidFrom Timestamp', { by: who, of: who, at: when }),
    );
    const tries = times(6, (n) =>
      moment(at + (n + 1) * 4 * minuteMs, (when) =>
        visit(dice, {
          ...{ who, at: when, errorCode: n % 2 === 0 ? 50173 : 50133, isRefresh: true },
          ...{ from: mobileOf(who, when), on: phoneOf(who), factors: 'none' },
        }),
      ),
    );
    return [changed, ended, ...tries];
  });
}

/** What administrators do all day and nobody writes home about. */
function housekeeping(dice: Dice): Moment[] {
  const deeds: [string, string, Person][] = [
    ['Download users - finished (bulk)', 'UserManagement', admins.hana],
    ['Bulk import group members - finished (bulk)', 'GroupManagement', admins.hana],
    ['Update device', 'Device', admins.ian],
    ['Delete device', 'Device', admins.ian],
    ['Read BitLocker key', 'KeyManagement', admins.ben],
    ['Add member to administrative unit', 'AdministrativeUnit', admins.hana],
    ['Dismiss recommendation', 'DirectoryManagement', admins.ravi],
    ['Create access review', 'Policy', admins.priya],
    ['Set user manager', 'UserManagement', admins.omar],
    ['Restore group', 'GroupManagement', admins.hana],
    ['Update access package assignment policy', 'EntitlementManagement', admins.omar],
  ];
  return deeds.flatMap(([operation, category, by]) =>
    times(2, () =>
      moment(whileAtWork(dice, by.site), (at) =>
        row(dice, {
          ...{ operation, category, by, at },
          targets: [userTarget(dice.pick(staff)), thing('Other', dice.guid(), '')],
        }),
      ),
    ),
  );
}

/** A developer registers an application: without a secret yet, and with themself as its owner. */
function newApplications(dice: Dice): Moment[] {
  return times(4, (n) => {
    const by = staff[n * 20] as Person;
    const at = whileAtWork(dice, by.site);
    const name = `prototype-${n}`;
    const category = 'ApplicationManagement';
    const application = thing('Application', idFor(`object ${name}`), name);
    const principal = thing('ServicePrincipal', idFor(name), name);
    const steps = [
      ['Add application', [application]],
      ['Add owner to application', [userTarget(by), application]],
      ['Add service principal', [principal]],
      ['Add owner to service principal', [userTarget(by), principal]],
    ] as const;
    return steps.map(([operation, targets], step) =>
      moment(at + step * secondMs, (when) =>
        row(dice, { operation, by, at: when, category, targets }),
      ),
    );
  }).flat();
}

/** A developer is Contributor of a subscription for an hour: PIM's row, and what PIM writes in Azure. */
function activatesInAzure(dice: Dice): Moment[] {
  return times(3, (n) => {
    const who = staff[n * 40] as Person;
    const at = whileAtWork(dice, who.site);
    const contributor = { id: 'b24988ac-6180-42a0-ab88-20f7382dd24c', name: 'Contributor' };
    const scope = `/subscriptions/${subscriptions[n]}`;
    const name = dice.guid();
    const pim = { ...idsOfPim, name: 'MS-PIM', address: '' };
    return [
      moment(at, (when) =>
        pimRow(dice, {
          ...{ operation: 'Add member to role completed (PIM activation)', who, by: who, at: when },
          ...{ role: contributor, justification: 'Release 41' },
          more: {
            category: 'ResourceManagement',
            targetResources: [
              thing('Role', dice.guid(), contributor.name),
              thing('Request', dice.guid(), ''),
              thing('User', who.id, who.name),
              thing('Subscription', scope, 'web'),
            ],
          },
        }),
      ),
      moment(at + 2 * secondMs, (when) =>
        activityRow(
          dice,
          {
            ...{ at: when, by: pim, operation: 'Microsoft.Authorization/roleAssignments/write' },
            resource: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
            body: {
              Id: name,
              Properties: {
                ...{ PrincipalId: who.id, PrincipalType: 'User', Scope: scope },
                RoleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${contributor.id}`,
              },
            },
          },
          'Success',
          dice.guid(),
        ),
      ),
    ];
  }).flat();
}

const idsOfPim = { id: idFor('MS-PIM'), appId: '01fc33a7-78ba-4d2f-a4b7-768e336e890e' };
