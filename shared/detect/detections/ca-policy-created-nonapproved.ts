import { defineDetection } from '../detection.ts';
import { accessPolicy, policyRow } from '../examples/policies.ts';
import { by, byApp } from '../examples/records.ts';
import { people, workloads } from '../examples/tenant.ts';
import { isApproved } from '../rows/approved-actors.ts';
import { policyParty, policyTarget } from '../rows/policy-target.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

const add = (fields: object = {}) =>
  policyRow(
    'Add conditional access policy',
    { ConditionalAccessPolicy: [null, accessPolicy()] },
    fields,
  );
const onlyCleo = { approved: [people.cleo.upn] };

export default defineDetection({
  id: 'ca-policy-created-nonapproved',
  title: 'Conditional Access policy created by somebody who is not approved',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  categories: ['AuditLogs'],
  techniques: ['T1556.009', 'T1531'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'A new policy can lock everybody else out, or be the exception that an intruder needs.',
  triage: [
    'Read what the policy does, and to whom.',
    'If its maker had no business with it: switch it off and look for what else the account changed.',
  ],
  falsePositives: [
    'An administrator who is missing in the list.',
    'A policy that Microsoft adds to the tenant by itself.',
  ],

  detect(event, context) {
    if (event.result !== 'success' || event.operation !== 'add conditional access policy') return;
    if (isApproved(event.actor, context.settings.approved, context)) return;
    const policy = policyParty(policyTarget(event));
    const { key, gathered } = oneClick(event);
    return {
      key: [policy.id ?? policy.name, key],
      title: `${nameOf(event.actor)} > new Conditional Access policy ${nameOf(policy)}`,
      summary: `${nameOf(event.actor)} created the policy ${nameOf(policy)} without being approved for it.`,
      subject: policy,
      matter: ['tenant-policy', 'conditional-access'],
      gathered,
      details: { ...auditDetails(event), policy: nameOf(policy) },
    };
  },

  examples: () => [
    { name: 'by somebody else', records: [add()], settings: onlyCleo, expect: 'medium' },
    {
      name: 'by somebody else, without a target',
      records: [add({ targetResources: [] })],
      settings: onlyCleo,
      expect: 'medium',
    },
    {
      name: 'by somebody approved',
      records: [add({ initiatedBy: by(people.cleo) })],
      settings: onlyCleo,
      expect: 'nothing',
    },
    {
      name: 'by automation',
      records: [add({ initiatedBy: byApp(workloads.hr) })],
      settings: onlyCleo,
      expect: 'nothing',
    },
    {
      name: 'a change of one',
      records: [policyRow('Update conditional access policy', {})],
      settings: onlyCleo,
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [add({ result: 'failure' })],
      settings: onlyCleo,
      expect: 'nothing',
    },
  ],
});
