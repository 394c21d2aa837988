import { apps } from './apps.ts';
import { audit, userTarget } from './audits.ts';
import {
  globalAdministratorGiven,
  hostileMember,
  madeEligible,
  pimNotice,
  roleForWorkload,
} from './notable-roles.ts';
import { admins, breakGlass, promoted } from './people.ts';
import { diceOf, minuteMs, secondMs } from './records.ts';
import { abroad, atExport, breakGlassUse, type Scene, type Stage } from './scene.ts';
import { homeOf, signIn } from './sign-ins.ts';

/**
 * The last ten minutes, in the order in which they must be sent: whoever signs in is judged by the
 * roles that the log has told of so far.
 */
export function notableScenes(seed: string, now: number): Scene[] {
  const dice = diceOf(`${seed} notable`);
  const stage = { dice, ago: (minutes: number) => now - minutes * minuteMs, session: dice.guid() };
  return [
    abroadWithoutMfa(stage),
    globalAdministratorGiven(stage),
    roleForWorkload(stage),
    breakGlassUsed(stage),
    passwordReset(stage),
    hostileMember(stage),
    oldMailProgram(stage),
    madeEligible(stage),
    eligibleSignsIn(stage),
  ];
}

function abroadWithoutMfa({ dice, ago }: Stage): Scene {
  // Both rows are of one sign-in. The first was written before the prompt was answered and says
  // "password"; the second takes it back. They travel together, so nobody hears of it.
  const noor = {
    who: admins.noor,
    id: dice.guid(),
    flow: dice.guid(),
    session: dice.guid(),
    at: ago(9.2),
  };
  const early = signIn(dice, { ...noor, factors: 'password' });
  const late = signIn(dice, { ...noor, factors: 'approval' });
  return {
    label: 'a Global Administrator with a password only',
    records: [
      signIn(dice, { who: admins.tomas, at: ago(9.6), factors: 'password', ...abroad }),
      atExport(early, noor.at + 65 * secondMs),
      atExport(late, noor.at + 125 * secondMs),
    ],
    // A completed sign-in whose only step is a password, where he never was. Critical: he rules the tenant.
    expected: [
      {
        detection: 'admin-signin-no-mfa',
        also: ['admin-new-location'],
        subject: admins.tomas.upn,
        severity: 'critical',
      },
    ],
  };
}

/**
 * Every use is told, with two factors too; and that there was no need, since others could sign in.
 * Four renewals of its session are the same use.
 */
function breakGlassUsed(stage: Stage): Scene {
  return {
    label: 'a break-glass account is used',
    records: [
      breakGlassUse(stage, 7.5, false),
      breakGlassUse(stage, 7.2),
      breakGlassUse(stage, 6.8),
    ],
    expected: [
      {
        detection: 'breakglass-signin-success',
        also: ['breakglass-and-outage'],
        subject: breakGlass[0].upn,
        severity: 'critical',
      },
    ],
  };
}

function passwordReset({ dice, ago }: Stage): Scene {
  const click = dice.guid();
  const row = (operation: string, at: number) =>
    audit(dice, {
      ...{ operation, at, click, by: admins.mei, category: 'UserManagement' },
      targets: [userTarget(admins.rafael)],
    });
  return {
    label: "an administrator's password is reset",
    records: [
      row('Reset user password', ago(6.4)),
      row('Update StsRefreshTokenValidFrom Timestamp', ago(6.4) + 2 * secondMs),
    ],
    // Mei set it, and it is Rafael's: whoever knows it can be SharePoint Administrator.
    expected: [
      {
        detection: 'admin-password-changed-by-other',
        subject: admins.rafael.upn,
        severity: 'high',
      },
    ],
  };
}

function oldMailProgram(stage: Stage): Scene {
  const { dice, ago } = stage;
  const { exchange: app } = apps;
  const mail = {
    who: admins.lucia,
    app,
    client: 'IMAP4',
    ip: homeOf(admins.lucia),
    isRefresh: true,
  };
  return {
    label: 'an administrator reads mail over IMAP',
    records: [signIn(dice, { ...mail, at: ago(5.2) }), pimNotice(stage, 4.9)],
    expected: [
      { detection: 'admin-signin-legacy-auth', subject: admins.lucia.upn, severity: 'high' },
    ],
  };
}

function eligibleSignsIn(stage: Stage): Scene {
  const { dice, ago } = stage;
  const yuki = { who: promoted.yuki, at: ago(3.3), factors: 'password' as const };
  return {
    label: 'a minute later she signs in with a password only',
    records: [signIn(dice, yuki), pimNotice(stage, 3.1)],
    // An administrator since a minute ago, which only the log stream has told so far.
    expected: [{ detection: 'admin-signin-no-mfa', subject: promoted.yuki.upn, severity: 'high' }],
  };
}
