import { apps } from '../../local/sample-day/apps.ts';
import { idFor, tenant } from '../../local/sample-day/people.ts';
import type { Dice } from '../../local/sample-day/records.ts';
import { laptopOf } from './devices.ts';
import { inADay, type Moment, moment, whileAtWork } from './moment.ts';
import { guests, partnerTenant, programs, staff } from './people.ts';
import { homeOf } from './places.ts';
import { userRow } from './rows.ts';
import { deskOf } from './staff-day.ts';
import { visit } from './visits.ts';

/** Across the border of the tenant, both ways. */
export const guestDay: readonly [number, (dice: Dice) => Moment[]][] = [
  [6, comesIn],
  [2, goesOut],
  [0.3, invited],
];

/** Whoever is a guest has proved at home who they are. */
function comesIn(dice: Dice): Moment[] {
  const who = dice.pick(guests);
  const isRefresh = dice.between(1, 3) > 1;
  const more = {
    homeTenantId: partnerTenant,
    resourceTenantId: tenant.id,
    crossTenantAccessType: 'b2bCollaboration',
    userType: 'Guest',
    authenticationDetails: [],
    authenticationRequirement: 'multiFactorAuthentication',
  };
  return [
    moment(inADay(dice, who.site), (at) =>
      visit(dice, {
        ...{ who, at, isRefresh, app: dice.pick([apps.sharePoint, apps.teams]), more },
        ...{ from: homeOf(who), on: laptopOf(who) },
      }),
    ),
  ];
}

function goesOut(dice: Dice): Moment[] {
  const who = dice.pick(staff);
  const more = {
    resourceTenantId: partnerTenant,
    crossTenantAccessType: 'b2bCollaboration',
  };
  return [
    moment(whileAtWork(dice, who.site), (at) =>
      visit(dice, {
        ...{ who, at, app: apps.sharePoint, more, isRefresh: dice.between(0, 1) === 1 },
        ...{ from: deskOf(who), on: laptopOf(who) },
      }),
    ),
  ];
}

/** Invited by the program that makes accounts, and redeemed. */
function invited(dice: Dice): Moment[] {
  const tag = dice.guid().slice(0, 6);
  const upn = `new${tag}_fabrikam.com#EXT#@contoso.onmicrosoft.com`;
  const of = { id: idFor(upn), upn, name: `New guest ${tag}`, site: 'Berlin' as const };
  const at = whileAtWork(dice, 'Berlin');
  return [
    moment(at, (when) => userRow(dice, 'Invite external user', { by: programs.hr, of, at: when })),
    moment(at + 600_000, (when) =>
      userRow(dice, 'Redeem external user invite', { by: of, of, at: when, ip: homeOf(of).ip }),
    ),
  ];
}
