import {
  active,
  eligible,
  group,
  groupAccess,
  registered,
  user,
} from '../../local/graph/builders.ts';
import { contosoTest } from '../../local/graph/contoso-test.ts';
import { idFor } from '../../local/graph/identifiers.ts';
import type { Tenant } from '../../local/graph/model.ts';

const domain = 'contoso-test.example';
const start = '2026-01-10T08:00:00Z';
const roles = [
  'Global Administrator',
  'User Administrator',
  'Exchange Administrator',
  'Security Administrator',
  'Helpdesk Administrator',
];

/**
 * Contoso Test with so many administrators more. Of ten, six are merely eligible, three hold a role
 * themselves, one comes by way of one of ten groups; every fifth has a mailbox.
 */
export function tenantWith(administrators: number, now: number): Tenant {
  const tenant = contosoTest(now);
  const names = Array.from({ length: administrators }, (_, nth) => `admin${nth}`);
  const groups = Array.from({ length: 10 }, (_, nth) =>
    group(`Operations ${nth}`, { fields: { isAssignableToRole: true } }),
  );
  for (const [nth, one] of groups.entries()) {
    tenant.groups.push(one);
    tenant.holdings.push(active(one.fields.id, roles[nth % roles.length] ?? '', { start }));
  }
  for (const [nth, name] of names.entries()) {
    const hasMailbox = nth % 5 === 0;
    const assignedPlans = hasMailbox
      ? [
          {
            assignedDateTime: start,
            capabilityStatus: 'Enabled',
            service: 'exchange',
            servicePlanId: idFor('plan'),
          },
        ]
      : [];
    tenant.users.push(
      user(name, domain, {
        hasMailbox,
        registration: registered(['passKeyDeviceBound'], start),
        fields: { createdDateTime: start, lastPasswordChangeDateTime: start, assignedPlans },
      }),
    );
    const role = roles[nth % roles.length] ?? '';
    const own = groups[nth % groups.length];
    if (nth % 10 < 6) tenant.holdings.push(eligible(idFor(name), role, { start }));
    else if (nth % 10 < 9) tenant.holdings.push(active(idFor(name), role, { start }));
    else if (nth % 20 < 10) own?.members.push(idFor(name));
    else tenant.groupHoldings.push(groupAccess(idFor(name), own?.fields.id ?? '', { start }));
  }
  const [first] = tenant.conditionalAccess;
  const excluded = group('Without MFA', { members: names.slice(0, 7).map(idFor) });
  tenant.groups.push(excluded);
  const conditions = first?.conditions as { users: { excludeGroups: string[] } };
  conditions.users.excludeGroups = [excluded.fields.id];
  return tenant;
}
