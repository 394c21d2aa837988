import { describe, expect, test } from 'vitest';
import { noResponse, type Response } from '../../shared/respond/response.ts';
import { canaryAlert } from '../../shared/tell/canary-alert.ts';
import { clockLine } from '../../shared/tell/clock-line.ts';
import {
  anaOnCall,
  answeredAlerts,
  ben,
  closed,
  compose,
  consoleUrl,
  hostileNames,
  keep,
  sampleAlerts,
  sampleFinding,
  sampleIncident,
  taken,
} from './sample-alerts.ts';

const factOf = (label: string, over: Parameters<typeof sampleFinding>[0]) =>
  compose({ findings: [keep(sampleFinding(over))] }).facts.find((one) => one.label === label)
    ?.value;

describe('which finding leads', () => {
  const at = (id: string, severity: 'medium' | 'high' | 'critical', time: string) =>
    keep(sampleFinding({ id, severity, title: id, time }));
  const [old, newer, worst, newest] = [
    at('old', 'high', '2026-11-20T01:00:00.000Z'),
    at('newer', 'critical', '2026-11-20T02:00:00.000Z'),
    at('worst', 'critical', '2026-11-20T03:00:00.000Z'),
    at('newest', 'medium', '2026-11-20T04:00:00.000Z'),
  ];

  test('the most severe one, of equals the newest; the others follow, newest first', () => {
    const alert = compose({ findings: [old, worst, newest, newer] });
    expect(alert).toMatchObject({ finding: 'worst', title: 'worst', severity: 'critical' });
    expect(alert.also.map(({ finding }) => finding)).toEqual(['newest', 'newer', 'old']);
    expect(alert.findings).toBe(4);
  });

  test('a withdrawn one is not told of while another is open', () => {
    const alert = compose({ findings: [{ ...worst, state: 'withdrawn' }, old] });
    expect(alert).toMatchObject({ finding: 'old', also: [], findings: 1 });
  });

  test('of many others some are listed, among them the one that came first', () => {
    const many = Array.from({ length: 40 }, (_, i) =>
      at(`f${i}`, 'medium', `2026-11-20T05:00:${10 + i}.000Z`),
    );
    const alert = compose({ findings: [worst, ...many, old] });
    expect(alert.also).toHaveLength(10);
    expect(alert.also.at(-1)?.finding).toBe('old');
    expect(alert.findings).toBe(42);
  });

  test('the order in which findings are read changes nothing', () => {
    const all = [old, newer, worst, newest];
    expect(compose({ findings: all.toReversed() })).toEqual(compose({ findings: all }));
  });
});

describe('facts', () => {
  test('answer what an analyst asks, in that order', () => {
    expect(
      sampleAlerts.roleOutsidePim.facts.map(({ label, value }) => `${label}: ${value}`),
    ).toEqual([
      'What: Privileged role given outside PIM',
      'Done by: jo@contoso.example',
      'Done to: sam@contoso.example',
      'Role: Global Administrator (whole directory)',
      'Operation: Add member to role outside of PIM',
      'Service: PIM',
      'Address: 198.51.100.24',
      'Client: Microsoft Graph PowerShell',
      'Justification: covering for Ana',
      'Ticket: CHG-4711',
      'Seen: in 2 log records',
    ]);
  });

  test('who did it and to whom are one line if they are one', () => {
    const labels = sampleAlerts.breakGlass.facts.map(({ label }) => label);
    expect(labels).toContain('Account');
    expect(labels).not.toContain('Done by');
  });

  test.each([
    ['Done by', { actor: null }, 'not named in the log'],
    [
      'Source',
      { actor: null, subject: { type: 'other', id: null, name: '2001:db8:0:1::/64' } },
      '2001:db8:0:1::/64',
    ],
    [
      'About',
      { actor: null, subject: { type: 'other', id: null, name: 'AuditLogs' } },
      'AuditLogs',
    ],
    [
      'Done to',
      { actor: null, subject: { type: 'other', id: null, name: 'AuditLogs' } },
      undefined,
    ],
    [
      'Done by',
      { actor: { type: 'servicePrincipal', id: 'sp-1', name: 'Backup', ip: null } },
      'Backup (service principal sp-1)',
    ],
    ['Done by', { actor: { type: 'user', id: 'u-9', name: null, ip: null } }, 'u-9'],
    ['Done to', { subject: { type: 'group', id: 'g', name: 'Admins' } }, 'Admins (group g)'],
    ['Role', { roles: [{ templateId: 't', name: '', scope: '/' }] }, 't (whole directory)'],
    ['Ends', { details: { expires: '2026-11-21T10:00:00Z' } }, '2026-11-21 10:00 UTC'],
    ['Ends', { details: { expires: 'never' } }, 'never'],
    ['MFA', { details: { mfa: 'no' } }, 'not used'],
    ['MFA', { details: { mfa: 'FIDO2' } }, 'FIDO2'],
    ['Address', { actor: null, details: { ip: '192.0.2.7' } }, '192.0.2.7'],
    ['Error', { details: { error: 50126 } }, '50126'],
    ['Seen', { details: { seen: 12 } }, '12 times'],
    ['Seen', { details: {} }, undefined],
    ['Device', { details: { device: { secret: 1 } } }, undefined],
    ['Addresses', { details: { addresses: ['192.0.2.1', '192.0.2.2'] } }, '192.0.2.1, 192.0.2.2'],
    [
      'Addresses',
      { details: { addresses: Array.from({ length: 20 }, (_, i) => `192.0.2.${i}`) } },
      '192.0.2.0, 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5, 192.0.2.6, 192.0.2.7 and 12 more',
    ],
    ['Operations', { details: { gathered: 'not a map' } }, undefined],
    ['Operations', { details: { gathered: { operations: ['a', 'b'] } } }, 'a, b'],
    ['Kind of grant', { details: { grant: 'standing' } }, 'standing'],
  ] as const)('%s of %j is %j', (label, over, value) => {
    expect(factOf(label, over as Parameters<typeof sampleFinding>[0])).toBe(value);
  });

  test('unknown keys are for machines', () => {
    const { facts } = compose({ findings: [keep(sampleFinding({ details: { inner: 'x' } }))] });
    expect(JSON.stringify(facts)).not.toContain('inner');
  });
});

describe('a correction says so plainly', () => {
  const finding = sampleFinding({ severity: 'medium' });

  test('when nothing is left', () => {
    expect(sampleAlerts.withdrawn).toMatchObject({
      severity: 'informational',
      findings: 0,
      why: '',
    });
    expect(sampleAlerts.withdrawn.title).toMatch(/^Withdrawn: ana@/);
    expect(sampleAlerts.withdrawn.summary).toMatch(/^A later record shows .*nothing to find/);
  });

  test('when it matters less than was said', () => {
    const alert = compose({ kind: 'correction', findings: [keep(finding)] });
    expect(alert.title).toMatch(/^Corrected, now medium: Break-glass/);
    expect(alert.severity).toBe('medium');
  });
});

test('an incident whose findings are gone is still told of by its own title', () => {
  const alert = compose({ kind: 'correction', findings: [] });
  expect(alert).toMatchObject({ finding: '', detection: '', facts: [], findings: 0 });
  expect(alert.title).toBe(`Withdrawn: ${sampleIncident().title}`);
});

test('an incident of which nothing was read is told of as it stands, not as an all-clear', () => {
  expect(compose({ findings: [] })).toMatchObject({
    kind: 'new',
    severity: 'critical',
    title: sampleIncident().title,
  });
});

test('findings withdrawn before they were told of are told of as that', () => {
  const alert = compose({ kind: 'new', findings: [keep(sampleFinding(), { state: 'withdrawn' })] });
  expect(alert).toMatchObject({ kind: 'correction', severity: 'informational' });
});

test('a detection that is no longer known costs its explanation, not the alert', () => {
  const alert = compose({ about: () => undefined });
  expect(alert).toMatchObject({ why: '', next: [], severity: 'critical' });
});

test.each([
  [consoleUrl, 'https://glasswatch.contoso.example/incidents/3a9c41d27be84f0c9d55b1e07a6f2c18'],
  [
    `${consoleUrl}/app/`,
    'https://glasswatch.contoso.example/app/incidents/3a9c41d27be84f0c9d55b1e07a6f2c18',
  ],
  ['http://127.0.0.1:7071', 'http://127.0.0.1:7071/incidents/3a9c41d27be84f0c9d55b1e07a6f2c18'],
  ['https://user:pw@glasswatch.contoso.example', null],
  ['javascript:alert(1)', null],
  ['not a url', null],
  [null, null],
])('console %s: link %s', (url, link) => expect(compose({ consoleUrl: url }).link).toBe(link));

test('an incident id can not lead the link elsewhere', () => {
  const incident = sampleIncident({ id: '../..//evil.example?x#y' });
  expect(compose({ incident }).link).toBe(
    `${consoleUrl}/incidents/..%2F..%2F%2Fevil.example%3Fx%23y`,
  );
});

test.each(Object.entries(hostileNames))(
  'a hostile name (%s) becomes clean, short lines',
  (_, name) => {
    const party = { type: 'user', id: name, name } as const;
    const finding = sampleFinding({
      title: name,
      summary: name,
      subject: party,
      actor: { ...party, id: 'x', ip: name },
      roles: [{ templateId: name, name, scope: name }],
      details: { app: name, addresses: [name, name], gathered: { operations: [name] } },
    });
    const { facts, title, summary, tenant } = compose({
      findings: [keep(finding)],
      tenant: { id: 't', name },
    });
    for (const text of [title, summary, tenant.name, ...facts.map(({ value }) => value)]) {
      expect(text).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
      expect(text.isWellFormed()).toBe(true);
      expect([...new Intl.Segmenter().segment(text)].length).toBeLessThanOrEqual(500);
    }
  },
);

describe('the clock line', () => {
  const happenedAt = '2026-11-20T09:12:07.000Z';
  test.each([
    [
      { happenedAt, arrivedAt: '2026-11-20T09:14:31.000Z', detectedAt: '2026-11-20T09:14:36.000Z' },
      'happened 09:12:07 · arrived 09:14:31 · detected 09:14:36 UTC, 20 Nov 2026 (2 min 29 s later)',
    ],
    [
      { happenedAt, arrivedAt: null, detectedAt: '2026-11-21T10:12:07.000Z' },
      'happened 2026-11-20 09:12:07 · detected 10:12:07 UTC, 21 Nov 2026 (1 d 1 h later)',
    ],
    [
      { happenedAt, arrivedAt: null, detectedAt: happenedAt },
      'happened 09:12:07 · detected 09:12:07 UTC, 20 Nov 2026',
    ],
    [
      { happenedAt: 'never', arrivedAt: null, detectedAt: 'unknown' },
      'happened never · detected unknown UTC',
    ],
  ])('%j', (clocks, line) => expect(clockLine(clocks)).toBe(line));
});

describe('the answer of people', () => {
  const asked: Response = { ...noResponse, askedAt: '2026-11-20T02:00:00.000Z' };
  const at = '2026-11-20T02:12:00.000Z';

  test.each([
    ['nobody was asked', 'open', noResponse, null],
    ['nobody has had the time', 'open', asked, null],
    [
      'tiers were told',
      'open',
      { ...asked, tiersTold: 3 },
      'Nobody has answered for 12 min · step 3',
    ],
    [
      'somebody has it',
      'acknowledged',
      taken,
      'Ana Ruiz has it since 02:05:12 UTC: emergency, CA lock-out',
    ],
    [
      'nobody knows what it is',
      'acknowledged',
      {
        ...taken,
        acknowledgement: taken.acknowledgement && {
          ...taken.acknowledgement,
          claim: 'unknown',
          reason: '',
        },
      },
      'Ana Ruiz has it since 02:05:12 UTC: not known yet what it is',
    ],
    [
      'it lapsed',
      'open',
      { ...taken, askedAt: '2026-11-20T02:10:00.000Z', tiersTold: 1 },
      'Ana Ruiz took it at 02:05:12 UTC, which counts no more. Nobody has answered for 2 min · step 1',
    ],
    [
      'somebody closed it',
      'resolved',
      closed,
      'Ben Okafor closed it at 04:20:00 UTC: a true finding, lock-out mended, key replaced',
    ],
    ['it was over by itself', 'resolved', noResponse, null],
    [
      'it was opened again',
      'open',
      { ...closed, period: 2, acknowledgement: null },
      'Ben Okafor closed it at 04:20:00 UTC: a true finding, lock-out mended, key replaced',
    ],
  ] as const)('%s', (_, status, response, answer) => {
    const incident = sampleIncident({ status, response: response as Response });
    expect(compose({ incident, at }).answer).toBe(answer);
  });

  test('of another day says which', () => {
    const incident = sampleIncident({ status: 'acknowledged', response: taken });
    expect(compose({ incident, at: '2026-11-21T00:00:01.000Z' }).answer).toContain(
      'since 2026-11-20 02:05:12 UTC',
    );
  });

  test('a lapsed one says what is new, an acknowledged one until when it counts', () => {
    expect(answeredAlerts.lapsed.summary).toMatch(
      /^The account has signed in again, to Exchange Online. It is about: bg-01@/,
    );
    expect(answeredAlerts.acknowledged.next).toEqual([
      'Nothing, unless Ana Ruiz asks you for help or you know better. It is open again at 03:05:12 UTC, unless it is closed by then.',
    ]);
  });

  test('that it was closed is said though nothing is left of what was found', () => {
    const incident = sampleIncident({ status: 'resolved', response: closed });
    const findings = [keep(sampleFinding(), { state: 'resolved' })];
    expect(compose({ kind: 'closed', incident, findings })).toMatchObject({
      kind: 'closed',
      severity: 'critical',
      title: sampleFinding().title,
    });
  });

  test('nobody is called for what was withdrawn', () => {
    const findings = [keep(sampleFinding(), { state: 'withdrawn' })];
    expect(compose({ kind: 'escalation', findings })).toMatchObject({
      kind: 'correction',
      severity: 'informational',
    });
  });

  test.each(Object.entries(hostileNames))('typed %s: clean, short lines', (_, typed) => {
    const response: Response = {
      ...closed,
      resolution: closed.resolution && {
        ...closed.resolution,
        by: { ...ben, name: typed },
        reason: typed,
      },
      drill: { id: 'd', declaredBy: typed, until: at },
    };
    const incident = sampleIncident({ status: 'resolved', response });
    const { answer, drill, summary } = compose({ kind: 'reopened', incident, because: typed });
    for (const text of [answer ?? '', drill?.declaredBy ?? '', summary]) {
      expect(text).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
      expect(text.isWellFormed()).toBe(true);
      expect([...new Intl.Segmenter().segment(text)].length).toBeLessThanOrEqual(500);
    }
  });
});

test('a drill is marked, and takes nothing away', () => {
  const { drill, ...rest } = answeredAlerts.drill;
  expect(drill).toEqual({ declaredBy: 'Ana Ruiz', until: '2026-11-20T03:00:00.000Z' });
  expect({ ...rest, drill: null }).toEqual(sampleAlerts.breakGlass);
});

test('who is asked, and for whom it is, goes through as it was given', () => {
  const personal = { to: anaOnCall, link: null };
  expect(compose({ onCall: [anaOnCall], personal })).toMatchObject({
    onCall: [anaOnCall],
    personal,
  });
});

describe('the test of a channel', () => {
  const now = Date.parse('2026-11-23T10:00:00.000Z');

  test('is the same on every retry, and another on another day and channel', () => {
    const { id } = canaryAlert('soc', null, now);
    expect(canaryAlert('soc', null, now).id).toBe(id);
    expect(canaryAlert('soc', null, now + 1).id).not.toBe(id);
    expect(canaryAlert('pager', null, now).id).not.toBe(id);
  });

  test('asks to confirm where there is a link to do it, and says that nothing has happened', () => {
    const alert = canaryAlert('soc', 'https://x.example/canaries/soc/1', now);
    expect(alert).toMatchObject({ severity: 'informational', drill: null });
    expect(`${alert.title} ${alert.next}`).toMatch(/soc: nothing has happened .*confirm/);
    expect(canaryAlert('soc', null, now).next.join()).not.toContain('confirm');
  });
});
