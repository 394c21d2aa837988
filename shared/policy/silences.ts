import { detectionId } from './detections.ts';
import { account, line, list, moment, strict, whole } from './fields.ts';

/** What has to be quiet for longer is an exclusion, to be argued for as one. */
export const mostSilentDays = 30;

const silence = strict({
  detections: list(detectionId, 'admin-new-device')
    .min(1, 'at least one detection')
    .describe('Never a breakglass-* detection.'),
  accounts: list(account, 'admin@contoso.com')
    .default([])
    .describe('Whom they are about, or who did it. Left out: all. Never a break-glass account.'),
  tenants: list(line(64, 'a tenant name or id'), 'contoso')
    .min(1, 'at least one tenant, or no such key for all')
    .optional(),
  by: line(80, 'a name').describe('Who asks for it.'),
  reason: line(300, 'a reason'),
  until: moment.describe(`UTC, at most ${mostSilentDays} days ahead.`),
}).meta({ id: 'silence', description: 'Findings that are kept, and told to nobody, for a while.' });

export const silencesSchema = list(silence, '{ detections: […], by: …, reason: …, until: … }')
  .default([])
  .describe('Those of the console come on top.');

const inhibition = strict({
  by: list(detectionId, 'mfa-fatigue-success').min(1, 'at least one detection'),
  mutes: list(detectionId, 'mfa-fatigue')
    .min(1, 'at least one detection')
    .describe(
      'Told to nobody while one of `by` is young, about the same account. Never breakglass-*.',
    ),
  minutes: whole(1, 1440).default(60),
}).meta({
  id: 'inhibition',
  description: 'One finding that makes others about the same account quiet.',
});

export const inhibitionsSchema = list(inhibition, '{ by: […], mutes: […] }')
  .default([])
  .describe('What need not be told once something graver was told of the same account.');
