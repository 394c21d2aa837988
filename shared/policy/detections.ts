import type * as z from 'zod';
import { type DetectionId, detectionIds } from '../detect/detection-ids.ts';
import { severities } from '../severity.ts';
import {
  account,
  country,
  date,
  flag,
  line,
  list,
  oneOf,
  pattern,
  role,
  strict,
  whole,
} from './fields.ts';

/** Detections whose id starts so can be neither switched off nor given exceptions. */
export const breakGlassPrefix = 'breakglass-';

export const severity = oneOf(severities).meta({
  id: 'severity',
  description: 'informational and low are kept, not pressed on anyone; critical wakes people up.',
});

export const detectionRule = 'a detection id; `npx glasswatch detections` lists them';

export const detectionId = oneOf(detectionIds, detectionRule).meta({
  id: 'detectionId',
  description: 'A detection or posture check of the catalogue.',
});

const exclusion = strict({
  account,
  reason: line(300, 'a reason').describe('Why this is fine: whoever reviews the list must see it.'),
  until: date.optional().describe('The last day (UTC) it holds: 2027-03-31. Without it: for good.'),
}).meta({
  id: 'exclusion',
  description: 'One account for which the detection stays quiet. Never a break-glass account.',
});

const common = {
  enabled: flag().default(true).describe('false switches the detection off. Not for breakglass-*.'),
  severity: severity.optional().describe('Overrules the severity the detection gives by itself.'),
  exclude: list(exclusion, '{ account: …, reason: … }')
    .default([])
    .describe('Exceptions: narrow, with a reason, if possible with an end.'),
};

const plain = strict(common).meta({
  id: 'detectionSettings',
  description: 'Settings that every detection has.',
});

const minutes = () => whole(1, 1440);
const hours = () => whole(1, 168);
const age = () => whole(1, 3650);
const approved = (what: string) =>
  list(account, 'admin@contoso.com')
    .default([])
    .describe(`Who may ${what}, beside the automation accounts. Both empty: nobody is judged.`);

/** Detections with thresholds of their own, and what those are unless the policy says otherwise. */
const withThresholds = {
  'admin-password-stale': strict({
    ...common,
    maxAgeDays: age().default(90).describe('Days a password may go unchanged.'),
  }),
  'password-spray': strict({
    ...common,
    distinctUsers: whole(2, 1000).default(5).describe('Accounts one source fails on.'),
    windowMinutes: minutes().default(20).describe('Within so many minutes.'),
  }),
  'admin-bruteforce': strict({
    ...common,
    failures: whole(2, 1000).default(10).describe('Wrong passwords for one privileged account.'),
    windowMinutes: minutes().default(10).describe('Within so many minutes.'),
  }),
  'mfa-fatigue': strict({
    ...common,
    denials: whole(2, 1000).default(5).describe('Prompts denied or left to time out.'),
    windowMinutes: minutes().default(10).describe('Within so many minutes.'),
    successWithinMinutes: minutes()
      .default(30)
      .describe('A success so many minutes after them is mfa-fatigue-success.'),
  }),
  'impossible-travel': strict({
    ...common,
    minKm: whole(1, 20_000).default(500).describe('Nearer places are never impossible (km).'),
    minKmh: whole(1, 100_000).default(800).describe('Slower journeys are possible (km/h).'),
  }),
  'pim-activation': strict({
    ...common,
    alertRoles: list(role, 'Global Administrator')
      .default(['Global Administrator'])
      .describe('Roles whose activation is told to people; all others are kept on record only.'),
  }),
  'pim-activation-long-or-no-justification': strict({
    ...common,
    maxHours: whole(1, 24).default(8).describe('Longer activations are a finding.'),
  }),
  'pim-activation-too-frequent': strict({
    ...common,
    activations: whole(2, 100).default(5).describe('More activations of one role by one person …'),
    windowHours: hours().default(24).describe('… within so many hours.'),
  }),
  'pim-activation-unmanaged-device': strict({
    ...common,
    deviceIds: list(line(100, 'a device id'), '00000000-0000-4000-8000-000000000001')
      .default([])
      .describe('Privileged access workstations: with a list, any other device is a finding.'),
    withinMinutes: minutes().default(60).describe('The sign-in before the activation that counts.'),
  }),
  'admin-scripted-client': strict({
    ...common,
    expectedApps: list(line(100, 'an app id or name'), 'Microsoft Azure CLI')
      .default([])
      .describe('Command-line clients that administrators use every day.'),
  }),
  'account-admin-by-nonapproved': strict({
    ...common,
    approved: approved('create and delete accounts'),
  }),
  'guest-invited-nonapproved': strict({ ...common, approved: approved('invite guests') }),
  'ca-policy-created-nonapproved': strict({
    ...common,
    approved: approved('create Conditional Access policies'),
  }),
  'privileged-account-created': strict({
    ...common,
    withinHours: hours().default(24).describe('From the creation to the first privileged role.'),
  }),
  'short-lived-account': strict({
    ...common,
    withinHours: hours().default(24).describe('From the creation to the deletion.'),
  }),
  'admin-distributed-bruteforce': strict({
    ...common,
    sources: whole(2, 1000).default(5).describe('Addresses that fail on one privileged account.'),
    windowMinutes: minutes().default(60).describe('Within so many minutes.'),
  }),
  'success-after-failures': strict({
    ...common,
    failures: whole(2, 1000).default(5).describe('Failures before the success, at least.'),
    withinHours: hours().default(24).describe('From a failure to the success.'),
  }),
  'admin-lockout': strict({
    ...common,
    massUsers: whole(2, 1000).default(20).describe('So many accounts locked out in an hour.'),
  }),
  'admin-new-location': strict({
    ...common,
    deniedCountries: list(country, 'KP')
      .default([])
      .describe('Countries from which a sign-in of an administrator is always a finding.'),
    learningDays: whole(1, 90).default(14).describe('How long an account is learnt about first.'),
  }),
  'admin-new-device': strict({
    ...common,
    learningDays: whole(1, 90).default(14).describe('How long an account is learnt about first.'),
  }),
  'privileged-sp-signin-anomaly': strict({
    ...common,
    learningDays: whole(1, 90)
      .default(14)
      .describe('How long an application is learnt about first.'),
  }),
  'disabled-account-sweep': strict({
    ...common,
    distinctUsers: whole(2, 1000).default(5).describe('Disabled accounts one source tries.'),
    windowMinutes: minutes().default(60).describe('Within so many minutes.'),
  }),
  'ca-bypass-attempts': strict({
    ...common,
    refusals: whole(1, 1000).default(3).describe('Refusals before another way worked.'),
    windowMinutes: minutes().default(60).describe('Within so many minutes.'),
  }),
  'failure-rate-increase': strict({
    ...common,
    percent: whole(1, 1000).default(50).describe('Above the same weekday of the weeks before.'),
    leastFailures: whole(1, 1_000_000).default(200).describe('Fewer failures a day mean nothing.'),
  }),
  'role-change-burst': strict({
    ...common,
    byOthers: whole(1, 1000).default(4).describe('More changes by one ordinary actor …'),
    byPrivileged: whole(1, 1000).default(2).describe('… or by one that is privileged is a burst.'),
    windowMinutes: minutes().default(60).describe('Within so many minutes.'),
  }),
  'new-admin-removes-admins': strict({
    ...common,
    removals: whole(1, 100).default(2).describe('Administrators that a fresh one removes.'),
    withinHours: hours().default(24).describe('From the grant to the removals.'),
  }),
  'role-flapping': strict({
    ...common,
    withinHours: hours().default(24).describe('From the grant to the removal.'),
  }),
  'privilege-then-sensitive-change': strict({
    ...common,
    withinMinutes: minutes().default(60).describe('From the privilege to the change.'),
  }),
  'risky-signin-then-auth-change': strict({
    ...common,
    withinHours: hours().default(24).describe('From the risky sign-in to the change.'),
  }),
  'log-stream-silent': strict({
    ...common,
    leastExpected: whole(1, 1000)
      .default(20)
      .describe('Records usual for such a time, from which on none at all is silence.'),
  }),
  'log-stream-lag': strict({
    ...common,
    lagMinutes: minutes().default(30).describe('Age of records on arrival (95th percentile).'),
  }),
  'poison-records': strict({
    ...common,
    percent: whole(1, 100).default(1).describe('Share of the records of an hour …'),
    leastRecords: whole(1, 1_000_000).default(10).describe('… and at least so many of them.'),
  }),
  'posture-global-admin-count': strict({
    ...common,
    least: whole(1, 100).default(2).describe('Global Administrators there must be, all counted.'),
    most: whole(1, 1000)
      .default(5)
      .describe('Global Administrators there may be, break-glass accounts left out.'),
    mostPercent: whole(1, 100)
      .default(50)
      .describe('Share of all privileged people that may be Global Administrators.'),
  }),
  'posture-breakglass-missing': strict({
    ...common,
    least: whole(1, 10).default(2).describe('Healthy break-glass accounts there must be.'),
  }),
  'posture-breakglass-untested': strict({
    ...common,
    maxAgeDays: age().default(90).describe('Days since a break-glass account was last tried.'),
  }),
  'posture-eligible-unused': strict({
    ...common,
    maxAgeDays: age().default(90).describe('Days an eligible role may go without activation.'),
  }),
  'posture-privileged-inactive': strict({
    ...common,
    maxAgeDays: age().default(90).describe('Days an administrator may go without a sign-in.'),
  }),
  'posture-admin-naming': strict({
    ...common,
    pattern: pattern
      .default('')
      .describe('What the names of administrators look like: ^adm- or \\.adm@. Empty: anything.'),
  }),
  'posture-pim-role-settings': strict({
    ...common,
    maxHours: whole(1, 24).default(8).describe('Longest activation that a role may allow.'),
  }),
  'posture-app-credential-lifetime': strict({
    ...common,
    secretDays: age().default(180).describe('Days from beginning to end of a secret.'),
    certificateDays: age().default(365).describe('The same of a certificate.'),
    expiresWithinDays: whole(0, 365).default(14).describe('Days before its end to speak up.'),
  }),
  'posture-role-review-overdue': strict({
    ...common,
    maxAgeDays: age().default(180).describe('Days between two reviews of privileged roles.'),
  }),
  'role-change-unexplained': strict({
    ...common,
    settleMinutes: whole(0, 1440)
      .default(180)
      .describe('How long the log may take to tell of a change that the directory shows.'),
  }),
  'config-roster-stale': strict({
    ...common,
    maxAgeHours: whole(1, 720).default(24).describe('Age of the directory snapshot.'),
  }),
} as const;

type Thresholds = typeof withThresholds;
type SettingsSchemas = {
  [Id in DetectionId]: Id extends keyof Thresholds ? Thresholds[Id] : typeof plain;
};
type Optional<Schemas> = {
  [Id in keyof Schemas]: Schemas[Id] extends z.ZodType ? z.ZodOptional<Schemas[Id]> : never;
};

export type DetectionSettings<Id extends DetectionId = DetectionId> = z.output<SettingsSchemas[Id]>;

const settingsSchemas = {
  ...Object.fromEntries(detectionIds.map((id) => [id, plain])),
  ...withThresholds,
} as unknown as SettingsSchemas;

export const detectionsSchema = strict(
  Object.fromEntries(
    Object.entries(settingsSchemas).map(([id, schema]) => [id, schema.optional()]),
  ) as unknown as Optional<SettingsSchemas>,
);

export const defaultSettings = <Id extends DetectionId>(id: Id): DetectionSettings<Id> =>
  settingsSchemas[id].parse({}) as DetectionSettings<Id>;

/** A setting of its own that a detection takes, what it is unless the policy says otherwise, and what it means. */
export type Threshold = { key: string; usual: unknown; meaning: string };

export function thresholdsOf(id: DetectionId): Threshold[] {
  const usual: Record<string, unknown> = defaultSettings(id);
  return Object.entries(settingsSchemas[id].shape)
    .filter(([key]) => !(key in common))
    .map(([key, schema]) => ({ key, usual: usual[key], meaning: schema.description ?? '' }));
}
