import { messageOf } from '../errors.ts';
import type { Policy } from '../policy.ts';
import { resolveSecrets } from '../secrets.ts';
import type { EventStore, Feed, FeedStore } from './feed.ts';
import { type KnownSink, knownSinks } from './known-sinks.ts';
import { type BackfillDeps, type BackfillReport, backfill } from './pump/backfill.ts';
import { dueHeartbeats } from './pump/heartbeat.ts';
import { oldestOf, type PumpDeps, type PumpReport, pump } from './pump/pump.ts';
import type { Holds } from './pump/pump-run.ts';
import type { SinkToSend } from './pump/send-wave.ts';
import { isResting, type SinkState, unknownState } from './pump/sink-state.ts';
import { outgoingOf, type SiemFormat } from './siem-format.ts';
import type { OpenSink, SinkKind } from './sink.ts';
import type { SinkStatus } from './sink-status.ts';
import type { SinkTransports } from './sink-transports.ts';
import type { SinkTrouble } from './sink-trouble.ts';

export type ForwarderDeps = Omit<PumpDeps, 'feed' | 'events' | 'holds'> & {
  policy: Pick<Policy, 'sinks' | 'tenants'>;
  /** `sinks/index.ts` and `siem-formats/index.ts`. */
  kinds: readonly SinkKind[];
  formats: readonly SiemFormat[];
  /** Where the secrets are that the policy names. */
  env: Readonly<Record<string, string | undefined>>;
  transports: SinkTransports;
  feed: FeedStore;
  events: EventStore;
  /** Messages that say of a sink that something waits for it. */
  queue: { send(sink: string, delayMs: number): Promise<void> };
  /** Told how a sink stands after each pump. */
  trouble?: Pick<SinkTrouble, 'look'>;
  warn(message: string): void;
};

export type Forwarder = {
  sinks: readonly KnownSink[];
  /** What recording asks. */
  feed: Feed;
  /**
   * Sends a sink what waits for it, and has itself woken when it is to go on.
   *
   * @returns undefined for a sink that the policy has no more.
   * @throws {WatchError} STORE_UNAVAILABLE: doing it again is safe.
   */
  pump(sink: string): Promise<PumpReport | undefined>;
  /** The sinks with something that nobody seems to send, or whose heartbeat is due. */
  due(now: number): Promise<string[]>;
  /** In the order of the policy. */
  status(): Promise<SinkStatus[]>;
  /** @returns undefined for a sink that the policy does not have. @throws {WatchError} as {@link backfill} */
  backfill(
    sink: string,
    range: { from: number; to: number },
    options?: Pick<BackfillDeps, 'progress' | 'pause'>,
  ): Promise<BackfillReport | undefined>;
  /** Closes what is kept open between requests. */
  close(): Promise<void>;
};

/** Events within so long are sent together. */
const gatherMs = 1_000;
/** What waits for so long was perhaps forgotten by whoever noted it. */
const forgottenMs = 20_000;
const mostCounted = 1_000;

/** The sinks of a policy, each opened when it is needed first. */
export function forwarder(deps: ForwarderDeps): Forwarder {
  const { policy, kinds, queue, warn, now } = deps;
  const sinks = knownSinks(policy, kinds);
  const names = sinks.map(({ name }) => name);
  const opened = new Map<string, OpenSink>();
  const toSend = new Map(sinks.map((sink) => [sink.name, sinkToSend(sink, opened, deps)]));
  const holds = new Map(names.map((name): [string, Holds] => [name, new Map()]));
  /** When the message comes that this process has sent last. */
  const messageAt = new Map<string, number>();

  const stateOf = async (sink: string): Promise<SinkState> => ({
    ...unknownState,
    ...(await deps.states.get(sink))?.value,
  });

  async function send(sink: string, delayMs: number): Promise<void> {
    try {
      await queue.send(sink, delayMs);
    } catch (error) {
      // It is looked at by the clock all the same, a little later.
      messageAt.delete(sink);
      warn(`waking sink ${sink}: ${messageOf(error)}`);
    }
  }

  async function wake(sink: string): Promise<void> {
    // A message that is still ahead finds what was saved before this moment.
    if ((messageAt.get(sink) ?? 0) > now()) return;
    messageAt.set(sink, now() + gatherMs);
    await send(sink, gatherMs);
  }

  async function isDue({ name }: KnownSink, at: number): Promise<boolean> {
    const state = await stateOf(name);
    if (isResting(state, at)) return false;
    const tenantIds = toSend.get(name)?.heartbeatTenants ?? [];
    if (dueHeartbeats(tenantIds, state.heartbeats, at).length > 0) return true;
    const waiting = await deps.feed.waiting(name, { limit: mostCounted });
    // They come by incident: behind so many there may be any.
    return waiting.length >= mostCounted || waiting.some(({ since }) => at - since >= forgottenMs);
  }

  async function statusOf({ name, what, settings }: KnownSink): Promise<SinkStatus> {
    const [state, waiting] = await Promise.all([
      stateOf(name),
      deps.feed.waiting(name, { limit: mostCounted }),
    ]);
    const { lastSuccessAt, failingSince, lastError, refused, refusals } = state;
    return {
      ...{ name, what, heartbeat: settings.heartbeat, lastTakenAt: lastSuccessAt },
      ...{ failingSince, lastError, refused, refusals, waiting: waiting.length },
      isMoreWaiting: waiting.length >= mostCounted,
      waitingSince: oldestOf(waiting),
    };
  }

  return {
    sinks,
    feed: {
      expect: (places) => deps.feed.expect(names, places, now()),
      wake: async () => void (await Promise.all(names.map(wake))),
    },
    async pump(name) {
      const sink = toSend.get(name);
      if (!sink) return undefined;
      const report = await pump(sink, { ...deps, holds: holds.get(name) ?? new Map() });
      await look(report, deps);
      // Whoever tried says when to try again; all others would only multiply the messages.
      const hasTried = report.ended !== 'resting' && report.ended !== 'busy';
      if (report.next !== null && hasTried) await send(name, Math.max(0, report.next - now()));
      return report;
    },
    async due(at) {
      const all = await Promise.all(
        sinks.map((sink) =>
          isDue(sink, at).catch((error: unknown) => {
            // The others are not to go silent with it.
            warn(`looking whether sink ${sink.name} is due: ${messageOf(error)}`);
            return false;
          }),
        ),
      );
      return names.filter((_, index) => all[index]);
    },
    status: () => Promise.all(sinks.map(statusOf)),
    async backfill(name, range, options = {}) {
      const sink = toSend.get(name);
      return sink && backfill(sink, range, { ...deps, ...options });
    },
    async close() {
      await Promise.all([...opened.values()].map((sink) => sink.close()));
      await deps.transports.close();
    },
  };
}

async function look({ sink, state, waitingSince }: PumpReport, deps: ForwarderDeps) {
  if (!state) return;
  const { lastSuccessAt, failingSince, lastError, refused, refusals } = state;
  await deps.trouble?.look({
    ...{ sink, lastSuccessAt, failingSince, lastError, waitingSince, refused },
    lastRefusal: refusals[0]?.says ?? null,
  });
}

function sinkToSend(
  { name, kind, settings, format: formatName, tenantIds, wants }: KnownSink,
  opened: Map<string, OpenSink>,
  { formats, env, transports }: ForwarderDeps,
): SinkToSend {
  const format = formats.find((one) => one.name === formatName);
  return {
    ...{ name, wants, limits: kind.limits, width: kind.width },
    heartbeatTenants: settings.heartbeat ? tenantIds : [],
    outgoing(event) {
      if (!format) throw new Error(`there is no format ${formatName}`);
      return outgoingOf(event, format);
    },
    open() {
      const sink =
        opened.get(name) ?? kind.open(resolveSecrets(`sink ${name}`, settings, env), transports);
      opened.set(name, sink);
      return sink;
    },
  };
}
