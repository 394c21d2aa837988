import { cleanLine } from '../../clean-text.ts';
import type { AuditTarget } from '../../read/event.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { defineDetection } from '../detection.ts';
import { applicationChanged, change, crm } from '../examples/applications.ts';
import { workloads } from '../examples/tenant.ts';
import {
  applicationMatch,
  applicationOf,
  applicationTarget,
  heldInWords,
} from '../rows/applications.ts';
import {
  type AddressRisk,
  addressesIn,
  domainsOf,
  hostOf,
  isBeneath,
  riskOf,
} from '../rows/redirect-uris.ts';
import { listOf } from '../wording.ts';

const addresses = (...list: string[]) => list.map((Address) => ({ AddressType: 0, Address }));
const old = 'https://crm.partner.example/auth';
const changed = (before: string[], after: string[], fields = {}, app = crm) =>
  applicationChanged(
    'Update application',
    [change('AppAddress', addresses(...before), addresses(...after))],
    fields,
    app,
  );
const now = (...after: string[]) => changed([old], [old, ...after]);
const ofDeployer = (before: string[], after: string[]) =>
  changed(before, after, {}, workloads.deployer);

export default defineDetection({
  id: 'app-redirect-uri-changed',
  title: 'Redirect address of an application leads elsewhere',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries:
    'High for an address with a wildcard or without encryption, and where the application holds a privileged role.',
  categories: ['AuditLogs'],
  techniques: ['T1528'],
  source: 'https://learn.microsoft.com/entra/identity-platform/reply-url',
  why: 'Entra hands the tokens of whoever signs in to the redirect address. An address on somebody else’s host, or one that can be listened to, hands them over.',
  triage: [
    'Find out who owns the new host, and whether it still exists.',
    'If nobody knows it: take the address away and revoke the sessions of those who signed in to the application since.',
    'Look at what else the actor changed of the application.',
  ],
  falsePositives: [
    'A new environment of the application on a host that is not under a domain of the tenant.',
    'The first addresses of an application count only if they have a wildcard or no encryption.',
  ],

  detect(event, { watchlist }) {
    const target = applicationTarget(event);
    if (event.operation !== 'update application' || event.result !== 'success' || !target) return;
    const app = applicationOf(event, watchlist);
    const roles = watchlist.rolesOf(app, event.at);
    const risky = riskyAddresses(target, watchlist, roles.length > 0);
    if (risky.length === 0) return;
    const what = `redirect address ${listOf(risky.map(({ risk }) => risk))}${heldInWords(roles)}`;
    const match = applicationMatch(event, app, what, []);
    const isGrave = roles.length > 0 || risky.some(({ risk }) => risk !== 'foreign');
    return {
      ...match,
      severity: isGrave ? 'high' : 'medium',
      roles,
      details: {
        ...match.details,
        addresses: risky.slice(0, 20).map(({ address }) => cleanLine(address)),
      },
    };
  },

  examples: () => [
    { name: 'another host', records: [now('https://evil.example.net/auth')], expect: 'medium' },
    {
      name: 'a host that only ends like a domain of the tenant',
      records: [now('https://evil-example.com/auth')],
      expect: 'medium',
    },
    {
      name: 'a host that hides behind a name',
      records: [now('https://example.com@evil.example.net/auth')],
      expect: 'medium',
    },
    { name: 'a wildcard', records: [now('https://*.example.com/auth')], expect: 'high' },
    { name: 'a wildcard at the end', records: [now('https://example.com/*')], expect: 'high' },
    {
      name: 'a plain list of addresses',
      records: [
        applicationChanged('Update application', [
          change('AppAddress', [], [null, 'http://app.example.com/auth']),
        ]),
      ],
      expect: 'high',
    },
    {
      name: 'one of two is not encrypted',
      records: [now('https://evil.example.net/auth', 'http://app.example.com/auth')],
      expect: 'high',
    },
    { name: 'not encrypted', records: [now('http://app.example.com/auth')], expect: 'high' },
    {
      name: 'the first address, not encrypted',
      records: [changed([], ['http://app.example.com/auth'])],
      expect: 'high',
    },
    {
      name: 'another host for a privileged application',
      records: [ofDeployer([old], ['https://evil.example.net'])],
      expect: 'high',
    },
    {
      name: 'the first host of a privileged application',
      records: [ofDeployer([], ['https://evil.example.net'])],
      expect: 'high',
    },
    {
      name: 'a row without targets',
      records: [changed([old], ['http://a.example.net'], { targetResources: [] })],
      expect: 'nothing',
    },
    { name: 'a domain of the tenant', records: [now('https://example.com/b')], expect: 'nothing' },
    { name: 'beneath one', records: [now('https://app.example.com/b')], expect: 'nothing' },
    { name: 'its host of old', records: [now('https://crm.partner.example/b')], expect: 'nothing' },
    {
      name: 'the developer’s own machine',
      records: [now('http://localhost:3000', 'http://127.0.0.1/a', 'http://[::1]:80/')],
      expect: 'nothing',
    },
    {
      name: 'a program',
      records: [now('msal1234://auth', 'urn:ietf:wg:oauth:2.0:oob', 'not an address')],
      expect: 'nothing',
    },
    {
      name: 'the first address',
      records: [changed([], ['https://crm.partner.example/auth'])],
      expect: 'nothing',
    },
    {
      name: 'no new address',
      records: [changed([old, 'http://a.example.net'], ['http://a.example.net'])],
      expect: 'nothing',
    },
    {
      name: 'another change of the application',
      records: [applicationChanged('Update application', [change('DisplayName', 'a', 'b')])],
      expect: 'nothing',
    },
    {
      name: 'its service principal, which only follows',
      records: [
        applicationChanged('Update service principal', [
          change('AppAddress', addresses(old), addresses('https://evil.example.net')),
        ]),
      ],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [changed([old], ['https://evil.example.net'], { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

type Risky = { address: string; risk: AddressRisk };

function riskyAddresses(target: AuditTarget, watchlist: Watchlist, isPrivileged: boolean): Risky[] {
  const change = target.changes.get('appaddress');
  const before = addressesIn(change?.before);
  const domains = domainsOf(watchlist);
  const hosts = new Set(before.map(hostOf));
  const risky = addressesIn(change?.after)
    .filter((address) => !before.includes(address))
    .flatMap((address) => {
      const risk = riskOf(address, (host) => hosts.has(host) || isBeneath(host, domains));
      return risk ? [{ address, risk }] : [];
    });
  // The first host of an application is nobody's but its own.
  const isFirst = before.length === 0 && !isPrivileged;
  return isFirst ? risky.filter(({ risk }) => risk !== 'foreign') : risky;
}
