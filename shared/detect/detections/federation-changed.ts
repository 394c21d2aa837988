import { severityRank } from '../../severity.ts';
import { defineDetection } from '../detection.ts';
import { domainRow } from '../examples/policies.ts';
import { domainMatter, domainOf } from '../rows/domain-changes.ts';
import { changedSettings, type SettingChange } from '../rows/policy-settings.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

const authentication = (before: unknown, after: unknown, fields: object = {}) =>
  domainRow('Set domain authentication', { LiveType: [before, after] }, fields);

export default defineDetection({
  id: 'federation-changed',
  title: 'Federation of a domain changed',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'critical',
  severityVaries: 'medium where the domain is no longer federated afterwards',
  categories: ['AuditLogs'],
  techniques: ['T1484.002', 'T1556.007', 'T1606.002'],
  source:
    'https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-monitor-federation-changes',
  why: 'Whoever holds the signing key of a federated domain signs in as any of its people, without password and with any claim of a second factor.',
  triage: [
    'Compare issuer, addresses and signing certificates with those of your own identity provider.',
    'If they are not yours: make the domain managed, revoke all sessions of its people, and look for whoever could change domains.',
  ],
  falsePositives: [
    'A signing certificate of AD FS that is rolled over, by hand or by itself once a year.',
    'A planned move to another identity provider.',
  ],

  detect(event) {
    const isSwitch = event.operation === 'set domain authentication';
    if (event.result !== 'success') return;
    if (!isSwitch && event.operation !== 'set federation settings on domain') return;
    const settings = changedSettings(event);
    const isManaged = settings.some((one) => kindOf(one.path, one.after) === 'managed');
    const wasFederated = settings.some((one) => kindOf(one.path, one.before) === 'federated');
    // So begins every domain that is verified.
    if (isManaged && !wasFederated) return;
    const domain = domainOf(event);
    const what = isManaged
      ? 'no longer federated'
      : isSwitch
        ? 'federated'
        : 'federation settings changed';
    const severity = isManaged ? 'medium' : 'critical';
    const { key, gathered } = oneClick(event);
    return {
      key: [domain.name, key],
      precedence: String(severityRank(severity)),
      title: `${nameOf(event.actor)} > domain ${nameOf(domain)}: ${what}`,
      summary: `${nameOf(event.actor)} changed how people of ${nameOf(domain)} sign in: ${what}.`,
      severity,
      subject: domain,
      matter: domainMatter,
      gathered,
      details: {
        ...auditDetails(event),
        domain: nameOf(domain),
        settings: settings.slice(0, 20).map(({ path }) => nameOf({ id: null, name: path })),
      },
    };
  },

  examples: () => [
    {
      name: 'federated',
      records: [authentication(['Managed'], ['Federated'])],
      expect: 'critical',
    },
    {
      name: 'federated, as plain text',
      records: [authentication('"Managed"', '"Federated"')],
      expect: 'critical',
    },
    {
      name: 'managed again',
      records: [authentication(['Federated'], ['Managed'])],
      expect: 'medium',
    },
    {
      name: 'managed again, as plain text',
      records: [authentication('"Federated"', '"Managed"')],
      expect: 'medium',
    },
    {
      name: 'managed from the start',
      records: [authentication('', ['Managed'])],
      expect: 'nothing',
    },
    {
      name: 'which way is not told',
      records: [domainRow('Set domain authentication')],
      expect: 'critical',
    },
    {
      name: 'another setting says so',
      records: [domainRow('Set domain authentication', { Note: ['', 'Managed'] })],
      expect: 'critical',
    },
    {
      name: 'settings of the federation',
      records: [
        domainRow('Set federation settings on domain', {
          IssuerUri: ['"https://id.example.com"', '"https://id.example.net"'],
        }),
      ],
      expect: 'critical',
    },
    {
      name: 'both rows of one change',
      records: [
        authentication(['Managed'], ['Federated']),
        domainRow('Set federation settings on domain', {}, { id: 'second' }),
      ],
      expect: 'critical',
    },
    {
      name: 'without a target',
      records: [domainRow('Set federation settings on domain', {}, { targetResources: [] })],
      expect: 'critical',
    },
    { name: 'a new domain', records: [domainRow('Add unverified domain')], expect: 'nothing' },
    {
      name: 'refused',
      records: [authentication(['Managed'], ['Federated'], { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

/** What a setting says of how people of the domain sign in: its value, or the entry of a list that ends its path. */
function kindOf(path: string, setting: SettingChange['after']): string | undefined {
  if (!path.startsWith('/livetype') || setting === undefined) return undefined;
  return (path.split('/')[2] ?? String(setting)).toLowerCase();
}
