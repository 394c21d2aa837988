import { sinksSchema } from '../../shared/policy/sinks.ts';
import type { Policy } from '../../shared/policy.ts';
import { defaultTenantPolicy } from '../../shared/policy.ts';
import { tenantId } from './story.ts';

/** A policy with one sink, as it would be written, and nothing else. */
export const policyWith = (name: string, written: object): Pick<Policy, 'sinks' | 'tenants'> => ({
  sinks: sinksSchema.parse({ [name]: written }) as Policy['sinks'],
  tenants: [defaultTenantPolicy(tenantId)],
});
