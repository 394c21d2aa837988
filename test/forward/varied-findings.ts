import fc from 'fast-check';
import type { Actor, Finding, Party } from '../../shared/finding.ts';
import { severities } from '../../shared/severity.ts';
import { sampleFinding } from '../tell/sample-alerts.ts';

/** Findings as different as logs can make them, for whatever tells of findings. */

const id = '0f6f4a1c-2b11-4f2c-9a77-5d1c9a0e3b58';
export const jo = { type: 'user', id: 'jo-1', name: 'jo@contoso.example' } as const;
const types = 'user servicePrincipal group application device policy role other'.split(
  ' ',
) as Party['type'][];

const subjects: Party[] = [
  ...types.map((type) => ({ type, id, name: 'somebody' })),
  { type: 'user', id, name: null },
  { type: 'user', id: null, name: 'ada@contoso.example' },
  { type: 'other', id: null, name: null },
];

const addresses = ['203.0.113.9', '2001:db8::7', '::ffff:203.0.113.9', 'fe80::1%eth0'];
const unfit = ['unknown', '203.0.113.9:443', ' ', `${'ffff:'.repeat(6)}255.255.255.255`];
const actors: (Actor | null)[] = [
  null,
  ...[...addresses, ...unfit, null].map((ip) => ({ ...jo, ip })),
  ...types.map((type) => ({ type, id: 'x-1', name: null, ip: null })),
  { type: 'other', id: null, name: 'Azure AD PIM', ip: null },
  { type: 'user', id: null, name: null, ip: '203.0.113.9' },
  { type: 'user', id: null, name: null, ip: null },
];

const evidence = { app: 'Azure Portal', operation: 'Add member to role', service: 'PIM' };
const place = { city: 'Lisbon', country: 'PT', userAgent: 'Mozilla/5.0' };
const access = { device: 'LT-7', resource: 'Microsoft Graph', ticket: 'CHG-7' };
export const fullDetails = { ...evidence, ...place, ...access, justification: 'incident 7' };
const odd = { userAgent: 'curl/8', app: null, operation: 7, gathered: { apps: [], ips: [null] } };
const detailses: Finding['details'][] = [
  {},
  fullDetails,
  odd,
  { ip: '198.51.100.7', userAgent: 'curl' },
];

const categories = [
  ...['SignInLogs', 'NonInteractiveUserSignInLogs', 'ServicePrincipalSignInLogs', 'AuditLogs'],
  ...['RiskyUsers', 'Administrative', 'Graph'],
];

const others: Partial<Finding>[] = [
  { roles: [] },
  { roles: Array(9).fill({ templateId: 'x', name: 'Reader', scope: '/au-1' }) },
  { roles: Array(900).fill({ templateId: 'x', name: 'Reader'.repeat(70), scope: '/au-1' }) },
  { techniques: [] },
  { techniques: ['T9999', 'T9999.001', 'T1098', 'T1562.008', 'AML.T0051', 'toString', ''] },
  { tenantId: '' },
  { title: '', summary: '' },
  { source: { category: 'Graph', recordIds: [], correlationId: null }, actor: null },
  ...categories.map((category) => ({
    source: { category, recordIds: ['r-1', 'r-2'], correlationId: 'c-1' },
  })),
  { details: { policy: 'MFA for all', accounts: ['bg-1'], failure: 'denied', error: 50126 } },
  { details: { 'a.b': { c: { d: [{ e: 1 }, 'f'] } }, '': 1, isNew: false, at: 0 } },
  {
    details: Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`k${n}`, 'x'.repeat(2000)])),
  },
  ...severities.map((severity, index) => ({ severity, revision: index + 1 })),
];

export const variedFindings: readonly Finding[] = [
  // Each subject with each actor, and each of both with all the details.
  ...subjects.flatMap((subject, row) =>
    actors.map((actor, column) => {
      const details = detailses[(row + column) % detailses.length] ?? {};
      return sampleFinding({ subject, actor, details });
    }),
  ),
  ...others.map(sampleFinding),
];

/** One text wherever a log's words may end up. */
export function hostileFinding(name: string): Finding {
  const party = { type: 'group', id: name, name } as const;
  return sampleFinding({
    subject: party,
    actor: { ...party, ip: name },
    source: { category: name, recordIds: [name, name], correlationId: name },
    roles: [{ templateId: name, name, scope: name }],
    details: {
      ...Object.fromEntries(Object.keys(fullDetails).map((key) => [key, name])),
      [name]: name,
      gathered: { names: [name], [name]: [name] },
    },
    title: name,
    summary: name,
    tenantId: name,
    techniques: [name],
  });
}

// Every code point, halves of pairs included. Drawing them by itself costs no table of all of them.
const unit = fc.oneof(
  fc.nat({ max: 0x24f }).map((code) => String.fromCodePoint(code)),
  fc.nat({ max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
);
export const anyText = fc.string({ unit, maxLength: 60 });
const text = fc.option(anyText);
const ip = fc.option(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()));
const party = { type: fc.constantFrom(...types), id: text, name: text };
const detailKeys = [...Object.keys(fullDetails), 'ip', 'gathered', 'error', 'policy', '__proto__'];
const json = fc.json().map((one): unknown => JSON.parse(one));

/** Whatever a log held. */
export const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    subject: fc.record(party),
    actor: fc.option(fc.record({ ...party, ip })),
    details: fc.dictionary(fc.constantFrom(...detailKeys), fc.oneof(ip, json)),
    techniques: fc.array(fc.string()),
    severity: fc.constantFrom(...severities),
    revision: fc.integer({ min: 1, max: 9 }),
    summary: anyText,
  })
  .map(sampleFinding);
