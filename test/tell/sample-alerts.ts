import type { DetectionInfo } from '../../shared/detect/detection-info.ts';
import type { Finding, KeptFinding } from '../../shared/finding.ts';
import type { Incident } from '../../shared/incident.ts';
import { noResponse, type Person, type Response } from '../../shared/respond/response.ts';
import { type Alert, composeAlert, type Recipient } from '../../shared/tell/alert.ts';
import { canaryAlert } from '../../shared/tell/canary-alert.ts';

/** Invented incidents, as people would be told of them. */

const tenantId = '60e8de8d-8243-4bff-86c7-2aa35ef4cbf5';
export const tenant = { id: tenantId, name: 'contoso' };
export const consoleUrl = 'https://glasswatch.contoso.example';

const plainInfo: DetectionInfo = {
  id: 'breakglass-signin-success',
  title: 'Sign-in with a break-glass account',
  severity: 'critical',
  categories: ['SignInLogs'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access',
  why: 'Kept for lockouts only: a use is an emergency, a drill or an intruder.',
  triage: [
    'Ask the custodians of the account whether they are using it, by phone.',
    'If nobody claims it within five minutes, revoke its sessions and replace its credentials.',
    'Read everything it has done since: the incident page has the timeline.',
  ],
  falsePositives: ['A drill that was not declared.'],
};

export const infos: readonly DetectionInfo[] = [
  plainInfo,
  {
    ...plainInfo,
    id: 'privileged-role-assigned-outside-pim',
    title: 'Privileged role given outside PIM',
    severity: 'high',
    why: 'Standing access that skips approval, MFA and expiry is what intruders give themselves first.',
    triage: [
      'Ask the one who did it, not by mail, whether this was them and why PIM was not used.',
      'If not expected, remove the assignment and revoke the sessions of both accounts.',
    ],
  },
  {
    ...plainInfo,
    id: 'admin-signin-no-mfa',
    title: 'Administrator signed in without MFA',
    severity: 'high',
    why: 'A password alone opened an account that can change the directory.',
    triage: [
      'Find the Conditional Access policy that should have asked for MFA and why it did not apply.',
      'If the sign-in is not known to the administrator, revoke sessions and reset the password.',
    ],
  },
];

export const about = (id: string) => infos.find((info) => info.id === id);

export function sampleFinding(over: Partial<Finding> = {}): Finding {
  return {
    id: 'f0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5',
    revision: 1,
    incident: '3a9c41d27be84f0c9d55b1e07a6f2c18',
    detection: 'breakglass-signin-success',
    severity: 'critical',
    title: 'Break-glass account USED: bg-01@contoso.example from 203.0.113.9, FIDO2',
    summary:
      'bg-01@contoso.example signed in to Azure Portal from 203.0.113.9 (Lisbon, PT). No drill is declared.',
    time: '2026-11-20T02:03:07.412Z',
    tenantId,
    subject: { type: 'user', id: 'bg-1', name: 'bg-01@contoso.example' },
    actor: { type: 'user', id: 'bg-1', name: 'bg-01@contoso.example', ip: '203.0.113.9' },
    roles: [{ templateId: 'ga', name: 'Global Administrator', scope: '/' }],
    techniques: ['T1078.004'],
    source: { category: 'SignInLogs', recordIds: ['r-1'], correlationId: 'c-1' },
    details: {
      app: 'Azure Portal',
      client: 'Browser',
      city: 'Lisbon',
      country: 'PT',
      device: 'not registered',
      mfa: 'FIDO2 security key',
    },
    ...over,
  };
}

export function keep(finding: Finding, over: Partial<KeptFinding> = {}): KeptFinding {
  const at = Date.parse(finding.time);
  return {
    finding,
    state: 'open',
    precedence: '0',
    severityWhenRepeated: null,
    recordId: '',
    arrivedAt: new Date(at + 144_000).toISOString(),
    detectedAt: new Date(at + 149_000).toISOString(),
    ...over,
  };
}

export function sampleIncident(over: Partial<Incident> = {}): Incident {
  const { incident: id, time, title, severity, subject } = sampleFinding();
  return {
    id,
    tenantId,
    matter: 'break-glass',
    status: 'open',
    revision: 1,
    severity,
    title,
    subject,
    firstAt: time,
    lastAt: time,
    openedAt: time,
    updatedAt: time,
    findings: 1,
    response: noResponse,
    events: 0,
    ...over,
  };
}

type AlertParts = Parameters<typeof composeAlert>[0];

export const compose = (over: Partial<AlertParts> = {}): Alert =>
  composeAlert({
    deliveryId: '3a9c41d27be84f0c9d55b1e07a6f2c18-1-soc',
    kind: 'new',
    incident: sampleIncident(),
    findings: [keep(sampleFinding())],
    about,
    tenant,
    consoleUrl,
    ...over,
  });

const jo = { type: 'user', id: 'jo-1', name: 'jo@contoso.example' } as const;
const sam = { type: 'user', id: 'sam-1', name: 'sam@contoso.example' } as const;
const roleIncident = '8d1f0a6b5c2e4d7f9a3b6c8e1d4f7a20';

const roleFinding = (n: number, role: string, time: string) =>
  sampleFinding({
    id: `a${n}a2a3a4a5a6a7a8a9aaabacadaeaf0${n}`,
    incident: roleIncident,
    detection: 'privileged-role-assigned-outside-pim',
    severity: role === 'Global Administrator' ? 'high' : 'medium',
    title: `jo@contoso.example gave sam@contoso.example ${role} outside PIM`,
    summary: `A standing assignment of ${role} over the whole directory, made directly, though contoso uses PIM.`,
    time,
    subject: sam,
    actor: { ...jo, ip: '198.51.100.24' },
    roles: [{ templateId: `role-${n}`, name: role, scope: '/' }],
    techniques: ['T1098.003'],
    source: { category: 'AuditLogs', recordIds: ['r-2', 'r-3'], correlationId: 'c-2' },
    details: {
      operation: 'Add member to role outside of PIM',
      service: 'PIM',
      justification: 'covering for Ana',
      ticket: 'CHG-4711',
      client: 'Microsoft Graph PowerShell',
      gathered: { hours: ['2026-11-20T09Z'] },
    },
  });

const roleFindings = [
  roleFinding(1, 'Global Administrator', '2026-11-20T09:12:07.000Z'),
  roleFinding(2, 'Exchange Administrator', '2026-11-20T09:14:40.000Z'),
  roleFinding(3, 'Security Administrator', '2026-11-20T09:16:02.000Z'),
].map((finding) => keep(finding));

const noMfa = sampleFinding({
  id: 'b1b2b3b4b5b6b7b8b9babbbcbdbebfb0',
  incident: '51c0ffee51c0ffee51c0ffee51c0ffee',
  detection: 'admin-signin-no-mfa',
  severity: 'high',
  title: 'ana@contoso.example (User Administrator) signed in without MFA from 192.0.2.77',
  summary: 'ana@contoso.example reached Microsoft Graph PowerShell with a password alone.',
  subject: { type: 'user', id: 'ana-1', name: 'ana@contoso.example' },
  actor: { type: 'user', id: 'ana-1', name: 'ana@contoso.example', ip: '192.0.2.77' },
  roles: [{ templateId: 'ua', name: 'User Administrator', scope: '/administrativeUnits/7' }],
  details: { app: 'Microsoft Graph PowerShell', country: 'BR', mfa: 'no', seen: 3 },
});

export const sampleAlerts = {
  breakGlass: compose(),
  roleOutsidePim: compose({
    deliveryId: `${roleIncident}-2-soc`,
    kind: 'update',
    incident: sampleIncident({ id: roleIncident, revision: 2, findings: 3, severity: 'high' }),
    findings: roleFindings,
  }),
  noMfa: compose({
    deliveryId: `${noMfa.incident}-1-soc`,
    incident: sampleIncident({ id: noMfa.incident, severity: 'high' }),
    findings: [keep(noMfa)],
  }),
  withdrawn: compose({
    deliveryId: `${noMfa.incident}-2-soc`,
    kind: 'correction',
    incident: sampleIncident({ id: noMfa.incident, revision: 2, severity: 'high', findings: 0 }),
    findings: [keep(noMfa, { state: 'withdrawn' })],
  }),
};

export const ana: Person = { id: 'ana', name: 'Ana Ruiz', identifiedBy: 'sign-in' };
export const ben: Person = { id: 'ben', name: 'Ben Okafor', identifiedBy: 'link' };
export const anaOnCall: Recipient = {
  id: 'ana',
  name: 'Ana Ruiz',
  account: 'ana@contoso.example',
  mail: 'ana@example.org',
};
export const benOnCall: Recipient = {
  id: 'ben',
  name: 'Ben Okafor',
  account: 'b0b0b0b0-8243-4bff-86c7-2aa35ef4cbf5',
  mail: null,
};

export const taken: Response = {
  ...noResponse,
  askedAt: '2026-11-20T02:03:07.412Z',
  acknowledgement: {
    by: ana,
    at: '2026-11-20T02:05:12.000Z',
    claim: 'emergency',
    reason: 'CA lock-out',
    until: '2026-11-20T03:05:12.000Z',
    holdsUntil: null,
    isOvertaken: false,
  },
};

export const closed: Response = {
  ...taken,
  askedAt: null,
  resolution: {
    by: ben,
    at: '2026-11-20T04:20:00.000Z',
    verdict: 'true',
    reason: 'lock-out mended, key replaced',
    isCredentialRotated: true,
  },
};

const answered = (
  revision: number,
  kind: Alert['kind'],
  over: Partial<Parameters<typeof sampleIncident>[0]>,
  parts: Partial<AlertParts> = {},
): Alert =>
  compose({
    deliveryId: `3a9c41d27be84f0c9d55b1e07a6f2c18-${revision}-soc`,
    kind,
    incident: sampleIncident({ revision, ...over }),
    news: [],
    ...parts,
  });

/** The same incident while people answer it. */
export const answeredAlerts = {
  escalation: answered(
    2,
    'escalation',
    { response: { ...noResponse, askedAt: '2026-11-20T02:03:07.412Z', tiersTold: 2 } },
    { at: '2026-11-20T02:08:07.412Z', onCall: [anaOnCall, benOnCall] },
  ),
  acknowledged: answered(3, 'acknowledged', { status: 'acknowledged', response: taken }),
  lapsed: answered(
    4,
    'lapsed',
    { response: taken },
    { because: 'The account has signed in again, to Exchange Online.', onCall: [anaOnCall] },
  ),
  closed: answered(5, 'closed', { status: 'resolved', response: closed }),
  reopened: answered(
    6,
    'reopened',
    { response: { ...closed, period: 2, acknowledgement: null } },
    { because: 'The account was used after the incident was closed.' },
  ),
  drill: compose({
    incident: sampleIncident({
      response: {
        ...noResponse,
        drill: { id: 'd1', declaredBy: 'Ana Ruiz', until: '2026-11-20T03:00:00.000Z' },
      },
    }),
  }),
  canary: canaryAlert(
    'soc',
    `${consoleUrl}/canaries/soc/5f0c`,
    Date.parse('2026-11-23T10:00:00.000Z'),
  ),
};

export const personalLink = {
  url: `${consoleUrl}/link/eyJhbGciOiJIUzI1NiJ9.e30.s3cret`,
  until: '2026-11-20T03:08:07.412Z',
};

/** For Ana alone. */
export const personalAlert: Alert = {
  ...answeredAlerts.escalation,
  id: '3a9c41d27be84f0c9d55b1e07a6f2c18-2-ana',
  personal: { to: anaOnCall, link: personalLink },
};

/** Names that try to be more than a name. */
export const hostileNames = {
  markdown:
    '**bold** [Reset your password](https://evil.example/) # x `code` ![i](https://e.example/p)',
  html: `<img src=x onerror="window.__ran=1"><script>window.__ran=1</script></style></script>'"\``,
  mention: '<at>Everyone</at>',
  template: `{{DATE(2026-11-21T10:00:00Z,SHORT)}} ${'$'}{tenantName}`,
  bidi: 'Eve\u202egpj.exe\u2066x\u2069\u200b\ufeff',
  header: 'x\r\nBcc: eve@evil.example\r\n\r\n<b>body</b>',
  controls: '\u0000\u0007\u001b[31mred\u009b\u2028\u2029',
  long: 'long '.repeat(2000),
  wide: '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}\u200d\u{1F466}'.repeat(500),
  piled: `e${'\u0301'.repeat(10_000)}`,
  half: 'a\ud800b',
  quotes: '"\\'.repeat(5000),
  empty: '',
};

/** The alert with one name in every place where a log's words may end up. */
export function hostileAlert(name: string): Alert {
  const many = <T>(count: number, one: T) => Array.from({ length: count }, () => one);
  return {
    ...sampleAlerts.roleOutsidePim,
    title: name,
    summary: name,
    tenant: { id: tenantId, name },
    facts: many(60, { label: name, value: name }),
    why: name,
    next: many(30, name),
    detection: name,
    techniques: many(20, name),
    also: many(50, { finding: name, severity: 'high', title: name, time: name }),
    findings: 5000,
    answer: name,
    drill: { declaredBy: name, until: name },
    onCall: many(30, { id: 'x', name, account: null, mail: null }),
  };
}
