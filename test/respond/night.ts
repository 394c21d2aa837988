import { expect } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import { derivedId } from '../../shared/finding.ts';
import type { SiemEvent } from '../../shared/forward/siem-event.ts';
import { breakGlassMatter } from '../../shared/incident.ts';
import { type Escalation, escalationsSchema } from '../../shared/policy/escalations.ts';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { recordActs } from '../../shared/record/record-acts.ts';
import { recordFindings } from '../../shared/record/record-findings.ts';
import { unheard } from '../../shared/record/unheard.ts';
import type { Answering } from '../../shared/respond/answering.ts';
import type { Act } from '../../shared/respond/journal.ts';
import { lookAtDue } from '../../shared/respond/look.ts';
import { memoryDue } from '../../shared/respond/memory-due.ts';
import { responder } from '../../shared/respond/respond.ts';
import type { Person } from '../../shared/respond/response.ts';
import type { Telling } from '../../shared/route/routing.ts';
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

/** Told at once, on these channels. */
export const now = (...channels: string[]): Telling[] =>
  channels.map((channel) => ({ channel, cadence: 'now', groupMs: 0 }));

type Given = Parameters<typeof sampleFound>[2] & object;

/** A break-glass incident through one night, on stores in memory and a clock of its own. */
export function night(given: Partial<Answering> = {}) {
  const id = derivedId('incident', 'night', String(Math.random()));
  const cases = memoryCases();
  const due = memoryDue();
  let time = start;
  const answering: Answering = {
    escalationOf: ({ severity }) =>
      severity === 'critical' || severity === 'high' ? threeTiers : undefined,
    closing: { secondPerson: true },
    onCall: (names) => names.flatMap((name) => recipients[name as keyof typeof recipients] ?? []),
    isPersonal: (channel) => channel === 'mail',
    drillAt: async () => null,
    ...given,
  };
  let tellings = now('teams', 'mail');
  /** Run once, when the next change is on its way: after what goes before it, before it is there. */
  let meanwhile: (() => Promise<unknown>) | undefined;
  const stored: typeof cases = {
    ...cases,
    async save(change) {
      const first = meanwhile;
      meanwhile = undefined;
      await first?.();
      await cases.save(change);
    },
  };
  let fails: { call: number; isAfter: boolean } | undefined;
  /** One of the calls from now on may fail: before it has done anything, or after it. */
  const noted = <T extends object>(store: T): T =>
    new Proxy(store, {
      get: (target, key) => {
        const value = Reflect.get(target, key) as unknown;
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (fails) fails.call -= 1;
          const isNow = fails?.call === 0;
          const gone = () => new WatchError('STORE_UNAVAILABLE', `${String(key)} failed`);
          if (isNow && !fails?.isAfter) throw gone();
          const result = await value.apply(target, args);
          if (isNow) throw gone();
          return result;
        };
      },
    });
  const marks = new Set<string>();
  const shared = {
    cases: noted(stored),
    due: noted(due),
    answering,
    feed: noted(unheard.feed),
    outbox: noted({ mark: async (one: string) => void marks.add(one), wake: async () => {} }),
    routing: {
      at: async () => () => ({ tellings, unmuted: tellings, quiet: null, because: [] }),
      remember: async () => {},
    },
  };
  const verbs = { ...shared, now: () => time, warn: (text: string) => Promise.reject(text) };
  const load = async () => {
    const kept = await cases.load(id);
    if (!kept) throw new Error('there is no incident');
    return kept;
  };
  const found = async (name: string, severity: Severity, matter: string, more: Given = {}) => {
    const finding = { severity, title: name, ...more.finding };
    const one = sampleFound(id, name, { ...more, finding });
    await recordFindings([{ ...one, matter }], { ...shared, now: time });
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
    /** Who hears of what is found from now on. */
    routes: (...some: Telling[]) => {
      tellings = some;
    },
    /** @returns whether a call has failed since the last one was named. */
    failAt(call: number, isAfter: boolean): boolean {
      const hasFailed = fails !== undefined && fails.call <= 0;
      fails = { call, isAfter };
      return hasFailed;
    },
    isMarked: () => marks.has(id),
    whileSaving: (run: () => Promise<unknown>) => {
      meanwhile = run;
    },
    at: (minutes: number) => {
      time = start + minutes * minute;
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
    /** What SIEMs are told, in order. */
    async events(): Promise<SiemEvent[]> {
      const all = [];
      for await (const one of cases.written({ from: 0, to: Infinity })) all.push(one);
      expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
      return all.map(({ event }) => event);
    },
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
