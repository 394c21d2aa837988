import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import email, { mailOf } from '../../../shared/tell/channels/email.ts';
import { describeChannel } from '../channel-contract.ts';
import {
  compose,
  hostileAlert,
  hostileNames,
  keep,
  sampleAlerts,
  sampleFinding,
  sampleIncident,
} from '../sample-alerts.ts';

const from = 'alerts@alerts.example.com';
const to = ['oncall@example.com', 'outside@example.org'];
const smtpUrl = 'smtps://user:s3cret@mail.example.com';
const { identity, mustReject } = JSON.parse(
  readFileSync(new URL('../../data/formats/email.vectors.json', import.meta.url), 'utf8'),
);

const unescapeHtml = (text: string) =>
  text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');

describeChannel({
  type: 'email',
  send: (alert, transports) => email.send(alert, { from, to, smtpUrl }, transports),
  readable: ({ mail }) => mail?.text ?? '',
});

describeChannel({
  type: 'email, as HTML',
  send: (alert, transports) => email.send(alert, { from, to, smtpUrl }, transports),
  readable: ({ mail }) => unescapeHtml(mail?.html ?? ''),
});

describe('message identity', () => {
  test.each(identity as Record<string, string>[])('%j', (vector) => {
    const incident = vector.findingId ?? '';
    const revision = Number(vector.revision);
    const mail = mailOf({ ...sampleAlerts.noMfa, incident, revision }, `x@${vector.domain}`, to);
    expect(mail.messageId).toBe(vector.messageId);
    expect(mail.inReplyTo ?? null).toBe(vector.inReplyTo);
    expect(mail.references ?? null).toBe(vector.references);
  });

  test.each(mustReject as { findingId: string }[])('%j is refused', ({ findingId }) => {
    const alert = sampleAlerts.noMfa;
    expect(() => mailOf({ ...alert, incident: findingId }, from, to)).toThrow('DELIVERY_REJECTED');
    if (findingId) {
      expect(() => mailOf({ ...alert, finding: findingId }, from, to)).toThrow('DELIVERY_REJECTED');
    }
  });

  test('the headers that keep machines from answering and people able to find it', () => {
    expect(mailOf(sampleAlerts.breakGlass, from, to)).toMatchObject({
      from: 'Glasswatch CRITICAL <alerts@alerts.example.com>',
      priority: 'high',
      headers: {
        'Auto-Submitted': 'auto-generated',
        'X-Auto-Response-Suppress': 'All',
        'X-Glasswatch-Incident': '3a9c41d27be84f0c9d55b1e07a6f2c18',
        'X-Glasswatch-Finding': 'f0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5',
        'X-Glasswatch-Delivery': '3a9c41d27be84f0c9d55b1e07a6f2c18-1-soc',
      },
    });
  });
});

describe('the subject', () => {
  const first = sampleFinding({ severity: 'medium', title: 'sam@contoso.example signed in oddly' });
  const worse = sampleFinding({
    id: 'worse',
    severity: 'critical',
    title: 'sam@contoso.example became Global Administrator',
    time: '2026-11-20T05:00:00.000Z',
  });
  const subjectOf = (...parts: Parameters<typeof compose>) =>
    mailOf(compose(...parts), from, to).subject;

  test('is the same for every revision, though a graver finding leads and a correction says so', () => {
    const opened = subjectOf({ findings: [keep(first)] });
    const incident = sampleIncident({ revision: 2 });
    expect(opened).toBe('[Glasswatch] sam@contoso.example signed in oddly (3a9c41d2)');
    expect(subjectOf({ kind: 'update', incident, findings: [keep(worse), keep(first)] })).toBe(
      opened,
    );
    expect(subjectOf({ kind: 'correction', incident, findings: [keep(first)] })).toBe(opened);
    const withdrawn = [keep(first, { state: 'withdrawn' })];
    expect(subjectOf({ kind: 'correction', incident, findings: withdrawn })).toBe(opened);
  });

  test('stays the same when an incident has more findings than are listed', () => {
    const later = Array.from({ length: 30 }, (_, i) =>
      keep(sampleFinding({ id: `later-${i}`, time: `2026-11-20T06:00:${10 + i}.000Z` })),
    );
    expect(subjectOf({ findings: [...later, keep(first)] })).toBe(
      subjectOf({ findings: [keep(first)] }),
    );
  });

  test.each(Object.entries(hostileNames))('%s: one line of less than 78 characters', (_, name) => {
    const { subject } = mailOf({ ...sampleAlerts.noMfa, title: name }, from, to);
    expect(subject.length).toBeLessThan(78);
    expect(subject).toMatch(/^\[Glasswatch\] .* ?\(51c0ffee\)$/);
    expect(subject).not.toMatch(/[\r\n]/);
  });
});

describe('the HTML part', () => {
  const htmlOf = (name: string) => mailOf({ ...hostileAlert(name), detection: 'd' }, from, to).html;

  test('fetches nothing, runs nothing and has one link', () => {
    const { html } = mailOf(sampleAlerts.roleOutsidePim, from, to);
    expect(html).not.toMatch(
      /<(?:img|script|link|iframe|object|form|svg|style)|url\(|src=|@import/i,
    );
    expect([...html.matchAll(/https?:\/\//g)]).toHaveLength(1);
    expect([...html.matchAll(/<a /g)]).toHaveLength(1);
  });

  test.each(Object.entries(hostileNames))('%s adds no element and no attribute', (_, name) => {
    const tagsOf = (html: string) => html.replace(/>[^<]*</g, '><').replace(/>[^<]*$/, '>');
    expect(tagsOf(htmlOf(name)).replace(/<p[^>]*><\/p>|<h2.*?<\/h2>/g, '')).toBe(
      tagsOf(htmlOf(name === '' ? '' : 'plain')).replace(/<p[^>]*><\/p>|<h2.*?<\/h2>/g, ''),
    );
  });
});

describe('settings', () => {
  const smtp = { env: 'SMTP_URL' };
  test.each([
    [{ from, to, smtpUrl: smtp }, true],
    [{ from, to: [], smtpUrl: smtp }, false],
    [{ from: 'x\r\nBcc: y@z.example', to, smtpUrl: smtp }, false],
    [{ from, to: ['not an address'], smtpUrl: smtp }, false],
    [{ from, to, smtpUrl }, false],
    [{ from, to, smtpUrl: smtp, cc: to }, false],
  ])('%j: %s', (settings, isValid) => {
    expect(email.settings.safeParse(settings).success).toBe(isValid);
  });
});
