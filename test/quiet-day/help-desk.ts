import { joinsGroup } from '../../local/sample-day/audits.ts';
import { idFor, plainGroups } from '../../local/sample-day/people.ts';
import { type Dice, secondMs } from '../../local/sample-day/records.ts';
import { type Moment, moment, times, utc, whileAtWork } from './moment.ts';
import { admins, platform, staff } from './people.ts';
import { homeOf } from './places.ts';
import { asService, changed, userRow } from './rows.ts';

const helpers = [admins.ben, admins.uma, admins.dirk, admins.hana] as const;
const passwords = 'Self-service Password Management';
const methods = 'Authentication Methods';

/** What the help desk does for ordinary people. */
export function helps(dice: Dice): Moment[] {
  const by = dice.pick(helpers);
  const of = dice.pick(staff);
  const at = whileAtWork(dice, by.site);
  const group = dice.pick(plainGroups);
  const same = { by, of };
  return dice.pick([
    () => [
      moment(at, (when) => userRow(dice, 'Reset user password', { ...same, at: when })),
      moment(at + secondMs, (when) =>
        userRow(dice, 'Reset password (by admin)', { ...same, at: when, service: passwords }),
      ),
      moment(at + 2 * secondMs, (when) =>
        userRow(dice, 'Update StsRefreshTokenValidFrom Timestamp', { ...same, at: when }),
      ),
    ],
    () => [
      moment(at, (when) =>
        joinsGroup(dice, { at: when, by, who: of, group, isLeaving: dice.between(1, 3) === 1 }),
      ),
    ],
    () => [
      moment(at, (when) =>
        userRow(dice, 'Admin deleted security info', {
          ...{ ...same, at: when, service: methods },
          reason: 'Admin deleted Authenticator App with Notification and Code',
        }),
      ),
    ],
  ])();
}

/** Forgotten, and set anew without anybody's help: the portal's rows, then that of the directory. */
export function selfService(dice: Dice): Moment[] {
  const of = dice.pick(staff);
  const at = whileAtWork(dice, of.site);
  const click = dice.guid();
  const same = { by: of, of, click, ip: homeOf(of).ip, service: passwords };
  const flow = times(4, (n) =>
    moment(at + n * 20 * secondMs, (when) =>
      userRow(dice, 'Self-service password reset flow activity progress', { ...same, at: when }),
    ),
  );
  const service = 'fim_password_service@support.onmicrosoft.com';
  return [
    ...flow,
    moment(at + 90 * secondMs, (when) =>
      userRow(dice, 'Reset password (self-service)', { ...same, at: when }),
    ),
    moment(at + 91 * secondMs, (when) =>
      userRow(dice, 'Reset user password', {
        by: of,
        of,
        at: when,
        click,
        more: asService(service),
      }),
    ),
  ];
}

/** A new telephone: the new one in, the old one out, and the directory's own row of each. */
export function swapsPhone(dice: Dice, of = dice.pick(staff), ip = homeOf(of).ip): Moment[] {
  const at = whileAtWork(dice, of.site);
  const app = 'Authenticator App with Notification and Code';
  const step = (seconds: number, operation: string, reason: string) =>
    moment(at + seconds * secondMs, (when) =>
      userRow(dice, operation, { by: of, of, at: when, ip, reason, service: methods }),
    );
  const phone = (name: string) => ({ DeviceName: name, DeviceTag: 'SoftwareTokenActivated' });
  const written = changed(
    { StrongAuthenticationPhoneAppDetail: [phone('Old')] },
    { StrongAuthenticationPhoneAppDetail: [phone('Old'), phone('New')] },
  );
  return [
    step(0, 'User started security info registration', `User started the registration for ${app}`),
    step(70, 'User registered security info', `User registered ${app}`),
    moment(at + 71 * secondMs, (when) =>
      userRow(dice, 'Update user', {
        ...{ by: platform('Azure Credential Configuration Endpoint Service'), of, at: when },
        properties: written,
      }),
    ),
    step(
      100,
      'User changed default security info',
      `User changed the default security info method to ${app}`,
    ),
    step(240, 'User deleted security info', `User deleted ${app}`),
  ];
}

/** What the service for strong authentication notes at a sign-in: nothing that anybody did. */
export function phoneSeen(dice: Dice): Moment[] {
  const of = dice.pick([...staff, ...Object.values(admins)]);
  const seen = (time: string) => ({ DeviceName: 'iPhone', LastAuthenticatedTimestamp: time });
  const properties = changed(
    { StrongAuthenticationPhoneAppDetail: [seen('2026-11-18T08:00:00Z')] },
    { StrongAuthenticationPhoneAppDetail: [seen('2026-11-19T08:00:00Z')] },
  );
  const by = platform('Azure MFA StrongAuthenticationService');
  return [
    moment(whileAtWork(dice, of.site), (at) =>
      userRow(dice, 'Update user', { by, of, at, properties }),
    ),
  ];
}

/** Administrators are people too: one has a new telephone, one a new laptop. */
export function adminsOwn(dice: Dice): Moment[] {
  const at = utc('9:15');
  const key = (name: string) => ({ Usage: 'NGC', KeyIdentifier: idFor(name) });
  const by = platform('Device Registration Service');
  const of = admins.kaja;
  const hello = 'Add Windows Hello for Business credential';
  return [
    ...swapsPhone(dice, admins.lucia, '198.51.100.7'),
    moment(at, (when) =>
      userRow(dice, hello, { by: of, of, at: when, service: 'Device Registration Service' }),
    ),
    moment(at + secondMs, (when) =>
      userRow(dice, 'Update user', {
        ...{ by, of, at: when },
        properties: changed(
          { SearchableDeviceKey: [key('old')] },
          { SearchableDeviceKey: [key('old'), key('new')] },
        ),
      }),
    ),
  ];
}
