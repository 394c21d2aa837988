import type * as z from 'zod';
import { type DetectionId, detectionIds } from '../detect/detection-ids.ts';
import { severities } from '../severity.ts';
import { account, date, flag, line, list, oneOf, role, strict, whole } from './fields.ts';

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

/** Detections with thresholds of their own, and what those are unless the policy says otherwise. */
const withThresholds = {
  'admin-password-stale': strict({
    ...common,
    maxAgeDays: whole(1, 3650).default(90).describe('Days a password may go unchanged.'),
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
