import { defineDetection } from '../detection.ts';
import { policyRow } from '../examples/policies.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

export default defineDetection({
  id: 'partner-relationship-added',
  title: 'Partner relationship added',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1199', 'T1484.002'],
  source: 'https://learn.microsoft.com/microsoft-365/commerce/manage-partners',
  why: 'A partner with delegated administration rules the tenant from its own, under rules that are not yours.',
  triage: [
    'Ask purchasing and IT whether the partner is known, and which rights it was given.',
    'If nobody knows it: remove the partner and its roles, then look for what it did.',
  ],
  falsePositives: ['A new reseller or service provider.'],

  detect(event) {
    if (event.result !== 'success') return;
    if (!/^(add partner to company|set partnership)$/.test(event.operation)) return;
    const [target] = event.targets;
    const partner = { id: target?.party.id ?? null, name: target?.party.name ?? null };
    const { key, gathered } = oneClick(event);
    return {
      key: [partner.id ?? partner.name, key],
      title: `${nameOf(event.actor)} > partner relationship: ${nameOf(partner)}`,
      summary: `${nameOf(event.actor)} made a partner relationship with ${nameOf(partner)} (${nameOf({ id: null, name: event.activity })}).`,
      subject: { type: 'other', ...partner },
      matter: ['tenant-policy', 'partner'],
      gathered,
      details: auditDetails(event),
    };
  },

  examples: () => [
    { name: 'a partner', records: [policyRow('Add partner to company', {})], expect: 'high' },
    { name: 'a partnership', records: [policyRow('Set Partnership', {})], expect: 'high' },
    {
      name: 'nobody is named',
      records: [policyRow('Set Partnership', {}, { targetResources: [] })],
      expect: 'high',
    },
    {
      name: 'a partner taken away',
      records: [policyRow('Remove partner from company', {})],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [policyRow('Add partner to company', {}, { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});
