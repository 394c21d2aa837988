import * as z from 'zod';

/** A secret named in the policy, never written there: the environment variable that holds it. */
export const secretRef = z.strictObject({ env: z.string().regex(/^[A-Z][A-Z0-9_]*$/) });
