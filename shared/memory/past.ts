import type { Memory } from './memory.ts';
import type { Trace, TraceKind, TraceOf } from './trace.ts';

/** What is remembered in one tenant of the subjects that a batch is about. */
export class Past {
  readonly #memories: (subject: string) => Memory | undefined;

  constructor(memories: (subject: string) => Memory | undefined) {
    this.#memories = memories;
  }

  /**
   * The traces of one kind, in the order of the events.
   *
   * @param subject - made by one of the functions in subject.ts.
   */
  all<K extends TraceKind>(kind: K, subject: string): readonly TraceOf<K>[] {
    const memory = this.#memories(subject) ?? [];
    return memory.filter((trace: Trace): trace is TraceOf<K> => trace.kind === kind);
  }
}

export const noPast = new Past(() => undefined);
