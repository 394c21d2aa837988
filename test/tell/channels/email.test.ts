import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mailOf } from '../../../shared/tell/alert-mail.ts';
import email from '../../../shared/tell/channels/email.ts';
import { describeChannel } from '../channel-contract.ts';
import {
  answeredAlerts,
  compose,
  hostileAlert,
  hostileNames,
  keep,
  personalAlert,
  personalLink,
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

describe('a mail for one person', () => {
  const mail = mailOf(personalAlert, from, to);

  test('goes to that person alone', () => {
    expect(mail.to).toEqual(['ana@example.org']);
  });

  test('has the link of that person as the one action, and says what it is', () => {
    for (const part of [mail.text, unescapeHtml(mail.html)]) {
      expect(part).toContain('Answer without signing in');
      expect(part).toContain(
        'This link is yours alone, works once, until 03:08:07 UTC. Never forward it',
      );
      expect(part).toContain(personalLink.url);
      expect(part).not.toContain(`${personalAlert.link}`);
    }
    expect([...mail.html.matchAll(/<a /g)]).toHaveLength(1);
  });

  test('is a mail of its own in the thread of all', () => {
    const shared = mailOf(answeredAlerts.escalation, from, to);
    expect(mail.messageId).not.toBe(shared.messageId);
    expect([mail.inReplyTo, mail.references, mail.subject]).toEqual([
      shared.inReplyTo,
      shared.references,
      shared.subject,
    ]);
  });

  test('opens no thread, though it tells of something new', () => {
    const first = { ...personalAlert, kind: 'new' as const, revision: 1 };
    expect(mailOf(first, from, to).inReplyTo).toBe(
      `<${personalAlert.incident}.1@alerts.example.com>`,
    );
  });

  test('without a link leads to the page', () => {
    const to = personalAlert.personal?.to;
    const alert = { ...personalAlert, personal: to ? { to, link: null } : null };
    const { text } = mailOf(alert, from, ['x@example.com']);
    expect(text).toContain(`Open and answer:\n${personalAlert.link}`);
    expect(text).not.toContain('without signing in');
  });

  test('never goes to all where the person has no address', () => {
    const ben = { id: 'ben', name: 'Ben', account: null, mail: null };
    const alert = { ...personalAlert, personal: { to: ben, link: personalLink } };
    expect(() => mailOf(alert, from, to)).toThrow(/DELIVERY_MISCONFIGURED: people\.ben/);
    expect(() => mailOf(alert, from, to)).not.toThrow(/link/);
  });
});

describe('the answer of people', () => {
  test('keeps the subject, and each message its own id', () => {
    const { canary: _canary, ...life } = answeredAlerts;
    const mails = [sampleAlerts.breakGlass, ...Object.values(life)].map((alert) =>
      mailOf(alert, from, to),
    );
    expect(new Set(mails.map(({ subject }) => subject)).size).toBe(1);
    // The drill is the first message of the same incident.
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(mails.length - 1);
  });

  test('a drill stands with the sender', () => {
    expect(mailOf(answeredAlerts.drill, from, to).from).toBe(
      'Glasswatch DRILL CRITICAL <alerts@alerts.example.com>',
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
