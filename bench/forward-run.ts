/** One run of the forwarder, then of the same requests alone, in a process of its own. */

import { forwarder } from '../shared/forward/forwarder.ts';
import { memoryFeed } from '../shared/forward/memory-feed.ts';
import type { ClaimRow } from '../shared/forward/pump/claim.ts';
import { sideBySide } from '../shared/forward/pump/side-by-side.ts';
import type { SinkState } from '../shared/forward/pump/sink-state.ts';
import { siemFormats } from '../shared/forward/siem-formats/index.ts';
import type { SinkTransports } from '../shared/forward/sink-transports.ts';
import { sinks } from '../shared/forward/sinks/index.ts';
import { memoryCases } from '../shared/record/memory-cases.ts';
import { memoryShelf } from '../shared/shelf.ts';
import { openWays, sinkName } from '../tools/forward-storm/open-forwarder.ts';
import { policyWith } from '../tools/forward-storm/policy-with.ts';
import type { Receiver } from '../tools/forward-storm/receiver.ts';
import { storyOf } from '../tools/forward-storm/story.ts';
import { watchedKind } from '../tools/forward-storm/watched-kind.ts';
import { writingWitness } from '../tools/forward-storm/witness.ts';

type To = Pick<Receiver, 'written' | 'env' | 'ca'>;
export type ForwardSetup = { events: number; seed: number; pumped: To; bare: To };
export type Measured = {
  pumpMs: number;
  bareMs: number;
  requests: number;
  bytes: number;
  peakMb: number;
  storesMb: number;
};

/** A request that was sent, and may be sent again. */
type Sent = { bytes: number; again(ways: SinkTransports): Promise<unknown> };

const timeoutMs = 60_000;

process.once('disconnect', () => process.exit());
process.once('message', async (setup: ForwardSetup) => {
  process.send?.(await run(setup));
});

async function run({ events, seed, pumped, bare }: ForwardSetup): Promise<Measured> {
  const now = Date.now;
  const [feed, cases] = [memoryFeed(), memoryCases()];
  const story = storyOf(seed, events, now());
  await feed.expect([sinkName], story, now());
  const none = { incident: null, findings: [], deliveries: [] };
  for (const [incidentId, told] of Map.groupBy(story, ({ incident }) => incident)) {
    await cases.save({ incidentId, ...none, events: told });
  }
  const storesMb = peak();

  const sent: Sent[] = [];
  const { written } = pumped;
  const kind = sinks.find(({ type }) => type === written.type);
  const ways = openWays({ ...pumped, timeoutMs });
  const forwarding = forwarder({
    ...{ feed, events: cases, now, env: pumped.env, formats: siemFormats },
    // Splunk's receipts are asked for sooner than once a second.
    kinds: sinks.map((one) => watchedKind(one, writingWitness())),
    policy: policyWith(sinkName, written),
    states: memoryShelf<SinkState>(),
    claims: memoryShelf<ClaimRow>(),
    transports: kept(ways, pumped, bare, sent),
    deadLetter: (_, { says }) => Promise.reject(new Error(says)),
    queue: { send: async () => {} },
    lastRecordAt: async () => null,
    warn: (message) => console.error(message),
  });
  const started = performance.now();
  const report = await forwarding.pump(sinkName);
  const pumpMs = performance.now() - started;
  if (report?.taken !== events) {
    throw new Error(`it sent ${report?.taken} of ${events}: ${report?.state?.lastError}`);
  }
  const peakMb = peak();
  await forwarding.close();

  const bareWays = openWays({ ...bare, timeoutMs });
  const startedBare = performance.now();
  await sideBySide(sent, kind?.width ?? 1, async ({ again }) => void (await again(bareWays)));
  const bareMs = performance.now() - startedBare;
  await bareWays.close();
  const bytes = sent.reduce((sum, one) => sum + one.bytes, 0);
  return { pumpMs, bareMs, requests: sent.length, bytes, peakMb, storesMb };
}

/** Keeps each request, to be sent again as it is; where a receiver knows repeats, to another one. */
function kept(ways: SinkTransports, pumped: To, bare: To, sent: Sent[]): SinkTransports {
  const size = (texts: readonly { text: string }[]) =>
    texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const other = (text: string) =>
    Object.entries(pumped.env).reduce(
      (now, [name, one]) => now.replaceAll(one, bare.env[name] ?? one),
      text,
    );
  return {
    close: ways.close,
    post(url, request) {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, other(value)]),
      );
      const bytes = Buffer.byteLength(request.body);
      sent.push({ bytes, again: ({ post }) => post(other(url), { ...request, headers }) });
      return ways.post(url, request);
    },
    uploadLogs(target, batch) {
      sent.push({ bytes: size(batch), again: (to) => to.uploadLogs(target, batch) });
      return ways.uploadLogs(target, batch);
    },
    sendToHub(target, batch) {
      sent.push({ bytes: size(batch), again: (to) => to.sendToHub(target, batch) });
      return ways.sendToHub(target, batch);
    },
    sendFrames(target, frames) {
      const bytes = frames.reduce((sum, { length }) => sum + length, 0);
      sent.push({ bytes, again: (to) => to.sendFrames(target, frames) });
      return ways.sendFrames(target, frames);
    },
    append(file, text) {
      sent.push({ bytes: Buffer.byteLength(text), again: (to) => to.append(file, text) });
      return ways.append(file, text);
    },
  };
}

/** The most memory that this process has had so far, in MB. */
const peak = () => Math.round(process.resourceUsage().maxRSS / 1_024);
