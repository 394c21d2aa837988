import { acsMail } from './azure/acs-mail.ts';
import { apiSettings } from './azure/api-settings.ts';
import { credentialOf } from './azure/credential.ts';
import { graphMail } from './azure/graph-mail.ts';
import { notifyQueue } from './azure/queues.ts';
import type { Storage } from './azure/storage.ts';
import type { tableCases } from './azure/table-cases.ts';
import { tableDue } from './azure/table-due.ts';
import { type Mark, tableMarks, tableOutbox } from './azure/table-outbox.ts';
import { tableShelf } from './azure/table-shelf.ts';
import type { Config } from './config.ts';
import type { SettingsOf } from './detect/detect.ts';
import type { DetectionInfo } from './detect/detection-info.ts';
import { messageOf } from './errors.ts';
import type { Feed } from './forward/feed.ts';
import { chainEntries } from './ledger/chain-entries.ts';
import type { Ledger } from './ledger/ledger.ts';
import { type Policy, tenantPolicy } from './policy.ts';
import { recordActs } from './record/record-acts.ts';
import { type RecordDeps, recordFindings } from './record/record-findings.ts';
import { type Answering, escalationIn } from './respond/answering.ts';
import type { Act } from './respond/journal.ts';
import type { PersonalLinks } from './respond/link.ts';
import { lookAtDue } from './respond/look.ts';
import { responder } from './respond/respond.ts';
import { accountsIn } from './route/accounts.ts';
import type { Mute } from './route/mute.ts';
import { onCallAt } from './route/on-call.ts';
import { policyRouting } from './route/policy-routing.ts';
import type { Silence } from './route/silence.ts';
import { runAll } from './run-all.ts';
import { measuredTelling } from './telemetry/measured-telling.ts';
import type { Measure } from './telemetry/measures.ts';
import { canaries } from './tell/canaries.ts';
import { type ChannelHealth, healthBook } from './tell/channel-health.ts';
import { channelTrouble } from './tell/channel-trouble.ts';
import { channels as channelKinds } from './tell/channels/index.ts';
import { digests } from './tell/digests.ts';
import type { Cut, FoldedLine, ListName } from './tell/folded.ts';
import { knownChannels } from './tell/known-channels.ts';
import { lateDeliveries } from './tell/late-deliveries.ts';
import { notify } from './tell/notify.ts';
import { pacing } from './tell/pace.ts';
import { routingWithout } from './tell/routing-without.ts';
import { longestAnswerMs, telling } from './tell/telling.ts';
import type { Window } from './tell/window.ts';
import type { Watchlists } from './watch/watchlists.ts';

export type AppTellingDeps = {
  config: Config;
  policy: Policy;
  env: Readonly<Record<string, string | undefined>>;
  storage: Storage;
  cases: ReturnType<typeof tableCases>;
  infos: readonly DetectionInfo[];
  settingsOf: SettingsOf;
  watchlists: Watchlists;
  ledger: Ledger;
  links: PersonalLinks;
  /** How SIEMs come to know what happened. */
  feed: Feed;
  /** The drill that was declared for a use; see `Answering`. */
  drillAt: Answering['drillAt'];
  measure: Measure;
  warn(message: string): void;
};

/** A mark this old was perhaps forgotten by whoever set it: time to look. */
const forgottenAfterMs = 20_000;
/** A mark goes only when no save can be under way any more, however slow the storage and the clocks. */
const settledAfterMs = 10 * 60_000;
/** How many incidents a sweep looks at side by side, and for how long; the next sweep goes on. */
const sweepWidth = 8;
const sweepMs = 60_000;
/** Incidents that are looked at, to count those with messages that wait. */
const mostCounted = 200;

/** The verbs between a finding and people: recording, routing, sending, and what people answer. */
export function tellingVerbs(deps: AppTellingDeps) {
  const { config, policy, storage, cases, ledger, links, feed, watchlists, settingsOf } = deps;
  const { measure, warn } = deps;
  const marks = tableMarks(storage.outbox);
  const due = tableDue(storage.outbox);
  const queue = notifyQueue(storage.notify);
  const outbox = tableOutbox(marks, queue, warn);
  const shelf = <T>(name: string) => tableShelf<T>(storage.shelves, name);
  const tenantName = (tenantId: string) => tenantPolicy(policy, tenantId)?.name ?? tenantId;
  const now = () => Date.now();

  const silences = shelf<Silence>('silences');
  const accounts = accountsIn(watchlists);
  const mutes = shelf<Mute>('mutes');
  const routing = policyRouting({ policy, silences, mutes, accounts });
  const channels = knownChannels(policy, channelKinds);
  const answering: Answering = {
    escalationOf: escalationIn({ escalations: policy.escalations, tenantName }),
    closing: policy.closing,
    onCall: (names, at) => onCallAt(names, policy, at),
    isPersonal: (name) => channels.find((one) => one.name === name)?.isPersonal ?? false,
    drillAt: deps.drillAt,
  };
  const recording = (): RecordDeps => ({
    ...{ cases, outbox, routing, answering, due, feed },
    now: now(),
  });
  const answeringDeps = { cases, outbox, due, feed, answering, now, warn };

  const health = healthBook(shelf<ChannelHealth>('channels'));
  const lists = {
    lines: {
      storm: shelf<FoldedLine>('folded storm'),
      daily: shelf<FoldedLine>('folded daily'),
      weekly: shelf<FoldedLine>('folded weekly'),
    } satisfies Record<ListName, unknown>,
    cuts: shelf<Cut>('folded cuts'),
  };
  const ways = telling({
    policy,
    infos: deps.infos,
    env: deps.env,
    allowLoopback: config.allowLoopback,
    ...(config.pagerDutyStandIn && { standIns: pagerDutyAt(config.pagerDutyStandIn) }),
    ...azureMail(config),
    linkFor: links.linkFor,
  });
  const trouble = channelTrouble({
    channels,
    health,
    cases,
    outbox,
    settingsOf,
    record: (found, failing) =>
      recordFindings(found, {
        ...recording(),
        routing: routingWithout(routing, failing, channels),
      }),
    now,
    warn,
  });
  const notifying = {
    cases,
    ...ways,
    ...measuredTelling({ send: ways.send, trouble, now }, measure),
    pace: pacing({
      windows: shelf<Window>('pace'),
      paceOf: (name) => channels.find((one) => one.name === name)?.pace,
      now,
      warn,
    }),
    lists: lists.lines,
    chain: (entries: Parameters<typeof chainEntries>[1]) =>
      chainEntries(ledger, entries, cases.saveEntry).then(() => {}),
    now,
    warn,
  };
  const digest = digests({ lists, cases, outbox, digest: policy.digest, tenantName });
  const canary = canaries({
    channels,
    canary: policy.canary,
    health,
    cases,
    outbox,
    tenantId: policy.tenants[0]?.id ?? '',
    written: async (item) => void (await ledger.append([item])),
    now,
  });

  /** Sends what is due of an incident. @returns when to look again; null: nothing is pending. */
  async function sendDue(incidentId: string): Promise<number | null> {
    const { next, attempted } = await notify(incidentId, notifying);
    // Whoever tried says when to try again; all others would only multiply the messages.
    if (next !== null && attempted > 0) await queue.send(incidentId, next - now());
    return next;
  }

  /** @returns whether something of it still waits. */
  async function sweepOne({ incidentId, renewedAt, version }: Mark, at: number): Promise<boolean> {
    try {
      const next = await sendDue(incidentId);
      const isSettled = at - renewedAt > settledAfterMs;
      if (next === null && isSettled) await marks.unmark(incidentId, version);
      return next !== null;
    } catch (error) {
      // One incident that can't be loaded must not hold up the others.
      warn(`sweeping incident ${incidentId}: ${messageOf(error)}`);
      return true;
    }
  }

  return {
    recording,
    answering,
    silences,
    accounts,
    canary,
    tenantName,
    responding: responder(answeringDeps),
    recordActs: (acts: readonly Act[]) => recordActs(acts, answeringDeps),

    /** @param message - of the queue: `{ "incident": id }`. */
    async notify(message: unknown): Promise<void> {
      const incident = (message as { incident?: unknown } | null)?.incident;
      if (typeof incident === 'string') await sendDue(incident);
    },

    /** @returns how many incidents were looked at. */
    async sweepOutbox(): Promise<number> {
      const started = now();
      const forgotten = await marks.marked({ olderThanMs: forgottenAfterMs, now: started });
      let [looked, waiting] = [0, 0];
      while (looked < forgotten.length && now() - started < sweepMs) {
        const some = forgotten.slice(looked, looked + sweepWidth);
        const swept = await Promise.all(some.map((mark) => sweepOne(mark, started)));
        waiting += swept.filter(Boolean).length;
        looked += some.length;
      }
      measure('glasswatch.alerts.waiting', waiting + forgotten.length - looked, {});
      return looked;
    },

    /** Everything that is due by itself. @returns how many incidents went on, and messages were written. */
    tellWhatIsDue: (): Promise<number> =>
      runAll([() => lookAtDue(answeringDeps), () => digest.flush(now()), () => canary.send(now())]),

    /** @returns how many incidents have messages that should have been told by now; of many, not all. */
    async countWaiting(): Promise<number> {
      const { late } = await lateDeliveries({ cases, marks, most: mostCounted, now: now() });
      return late.length;
    },
  };
}

const pagerDutyAt = (origin: string) => ({
  'https://events.pagerduty.com': origin,
  'https://events.eu.pagerduty.com': origin,
});

/** Mail that goes through a service of Azure, where the app has an identity there. */
function azureMail({ directory, allowLoopback }: Config) {
  if (directory.from === 'file') return {};
  const { origin, credential } = apiSettings(directory);
  const sendGraphMail = graphMail({ origin, credential, timeoutMs: longestAnswerMs });
  if (directory.from === 'stand-in') return { sendGraphMail };
  const own = { credential: credentialOf(directory), timeoutMs: longestAnswerMs, allowLoopback };
  return { sendGraphMail, sendAcsMail: acsMail(own) };
}
