import type * as z from 'zod';
import { hostForms } from '../../shared/settings/host-settings.ts';
import { ownForms } from '../../shared/settings/own-settings.ts';
import { telemetryForms } from '../../shared/settings/telemetry-faults.ts';

/** What is looked at when the app starts. */
export const allForms: Readonly<Record<string, z.ZodType>> = {
  ...ownForms,
  ...hostForms,
  ...telemetryForms,
};
