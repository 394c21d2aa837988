import { derivedId } from '../../shared/finding.ts';
import { breakGlassMatter } from '../../shared/incident.ts';
import { type Escalation, escalationsSchema } from '../../shared/policy/escalations.ts';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { recordActs } from '../../shared/record/record-acts.ts';
import { recordFindings } from '../../shared/record/record-findings.ts';
import type { Answering } from '../../shared/respond/answering.ts';
import type { Act } from '../../shared/respond/journal.ts';
import { lookAtDue } from '../../shared/respond/look.ts';
import { memoryDue } from '../../shared/respond/memory-due.ts';
import { responder } from '../../shared/respond/respond.ts';
import type { Person } from '../../shared/respond/response.ts';
import type { Severity } from '../../shared/severity.ts';
import { sampleFound } from '../stores/sample-findings.ts';

export const minute = 60_000;
export const start = Date.parse('2026-11-20T02:03:00Z');

export const ana: Person = { id: 'ana', name: 'Ana Ruiz', identifiedBy: 'sign-in' };
export const ben: Person = { id: 'ben', name: 'Ben Osei', identifiedBy: 'sign-in' };

const recipients = {
  ana: { id: 'ana', name: 'Ana Ruiz', account: 'ana@example.com', mail: 'ana@example.net' },
  ben: { id: 'ben', name: 'Ben Osei', account: 'ben@example.com', mail: null },
};

export const escalationOf = (given: unknown): Escalation => {
  const [escalation] = escalationsSchema.parse([given]);
  if (!escalation) throw new Error('no escalation');
  return escalation;
};

export const threeTiers = escalationOf({
  minSeverity: 'high',
  tiers: [
    { afterMinutes: 0, onCall: ['ana'] },
    { afterMinutes: 5, channels: ['pager'], onCall: ['ben'] },
    { afterMinutes: 15 },
  ],
  repeatMinutes: 60,
  acknowledgedForMinutes: 30,
});

type Given = Parameters<typeof sampleFound>[2] & object;

/** A break-glass incident through one night, on stores in memory and a clock of its own. */
export function night(given: Partial<Answering> = {}) {
  const id = derivedId('incident', 'night', String(Math.random()));
  const cases = memoryCases();
  const due = memoryDue();
  let now = start;
  const answering: Answering = {
    escalationOf: ({ severity }) =>
      severity === 'critical' || severity === 'high' ? threeTiers : undefined,
    closing: { secondPerson: true },
    onCall: (names) => names.flatMap((name) => recipients[name as keyof typeof recipients] ?? []),
    isPersonal: (channel) => channel === 'mail',
    drillAt: async () => null,
    ...given,
  };
  const tellings = ['teams', 'mail'].map((channel) => ({
    channel,
    cadence: 'now' as const,
    groupMs: 0,
  }));
  const shared = {
    cases,
    due,
    answering,
    outbox: { mark: async () => {}, wake: async () => {} },
    routing: {
      at: async () => () => ({ tellings, unmuted: tellings, quiet: null, because: [] }),
      remember: async () => {},
    },
  };
  const verbs = { ...shared, now: () => now, warn: (text: string) => Promise.reject(text) };
  const load = async () => {
    const kept = await cases.load(id);
    if (!kept) throw new Error('there is no incident');
    return kept;
  };
  const found = async (name: string, severity: Severity, matter: string, more: Given = {}) => {
    const finding = { severity, title: name, ...more.finding };
    const one = sampleFound(id, name, { ...more, finding });
    await recordFindings([{ ...one, matter }], { ...shared, now });
  };
  const responding = responder(verbs);
  /** As a page would say what it shows. */
  const seen = async () => {
    const { response, revision } = (await load()).incident;
    return { period: response.period, revision };
  };
  let heard = 0;

  return {
    id,
    cases,
    due,
    responding,
    seen,
    at: (minutes: number) => {
      now = start + minutes * minute;
    },
    use: (name: string, severity: Severity = 'critical', more: Given = {}) =>
      found(name, severity, breakGlassMatter, more),
    ordinary: (name: string, severity: Severity, more: Given = {}) =>
      found(name, severity, 'role', more),
    acts: (minutes: number, act: Partial<Act> = {}) =>
      recordActs(
        [
          {
            id: `act ${minutes}`,
            incident: id,
            at: new Date(start + minutes * minute).toISOString(),
            kind: 'audit',
            what: 'did something',
            isSuccess: true,
            isOwn: true,
            isRenewal: false,
            ip: null,
            record: null,
            ...act,
          },
        ],
        verbs,
      ),
    look: () => lookAtDue(verbs),
    load,
    incident: async () => (await load()).incident,
    /** What the journal says, oldest first. */
    journal: async () => (await load()).entries.map(({ kind }) => kind),
    /** What is new in the outbox since it was asked last: `kind > channel (who is asked)`. */
    async heard() {
      const { deliveries } = await load();
      const news = deliveries.slice(heard).map(({ value }) => value);
      heard = deliveries.length;
      return news.map(
        ({ kind, channel, person, onCall = [] }) =>
          `${kind} > ${person ? `${person} by ${channel}` : channel}${onCall.length > 0 ? ` (${onCall.join(', ')})` : ''}`,
      );
    },
    acknowledge: async (by: Person = ana) =>
      responding.acknowledge(id, {
        by,
        claim: 'emergency',
        reason: 'locked out',
        seen: await seen(),
      }),
    close: async (by: Person = ben) =>
      responding.close(id, {
        by,
        verdict: 'expected',
        reason: 'over',
        isCredentialRotated: true,
        seen: await seen(),
      }),
  };
}
