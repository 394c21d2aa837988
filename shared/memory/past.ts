import type { Memory } from './memory.ts';
import type { Trace, TraceKind, TraceOf } from './trace.ts';

type ByKind = ReadonlyMap<TraceKind, readonly Trace[]>;

/** What is remembered in one tenant of the subjects that a batch is about. */
export class Past {
  readonly #memories: (subject: string) => Memory | undefined;
  /** Many events of a batch, and many detections, ask for the same. */
  readonly #asked = new Map<string, ByKind>();

  readonly #answers = new Map<string, unknown>();

  constructor(memories: (subject: string) => Memory | undefined) {
    this.#memories = memories;
  }

  /**
   * The traces of one kind, in the order of the events.
   *
   * @param subject - made by one of the functions in subject.ts.
   */
  all<K extends TraceKind>(kind: K, subject: string): readonly TraceOf<K>[] {
    let byKind = this.#asked.get(subject);
    if (!byKind) {
      const memory = this.#memories(subject);
      byKind = memory ? Map.groupBy(memory, (trace) => trace.kind) : nothing;
      this.#asked.set(subject, byKind);
    }
    return (byKind.get(kind) ?? none) as readonly TraceOf<K>[];
  }

  /**
   * What is made of these memories, once for all events of the batch.
   *
   * @param name - of the answer, with all that it depends on besides the memories.
   */
  once<T>(name: string, make: () => T): T {
    if (!this.#answers.has(name)) this.#answers.set(name, make());
    return this.#answers.get(name) as T;
  }
}

const nothing: ByKind = new Map();
const none: readonly Trace[] = [];
