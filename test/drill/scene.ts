import { byKind } from '../../shared/detect/detect.ts';
import { detections } from '../../shared/detect/detections/index.ts';
import { signIn } from '../../shared/detect/examples/records.ts';
import { exampleSnapshot, exampleTenant, people } from '../../shared/detect/examples/tenant.ts';
import type { Found } from '../../shared/detect/found.ts';
import type { Drill } from '../../shared/drill/drill.ts';
import { type DrillDeps, drills } from '../../shared/drill/drills.ts';
import { followDrills } from '../../shared/drill/follow-drills.ts';
import type { LedgerItem } from '../../shared/ledger/ledger.ts';
import { Memories } from '../../shared/memory/memories.ts';
import { ingest } from '../../shared/pipeline.ts';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { recordActs } from '../../shared/record/record-acts.ts';
import { recordFindings } from '../../shared/record/record-findings.ts';
import { unheard } from '../../shared/record/unheard.ts';
import { unanswered } from '../../shared/respond/answering.ts';
import { memoryDue } from '../../shared/respond/memory-due.ts';
import { responder } from '../../shared/respond/respond.ts';
import type { Person } from '../../shared/respond/response.ts';
import { simpleRouting } from '../../shared/route/simple-routing.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import { memoryStreams, StreamWatch } from '../../shared/streams/stream-watch.ts';
import { Watchlists } from '../../shared/watch/watchlists.ts';
import { envelope } from '../memory-stores.ts';
import { noSettings, silentOutbox } from '../run-records.ts';

export const minute = 60_000;
export const start = Date.parse('2026-11-20T12:00:00Z');
/** So many minutes after the start, as ISO 8601. */
export const at = (minutes: number) => new Date(start + minutes * minute).toISOString();

export const ana: Person = { id: 'ana', name: 'Ana Ruiz', identifiedBy: 'sign-in' };
export const ben: Person = { id: 'ben', name: 'Ben Osei', identifiedBy: 'sign-in' };
export const secondGlass = {
  id: '00000000-0000-4000-8000-000000000077',
  upn: 'glass-2@example.onmicrosoft.com',
};

/** The service around drills, on stores in memory and a clock of its own. */
export function scene() {
  const cases = memoryCases();
  const shelf = memoryShelf<Drill>();
  const ledger: LedgerItem[] = [];
  const warnings: string[] = [];
  let now = start;
  const tenant = {
    ...exampleTenant,
    accounts: { ...exampleTenant.accounts, emergency: [people.glass.upn, secondGlass.id] },
  };
  const tenantOf = (id: string) => (id === tenant.id ? tenant : undefined);
  const watchlists = new Watchlists(tenantOf, [tenant.id]);
  const deps: DrillDeps = {
    shelf,
    cases,
    watchlistOf: (id, moment) => watchlists.of(id, moment),
    written: async (item) => ledger.push(item),
    now: () => now,
    warn: (message) => warnings.push(message),
  };
  const verbs = drills(deps);
  const answering = { ...unanswered, drillAt: verbs.markFor };
  const shared = {
    cases,
    due: memoryDue(),
    answering,
    outbox: silentOutbox,
    feed: unheard.feed,
    routing: simpleRouting([{ minSeverity: 'low', channels: ['teams', 'pager'] }]),
  };
  const responding = responder({ ...shared, now: () => now });
  const memories = new Memories();
  const streams = new StreamWatch(memoryStreams(), () => {});
  const record = (found: readonly Found[]) => recordFindings(found, { ...shared, now });
  const known = watchlists.takeSnapshot(exampleSnapshot(), start);

  const arrive = async (records: readonly object[]) => {
    await known;
    await ingest([envelope(...records)], {
      ...shared,
      detections: byKind(detections),
      settingsOf: noSettings,
      watchlists,
      memories,
      tenantOf,
      now,
      streams,
      deadLetters: { save: async (letters) => Promise.reject(letters[0]?.reason) },
      recordBlobs: { save: async () => {} },
      recordActs: (acts) => recordActs(acts, { ...shared, now: () => now }),
    });
  };

  return {
    tenant,
    cases,
    shelf,
    ledger,
    warnings,
    deps,
    verbs,
    responding,
    record,
    to: (minutes: number) => {
      now = start + minutes * minute;
    },
    /** Noon to one o'clock, unless it says otherwise. */
    declare: async (given: Partial<Parameters<typeof verbs.declare>[0]> = {}, by = ana) => {
      await known;
      const outcome = await verbs.declare(
        {
          tenantId: tenant.id,
          account: people.glass.upn,
          from: at(0),
          until: at(60),
          reason: 'quarterly drill',
          ...given,
        },
        by,
      );
      return outcome;
    },
    /** A sign-in at a minute arrives by now. */
    signsIn: (
      minutes: number,
      fields: object = {},
      who: { id: string; upn: string } = people.glass,
    ) =>
      arrive([
        signIn(
          who,
          { id: `sign-in at ${minutes}`, createdDateTime: at(minutes), sessionId: 's', ...fields },
          { time: at(minutes) },
        ),
      ]),
    arrive,
    /** Sends what waits, as `notify` does. @param channels - those that work. */
    send: async (incident: string, channels: readonly string[] = ['teams', 'pager']) => {
      const kept = await cases.load(incident);
      for (const { value, version } of kept?.deliveries ?? []) {
        if (value.state !== 'pending' || !channels.includes(value.channel)) continue;
        await cases.saveDelivery(
          { ...value, state: 'sent', sentAt: new Date(now).toISOString() },
          version,
        );
      }
    },
    follow: (given: Partial<Parameters<typeof followDrills>[1]> = {}) =>
      followDrills(now, { ...deps, settingsOf: noSettings, record, ...given }),
    answer: async (incident: string, by: Person) => {
      const kept = (await cases.load(incident))?.incident;
      if (!kept) throw new Error('there is no incident');
      const seen = { period: kept.response.period, revision: kept.revision };
      return kept.status === 'open'
        ? responding.acknowledge(incident, { by, claim: 'drill', reason: 'drill', seen })
        : responding.close(incident, {
            by,
            verdict: 'drill',
            reason: 'over',
            isCredentialRotated: false,
            seen,
          });
    },
    /** What `drill-not-alerted` says now. */
    missed: () =>
      cases.findings().filter(({ finding }) => finding.detection === 'drill-not-alerted'),
  };
}

export type Scene = ReturnType<typeof scene>;

/** Declared, and looked up again by whoever asks. */
export async function declared(one: Scene, given: Parameters<Scene['declare']>[0] = {}) {
  const outcome = await one.declare(given);
  if (!outcome.done) throw new Error(outcome.says);
  return outcome.drill;
}

export async function drillNow({ verbs }: Scene, id: string): Promise<Drill> {
  const drill = await verbs.get(id);
  if (!drill) throw new Error(`there is no drill ${id}`);
  return drill;
}
