import { cleanLine } from '../shared/clean-text.ts';
import { byKind } from '../shared/detect/detect.ts';
import type { Detection } from '../shared/detect/detection.ts';
import type { Finding } from '../shared/finding.ts';
import { Memories } from '../shared/memory/memories.ts';
import { judge, judgedCount } from '../shared/pipeline.ts';
import { settingsFrom } from '../shared/policy/settings-of.ts';
import { type Policy, tenantPolicy } from '../shared/policy.ts';
import { asUtf8, type Opened, sinkInto } from '../shared/read/envelope.ts';
import { RecordSplitter } from '../shared/read/record-splitter.ts';
import { memoryCases } from '../shared/record/memory-cases.ts';
import { recordFindings } from '../shared/record/record-findings.ts';
import { unheard } from '../shared/record/unheard.ts';
import type { Snapshot } from '../shared/watch/directory.ts';
import type { Watchlists } from '../shared/watch/watchlists.ts';
import { bytesOf, type InputFile } from './input-files.ts';
import { whyUnreadable } from './policy-file.ts';
import { judgePosture, watchlistsOf } from './posture-run.ts';

/**
 * How many records are judged at once: bounds the memory, whatever the size of the files. What one of
 * them tells of a privilege counts for all the others, in whichever order they stand.
 */
const batchSize = 2_500;
const mostReasons = 20;
/** Records that name no tenant, judged without a policy, belong to this one. */
const unknownTenant = '00000000-0000-0000-0000-000000000000';

type Input = {
  detections: readonly Detection[];
  policy: Policy | undefined;
  snapshot: Snapshot | undefined;
};
type FileCount = { name: string; records: number; judged: number; failure: string | undefined };

/** One replay: state across files in memory, findings at the end. */
export class Replay {
  readonly #input: Input;
  readonly #cases = memoryCases();
  readonly #watchlists: Watchlists;
  readonly #memories = new Memories();
  readonly #detections;
  readonly #settingsOf;
  readonly #skipped = new Map<string, number>();
  readonly #reasons: string[] = [];
  readonly #files: FileCount[] = [];
  #unreadable = 0;
  #latest: number | undefined;

  constructor(input: Input) {
    this.#input = input;
    this.#detections = byKind(input.detections);
    this.#settingsOf = settingsFrom(input.policy);
    this.#watchlists = watchlistsOf(input.policy);
  }

  async start(): Promise<void> {
    if (this.#input.snapshot) await this.#watchlists.takeSnapshot(this.#input.snapshot, 0);
  }

  async read(file: InputFile): Promise<void> {
    const count: FileCount = { name: file.name, records: 0, judged: 0, failure: undefined };
    this.#files.push(count);
    const opened: Opened = { records: [], unreadable: [], doubtful: null };
    const splitter = new RecordSplitter(sinkInto(opened));
    try {
      let isFirst = true;
      for await (const chunk of wholeUnits(bytesOf(file))) {
        splitter.push(isFirst ? asUtf8(chunk) : chunk);
        isFirst = false;
        if (opened.records.length + opened.unreadable.length >= batchSize)
          await this.#judge(opened, count);
      }
    } catch (error) {
      count.failure = whyUnreadable(error);
    }
    splitter.end();
    await this.#judge(opened, count);
  }

  /** @param now - when the posture is judged; by default the last record's time. */
  async finish(now: number | undefined): Promise<Finding[]> {
    const { snapshot } = this.#input;
    if (snapshot) await this.#judgePosture(snapshot, now ?? this.#latest);
    return this.#cases
      .findings()
      .filter(({ state }) => state === 'open')
      .map(({ finding }) => finding)
      .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.id < b.id ? -1 : 1));
  }

  async #judgePosture(snapshot: Snapshot, moment: number | undefined): Promise<void> {
    const judged = await judgePosture(snapshot, moment, {
      policy: this.#input.policy,
      settingsOf: this.#settingsOf,
      watchlists: this.#watchlists,
    });
    const found = judged?.verdicts.flatMap((verdict) => verdict.found) ?? [];
    await recordFindings(found, this.#recordDeps());
  }

  report(): string[] {
    const read = sum(this.#files.map(({ records }) => records));
    const judged = sum(this.#files.map(({ judged }) => judged));
    const skipped = sum([...this.#skipped.values()]);
    const categories = [...this.#skipped].map(
      ([category, count]) => `${cleanLine(category, 60)} ${count}`,
    );
    const more = this.#unreadable - this.#reasons.length;
    const withdrawn = this.#cases
      .findings()
      .filter(({ state, finding }) => state === 'withdrawn' && finding.revision > 1);
    return [
      ...this.#reasons,
      ...(more > 0 ? [`… and ${more} more that could not be read`] : []),
      ...(withdrawn.length > 0
        ? [`findings withdrawn after later rows of the same sign-in: ${withdrawn.length}`]
        : []),
      `${read} records read: ${judged} judged, ${skipped} skipped${categories.length > 0 ? ` (not watched: ${categories.join(', ')})` : ''}, ${this.#unreadable} unreadable`,
    ];
  }

  /** Files that could not be read at all, or in which nothing was a record. */
  hopelessFiles(): string[] {
    return this.#files.flatMap(({ name, records, judged, failure }) => {
      if (failure) return `${name}: ${failure}`;
      return records > 0 && judged === 0 && this.#skipped.size === 0
        ? `${name}: no record in it could be read`
        : [];
    });
  }

  async #judge(opened: Opened, count: FileCount): Promise<void> {
    const before = count.records;
    const { records } = opened;
    const { policy, snapshot } = this.#input;
    const only = policy?.tenants.length === 1 ? policy.tenants[0]?.id : undefined;
    const judged = await judge([opened], {
      // No screening: whoever replays a pile wants to hear of each record that can't be read.
      detections: this.#detections,
      settingsOf: this.#settingsOf,
      watchlists: this.#watchlists,
      memories: this.#memories,
      tenantOf: (tenantId) => tenantPolicy(policy, tenantId),
      fallbackTenantId: only ?? snapshot?.tenantId ?? (policy ? undefined : unknownTenant),
      now: this.#latest ?? 0,
    });
    await recordFindings(judged.found, this.#recordDeps());
    for (const category of judged.skipped)
      this.#skipped.set(category, (this.#skipped.get(category) ?? 0) + 1);
    for (const { reason, index } of judged.unreadable) {
      this.#unreadable += 1;
      if (this.#reasons.length >= mostReasons) continue;
      const place =
        index < 0 ? `near record ${before + records.length + 1}` : `record ${before + index + 1}`;
      this.#reasons.push(`${count.name}: ${place}: ${cleanLine(reason, 300)}`);
    }
    const judgedRecords = judgedCount(judged);
    count.records += judgedRecords + judged.skipped.length + judged.unreadable.length;
    count.judged += judgedRecords;
    for (const { at } of judged.read) this.#latest = Math.max(this.#latest ?? 0, at);
    opened.records.length = 0;
    opened.unreadable.length = 0;
  }

  #recordDeps() {
    return { ...unheard, cases: this.#cases, now: this.#latest ?? 0 };
  }
}

/** UTF-16 can only be turned into UTF-8 whole; such files are small downloads. */
async function* wholeUnits(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const held: Buffer[] = [];
  let isUtf16: boolean | undefined;
  for await (const chunk of chunks) {
    isUtf16 ??= chunk[0] === 0xff && chunk[1] === 0xfe;
    if (isUtf16) held.push(chunk);
    else yield chunk;
  }
  if (held.length > 0) yield Buffer.concat(held);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
