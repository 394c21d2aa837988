import { defineDetection } from '../detection.ts';
import { policyRow } from '../examples/policies.ts';
import { widenedLocation } from '../rows/named-locations.ts';
import { policyParty, policyTarget } from '../rows/policy-target.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, listOf, nameOf } from '../wording.ts';

const update = (before: unknown, after: unknown, fields: object = {}) =>
  policyRow('Update named location', { namedLocation: [before, after] }, fields);
const add = (location: object) =>
  policyRow('Add named location', { namedLocation: [null, location] });
const ranges = (isTrusted: boolean | null, ...addresses: string[]) => ({
  displayName: 'Office',
  ...(isTrusted !== null && { isTrusted }),
  ipRanges: addresses.map((cidrAddress) => ({ cidrAddress })),
});
const countries = (countriesAndRegions: string[], includeUnknownCountriesAndRegions = false) => ({
  countriesAndRegions,
  includeUnknownCountriesAndRegions,
});
const [office, home, evil] = ['198.51.100.0/24', '2001:db8::/32', '203.0.113.7/32'];

export default defineDetection({
  id: 'named-location-trusted-changed',
  title: 'Named location trusted or widened',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries:
    'medium where the location is not trusted; low where the record does not tell what changed',
  categories: ['AuditLogs'],
  techniques: ['T1556.009'],
  source:
    'https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network',
  why: 'From a trusted place Conditional Access often asks for no second factor. Who adds an address of their own needs no other exception.',
  triage: [
    'Whose addresses are they? Ask whoever added them.',
    'If nobody knows: take them out again and look for sign-ins from there since.',
  ],
  falsePositives: ['A new office or another provider.'],

  detect(event) {
    const isNew = event.operation === 'add named location';
    if (event.result !== 'success' || !(isNew || event.operation === 'update named location'))
      return;
    const target = policyTarget(event);
    const found = widenedLocation(target, isNew);
    if (!found) return;
    const location = policyParty(target);
    const { key, gathered } = oneClick(event);
    return {
      key: [location.id ?? location.name, key],
      title: `${nameOf(event.actor)} > named location ${nameOf(location)}: ${listOf(found.what)}`,
      summary: `${nameOf(event.actor)} changed the named location ${nameOf(location)}: ${listOf(found.what)}.`,
      severity: found.severity,
      subject: location,
      matter: ['tenant-policy', 'conditional-access'],
      gathered,
      details: {
        ...auditDetails(event),
        location: nameOf(location),
        changes: found.what.slice(0, 20),
      },
    };
  },

  examples: () => [
    {
      name: 'trusted',
      records: [update(ranges(false, office), ranges(true, office))],
      expect: 'high',
    },
    {
      name: 'trusted, as a property of its own',
      records: [policyRow('Update named location', { isTrusted: ['"False"', '"True"'] })],
      expect: 'high',
    },
    {
      name: 'another address, as a property of its own',
      records: [policyRow('Update named location', { ipRanges: [[office], [office, evil]] })],
      expect: 'medium',
    },
    {
      name: 'only names of properties',
      records: [
        policyRow('Update named location', { 'Included Updated Properties': ['', '"IpRanges"'] }),
      ],
      expect: 'low',
    },
    {
      name: 'no longer trusted',
      records: [update(ranges(true, office), ranges(false, office))],
      expect: 'nothing',
    },
    {
      name: 'a trusted one gets another address',
      records: [update(ranges(true, office), ranges(true, office, evil))],
      expect: 'high',
    },
    {
      name: 'one that is not trusted gets another address',
      records: [update(ranges(null, office), ranges(null, office, home))],
      expect: 'medium',
    },
    {
      name: 'a wider network',
      records: [update(ranges(true, '198.51.100.0/25'), ranges(true, office))],
      expect: 'high',
    },
    {
      name: 'a narrower network',
      records: [update(ranges(true, office), ranges(true, '198.51.100.128/25'))],
      expect: 'nothing',
    },
    {
      name: 'a network beside another of the same size',
      records: [update(ranges(true, office), ranges(true, '198.51.101.0/24'))],
      expect: 'high',
    },
    {
      name: 'in another order',
      records: [update(ranges(true, office, home), ranges(true, home, office))],
      expect: 'nothing',
    },
    {
      name: 'something that is no network',
      records: [update(ranges(true, office, 'x/999'), ranges(true, office, 'y/999'))],
      expect: 'high',
    },
    {
      name: 'the same that is no network',
      records: [update(ranges(true, 'x/999'), ranges(true, 'X/999'))],
      expect: 'nothing',
    },
    {
      name: 'a single address out of a network',
      records: [update(ranges(true, office), ranges(true, '198.51.100.7'))],
      expect: 'nothing',
    },
    {
      name: 'a network around a single address',
      records: [update(ranges(true, '198.51.100.7'), ranges(true, office))],
      expect: 'high',
    },
    {
      name: 'another address, as a property of its own, with more words',
      records: [
        policyRow('Update named location', {
          ipRanges: [[{ cidrAddress: office }], [{ cidrAddress: office }, { cidrAddress: evil }]],
        }),
      ],
      expect: 'medium',
    },
    {
      name: 'as the directory writes it',
      records: [
        update(
          '["{\\"CidrIpRanges\\":[\\"198.51.100.0/24\\"],\\"Categories\\":[]}"]',
          '["{\\"CidrIpRanges\\":[\\"198.51.100.0/24\\"],\\"Categories\\":[\\"trusted\\"]}"]',
        ),
      ],
      expect: 'high',
    },
    {
      name: 'as the directory writes countries',
      records: [
        update(
          '["{\\"CountryIsoCodes\\":[\\"DE\\"],\\"ApplyToUnknownCountry\\":false}"]',
          '["{\\"CountryIsoCodes\\":[\\"DE\\"],\\"ApplyToUnknownCountry\\":true}"]',
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'a list with a hole in it',
      records: [update({ ipRanges: [null] }, { ipRanges: [null, { cidrAddress: evil }] })],
      expect: 'medium',
    },
    {
      name: 'the same country, in small letters',
      records: [update(countries(['DE']), countries(['de']))],
      expect: 'nothing',
    },
    {
      name: 'another country',
      records: [update(countries(['DE']), countries(['DE', 'RU']))],
      expect: 'medium',
    },
    {
      name: 'one country less',
      records: [update(countries(['DE', 'RU']), countries(['DE']))],
      expect: 'nothing',
    },
    {
      name: 'countries that nobody knows',
      records: [update(countries(['DE']), countries(['DE'], true))],
      expect: 'medium',
    },
    {
      name: 'only countries that are known',
      records: [update(countries(['DE'], true), countries(['DE']))],
      expect: 'nothing',
    },
    {
      name: 'renamed',
      records: [update(ranges(true, office), { ...ranges(true, office), displayName: 'HQ' })],
      expect: 'nothing',
    },
    { name: 'a new one, trusted', records: [add(ranges(true, office))], expect: 'high' },
    { name: 'a new one, not trusted', records: [add(ranges(false, office))], expect: 'nothing' },
    { name: 'trusted, before unknown', records: [update(null, ranges(true))], expect: 'high' },
    { name: 'nothing is told', records: [update(null, null)], expect: 'low' },
    {
      name: 'no target is told',
      records: [update(null, null, { targetResources: [] })],
      expect: 'low',
    },
    { name: 'nothing is told of a new one', records: [add({})], expect: 'nothing' },
    {
      name: 'text that broke off',
      records: [
        update(
          JSON.stringify(ranges(true, office, evil)).slice(0, 60),
          JSON.stringify(ranges(true, office, evil)),
        ),
      ],
      expect: 'low',
    },
    {
      name: 'deleted',
      records: [
        policyRow('Delete named location', { namedLocation: [ranges(true, office), null] }),
      ],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [update(ranges(false, office), ranges(true, office), { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});
