import { unlessTaken } from '../conflicts.ts';
import type { DigestTime } from '../policy/digest.ts';
import type { CaseStore, Outbox } from '../record/case-store.ts';
import { newDelivery } from '../record/outbox.ts';
import { isoOf, minuteMs } from '../time.ts';
import { digestId, digestOf } from './digest-of-lines.ts';
import { type Cut, type FoldedLine, type ListName, type Lists, listNames } from './folded.ts';
import type { DeliveryStore } from './notify.ts';
import { roundOf } from './recurrence.ts';

export type DigestsDeps = {
  lists: Lists;
  cases: CaseStore & Pick<DeliveryStore, 'load'>;
  outbox: Outbox;
  /** Of the policy: when the day's and the week's are written. */
  digest: DigestTime;
  /** What the policy calls a tenant. */
  tenantName(tenantId: string): string;
};

export type Digests = {
  /**
   * Makes one message for each channel and tenant out of what was folded: of a storm once its first
   * line is a minute old, of the day and the week once their hour has come. Call it every few seconds;
   * any number of instances may.
   *
   * @param now - epoch milliseconds.
   * @returns how many messages were written.
   * @throws {WatchError} STORE_UNAVAILABLE: doing it again is safe.
   */
  flush(now: number): Promise<number>;
};

const stormMs = minuteMs;
/** A cut lies in one row, which takes some ten thousand ids. What is more goes into the next message. */
const mostLines = 10_000;
/** The lists of day and week may be long: they are read when their hour has come, and now and then for what came late. */
const lateLookMs = 10 * minuteMs;
const removedAtOnce = 20;

/**
 * The lines of a message are settled first, in a cut of which there is one at a time. Then it is
 * written, once, by its id; then its lines go, then the cut. Whoever finds a cut goes on with it. So a
 * line is told in one message, whatever stops in between, and stays until it is.
 */
export function digests(deps: DigestsDeps): Digests {
  const looked = new Map<ListName, { round: string; at: number }>();

  async function flushList(name: ListName, now: number): Promise<number> {
    const round = roundOn(name, now, deps.digest);
    const last = looked.get(name);
    if (round && last?.round === round && now - last.at < lateLookMs) return 0;
    const lines = await deps.lists.lines[name].all();
    let written = 0;
    if (lines.size > 0) {
      const cuts = await deps.lists.cuts.all();
      const byReader = Map.groupBy(
        [...lines.values()].map(({ value }) => value),
        ({ channel, tenantId }) => JSON.stringify([name, channel, tenantId]),
      );
      for (const [key, some] of byReader) {
        const begun = cuts.get(key);
        if (begun) written += await writeOut(key, begun, some, now);
        const told = new Set(begun?.value.lines);
        const left = some.filter(({ delivery }) => !told.has(delivery));
        const row = await cutOf(key, name, left, now);
        if (row) written += await writeOut(key, row, left, now);
      }
    }
    if (round) looked.set(name, { round, at: now });
    return written;
  }

  async function cutOf(key: string, name: ListName, lines: readonly FoldedLine[], now: number) {
    const due = dueLines(name, lines, now, deps.digest);
    const [first] = due;
    if (!first) return undefined;
    const { channel, tenantId } = first;
    const value: Cut = {
      id: digestId(tenantId, channel, name, first.delivery, now),
      list: name,
      channel,
      tenantId,
      at: isoOf(now),
      lines: due.slice(0, mostLines).map(({ delivery }) => delivery),
    };
    const version = await unlessTaken(() => deps.lists.cuts.put(key, value, null));
    // Another instance has just begun: it, or the next look, writes it.
    return version === undefined ? undefined : { value, version };
  }

  async function writeOut(
    key: string,
    { value: cut, version }: { value: Cut; version: string },
    lines: readonly FoldedLine[],
    now: number,
  ): Promise<number> {
    const wanted = new Set(cut.lines);
    const told = lines.filter(({ delivery }) => wanted.has(delivery));
    const isNew = told.length > 0 && (await write(cut, told, now));
    for (let from = 0; from < told.length; from += removedAtOnce) {
      const some = told.slice(from, from + removedAtOnce);
      await Promise.all(some.map(({ delivery }) => deps.lists.lines[cut.list].remove(delivery)));
    }
    await unlessTaken(() => deps.lists.cuts.remove(key, version));
    return isNew ? 1 : 0;
  }

  /** @returns false if it was written before. */
  async function write(cut: Cut, lines: readonly FoldedLine[], now: number): Promise<boolean> {
    const { cases, outbox } = deps;
    const { incident, findings } = await digestOf(cut, lines, {
      load: cases.load,
      tenant: deps.tenantName(cut.tenantId),
    });
    const told = { findings: findings.map(({ finding }) => finding.id) };
    await outbox.mark(cut.id);
    const isNew = await unlessTaken(async () => {
      await cases.save({
        incidentId: cut.id,
        incident: { value: incident, version: null },
        findings: findings.map((value) => ({ value, version: null })),
        deliveries: [newDelivery(incident, cut.channel, 'digest', now, told)],
      });
      return true;
    });
    await outbox.wake(cut.id);
    return isNew ?? false;
  }

  return {
    async flush(now) {
      let written = 0;
      for (const name of listNames) written += await flushList(name, now);
      return written;
    },
  };
}

function dueLines(
  name: ListName,
  lines: readonly FoldedLine[],
  now: number,
  digest: DigestTime,
): FoldedLine[] {
  const ordered = lines.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const round = roundOn(name, now, digest);
  if (round) {
    return ordered.filter(({ at }) => (roundOn(name, Date.parse(at), digest) ?? '') < round);
  }
  const [first] = ordered;
  return first && Date.parse(first.at) <= now - stormMs ? ordered : [];
}

/** The day or week that a moment belongs to; a storm has none. */
function roundOn(name: ListName, at: number, digest: DigestTime): string | undefined {
  const { at: hour, timezone, weekday } = digest;
  if (name === 'storm') return undefined;
  return roundOf(at, { at: hour, timezone, ...(name === 'weekly' && { weekday }) });
}
