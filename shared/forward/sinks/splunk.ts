import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { WatchError } from '../../errors.ts';
import { address, flag, line, secretRef, strict } from '../../policy/fields.ts';
import type { Resolved } from '../../secrets.ts';
import { hecReceipts, type Patience } from '../hec-receipts.ts';
import * as http from '../http-answers.ts';
import { secretsIn, wordsWithout } from '../receiver-words.ts';
import {
  defineSink,
  type OpenSink,
  type Outcome,
  type Outgoing,
  type Packed,
  taken,
} from '../sink.ts';
import type { Answered, SinkTransports } from '../sink-transports.ts';

const settings = strict({
  url: address.describe('Where Splunk takes events, e.g. https://splunk.contoso.com:8088'),
  token: secretRef.describe('The token of the HTTP Event Collector.'),
  index: line(80, 'the name of an index')
    .optional()
    .describe('The index; the token must allow it. Left out: the one that the token says.'),
  source: line(200, 'a source')
    .default('glasswatch')
    .describe('What Splunk is to call the source.'),
  sourcetype: line(200, 'a source type')
    .default('glasswatch:finding')
    .describe('What Splunk is to call the kind of these events.'),
  host: line(200, 'a host')
    .optional()
    .describe('What Splunk is to call the sender. Left out: what the token says.'),
  acknowledge: flag()
    .default(false)
    .describe(
      'Wait until the indexers have written each batch. The token must have indexer acknowledgment.',
    ),
  private: flag().default(false).describe('It stands in a private network of ours.'),
}).meta({ description: 'Splunk, by its HTTP Event Collector.' });

type Settings = Resolved<z.output<typeof settings>>;

const usualPatience: Patience = { pollMs: 1_000, waitMs: 60_000, mostMs: 300_000 };

/** What a request may be sent again without an event that seems to be at fault. */
const mostSuspects = 5;

/** Settings of ours or of the token, not the fault of an event. */
const misconfiguredCodes = new Set([1, 2, 3, 4, 7, 10, 11, 14, 16]);
/** Invalid format, no event, a blank one, fields that can not be indexed. */
const eventCodes = new Set([6, 12, 13, 15]);
/** It has taken them, and says besides that its queues fill up. */
const takenCodes = new Set([0, 24, 25]);

const answerSchema = z.looseObject({
  text: z.string().catch(''),
  code: z.int(),
  'invalid-event-number': z.int().optional().catch(undefined),
  ackId: z.int().optional(),
});
type Answer = z.output<typeof answerSchema>;

const acksSchema = z.looseObject({ acks: z.record(z.string(), z.boolean()) });

export default defineSink({
  type: 'splunk',
  settings,
  formats: ['ocsf', 'native', 'ecs', 'cef'],
  limits: { maxEvents: 500, maxBytes: 1_000_000, baseBytes: 0, bytesEach: 1 },
  width: 4,
  describe: ({ url, index }) =>
    `Splunk at ${http.placeOf(url)}${index === undefined ? '' : `, index ${index}`}`,
  open: (given, transports) => openSplunk(given, transports),
});

/** @see https://help.splunk.com/splunk-enterprise/get-data-in/collect-http-event-data/format-events-for-http-event-collector */
export function openSplunk(
  given: Settings,
  { post }: Pick<SinkTransports, 'post'>,
  patience: Patience = usualPatience,
): OpenSink {
  const { url, token, acknowledge } = given;
  const base = http.baseOf(url).replace(/\/services\/collector(?:\/.*)?$/, '');
  const channel = randomUUID();
  const host = http.hostOf(url);
  const words = wordsWithout([token, ...secretsIn(url)]);
  const headers = {
    'content-type': 'application/json',
    authorization: `Splunk ${token}`,
    ...(acknowledge && { 'x-splunk-request-channel': channel }),
  };
  const receipts = hecReceipts({
    ...patience,
    acksOf,
    says: `${host} has not acknowledged it yet`,
  });

  const ask = (path: string, body: string): Promise<Answered> =>
    post(`${base}/services/collector${path}`, { headers, body, isPrivate: given.private });

  const lineOf = ({ status, text }: Answered, answer: Answer | undefined) =>
    http.answerLine(host, status, words(answer ? `${answer.text} (code ${answer.code})` : text));

  /** One request; more only to find the event that is at fault. */
  async function hand(batch: readonly Packed[], suspects: number): Promise<readonly Outcome[]> {
    const answered = await ask('/event', batch.map(({ text }) => text).join('\n'));
    const answer = answerSchema.safeParse(http.jsonOf(answered.text)).data;
    const says = lineOf(answered, answer);
    if (answered.status === 200) {
      // Something else answers there: a page of another service says 200 as well.
      if (!answer || !takenCodes.has(answer.code)) throw http.misconfigured(says);
      if (acknowledge) noteReceipt(batch, answer.ackId);
      return batch.map(() => taken);
    }
    if (answer && misconfiguredCodes.has(answer.code)) throw http.misconfigured(says);
    const isEvent = answered.status === 400 && answer && eventCodes.has(answer.code);
    const number = isEvent ? answer['invalid-event-number'] : undefined;
    if (number === undefined) throw http.failureOf(says, answered);
    if (batch.length === 1) return [{ became: 'refused', says }];
    if (suspects === 0) throw http.failureOf(says, answered);
    return handApart(batch, number, suspects - 1);
  }

  /**
   * One event is at fault. Those before it may be indexed, those behind it are not, and whether it is
   * counted from 0 or from 1 differs: so nothing is taken for granted, and all of them are sent again,
   * the suspect by itself.
   */
  async function handApart(
    batch: readonly Packed[],
    number: number,
    suspects: number,
  ): Promise<readonly Outcome[]> {
    const at = Math.min(Math.max(number, 0), batch.length - 1);
    const alone = await hand(batch.slice(at, at + 1), 0);
    const others = batch.toSpliced(at, 1);
    if (others.length === 0) return alone;
    const isFound = alone[0]?.became === 'refused' || suspects === 0;
    const outcomes = isFound
      ? await hand(others, suspects)
      : await handApart(others, at - 1, suspects - 1);
    return outcomes.toSpliced(at, 0, ...alone);
  }

  function noteReceipt(batch: readonly Packed[], id: number | undefined): void {
    if (id === undefined) {
      throw http.misconfigured(
        `${host} took events without an acknowledgement to wait for: the token must have indexer acknowledgment`,
      );
    }
    receipts.note(batch, id);
  }

  /** As {@link hand}, but only what the indexers have written counts as taken. */
  async function handAndWait(batch: readonly Packed[]): Promise<readonly Outcome[]> {
    receipts.forgetOld();
    const fresh = batch.filter((one) => !receipts.isUnderWay(one));
    const handed = fresh.length > 0 ? await hand(fresh, mostSuspects) : [];
    const outcomes = new Map(fresh.map((one, at) => [one, handed[at]]));
    await receipts.wait(batch);
    return batch.map((one) => {
      const outcome = outcomes.get(one);
      return outcome?.became === 'refused' ? outcome : receipts.outcomeOf(one);
    });
  }

  async function acksOf(ids: readonly number[]): Promise<Readonly<Record<string, boolean>>> {
    let answered: Answered;
    try {
      answered = await ask(`/ack?channel=${channel}`, JSON.stringify({ acks: ids }));
    } catch (error) {
      if (!(error instanceof WatchError) || error.code !== 'DELIVERY_UNAVAILABLE') throw error;
      // The events are there, perhaps: asking again is cheaper than sending them again.
      return {};
    }
    if (http.isForLater(answered.status)) return {};
    const json = http.jsonOf(answered.text);
    const acks = acksSchema.safeParse(json).data?.acks;
    if (answered.status === 200 && acks) return acks;
    throw http.misconfigured(lineOf(answered, answerSchema.safeParse(json).data));
  }

  return {
    pack: (outgoing) => hecEvent(outgoing, given),
    send: (batch) => (acknowledge ? handAndWait(batch) : hand(batch, mostSuspects)),
    close: async () => {},
  };
}

/** An event as the collector takes it: its time in seconds, and what is to be searched by beside it. */
export function hecEvent(
  { uid, kind, incident, severity, time, event, line }: Outgoing,
  { host, source, sourcetype, index }: Pick<Settings, 'host' | 'source' | 'sourcetype' | 'index'>,
): string {
  const fields = {
    event_uid: uid,
    // The rest of a uid is the revision.
    ...(kind === 'finding' && { finding_id: uid.replace(/\.\d+$/, '') }),
    ...(incident !== null && { incident_id: incident }),
    severity,
  };
  const told = typeof event === 'string' ? JSON.stringify(line) : line;
  const about = JSON.stringify({ host, source, sourcetype, index }).slice(1, -1);
  const parts = [
    // A time that nobody can write down is left out: it must not keep its event back.
    Number.isFinite(time) ? `"time":${(time / 1000).toFixed(3)}` : '',
    about,
    `"event":${told}`,
    `"fields":${JSON.stringify(fields)}`,
  ];
  return `{${parts.filter((part) => part !== '').join(',')}}`;
}
