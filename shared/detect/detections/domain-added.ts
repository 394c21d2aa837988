import { defineDetection } from '../detection.ts';
import { domainRow } from '../examples/policies.ts';
import { domainMatter, domainOf } from '../rows/domain-changes.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

export default defineDetection({
  id: 'domain-added',
  title: 'Domain added to the tenant, or verified',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  categories: ['AuditLogs'],
  techniques: ['T1484.002', 'T1585.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-infrastructure',
  why: 'A domain of their own is what intruders federate with their own identity provider, or send mail from in your name.',
  triage: [
    'Ask whoever added it; see who owns the domain.',
    'If nobody planned it: remove the domain and see whether it was federated or given to accounts.',
  ],
  falsePositives: ['A new brand or a merger.'],

  detect(event) {
    const isAdded = /^add (un)?verified domain$/.test(event.operation);
    const isVerified = /^verify (email verified )?domain$/.test(event.operation);
    if (event.result !== 'success' || !(isAdded || isVerified)) return;
    const domain = domainOf(event);
    const what = isAdded ? 'added' : 'verified';
    const { key, gathered } = oneClick(event);
    return {
      key: [domain.name, key],
      title: `${nameOf(event.actor)} > domain ${nameOf(domain)}: ${what}`,
      summary: `The domain ${nameOf(domain)} was ${what} by ${nameOf(event.actor)}.`,
      subject: domain,
      matter: domainMatter,
      gathered,
      details: { ...auditDetails(event), domain: nameOf(domain) },
    };
  },

  examples: () => [
    { name: 'added', records: [domainRow('Add unverified domain')], expect: 'medium' },
    { name: 'added as verified', records: [domainRow('Add verified domain')], expect: 'medium' },
    { name: 'verified', records: [domainRow('Verify domain')], expect: 'medium' },
    {
      name: 'verified by mail',
      records: [domainRow('Verify email verified domain')],
      expect: 'medium',
    },
    {
      name: 'added and verified at once',
      records: [domainRow('Add verified domain'), domainRow('Verify domain')],
      expect: 'medium',
    },
    { name: 'removed', records: [domainRow('Remove unverified domain')], expect: 'nothing' },
    {
      name: 'not verified: the record in the DNS is missing',
      records: [domainRow('Verify domain', {}, { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});
