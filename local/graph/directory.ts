import type { Tenant } from './model.ts';

/** How long a write stays unseen, in milliseconds. */
export type Delay = { listMs: number; byIdMs: number };
/** By the last word of a path, like `users` or `roleAssignments`; `*` is all others. */
export type Delays = Readonly<Record<string, Delay>>;

/** About what one sees of the service: an object by its id soon, lists later, the index last. */
export const usualDelays: Delays = {
  '*': { listMs: 5_000, byIdMs: 1_000 },
  transitiveMembers: { listMs: 60_000, byIdMs: 60_000 },
  roleAssignmentScheduleInstances: { listMs: 20_000, byIdMs: 20_000 },
  roleEligibilityScheduleInstances: { listMs: 20_000, byIdMs: 20_000 },
};

type State = { tenant: Tenant; at: number; delays: Delays };

/** The tenant as it is, and as each collection still shows it. */
export class Directory {
  readonly #initial: Tenant;
  readonly #now: () => number;
  #states: State[];

  constructor(tenant: Tenant, now: () => number) {
    this.#initial = structuredClone(tenant);
    this.#now = now;
    this.#states = [{ tenant: structuredClone(tenant), at: now(), delays: {} }];
  }

  /** The tenant as it is. What is written to it directly shows at once. */
  get tenant(): Tenant {
    return this.#newest().tenant;
  }

  /**
   * Changes the tenant.
   *
   * @param delays - Without them everybody sees it at once.
   */
  change<T>(write: (tenant: Tenant) => T, { delays = {} }: { delays?: Delays } = {}): T {
    this.#forgetOld();
    if (Object.keys(delays).length > 0) {
      const tenant = structuredClone(this.tenant);
      const result = write(tenant);
      this.#states.push({ tenant, at: this.#now(), delays });
      return result;
    }
    const result = write(this.tenant);
    // At once means in every state that is still shown.
    for (const { tenant } of this.#states.slice(0, -1)) {
      try {
        write(tenant);
      } catch {
        // It lacks what the write builds upon: that is on its way, and brings the write along.
      }
    }
    return result;
  }

  /** The tenant as the last word of a path shows it. */
  seenBy(collection: string, kind: 'list' | 'byId'): Tenant {
    const now = this.#now();
    const isSeen = ({ at, delays }: State) => {
      const delay = delays[collection] ?? delays['*'];
      return at + ((kind === 'list' ? delay?.listMs : delay?.byIdMs) ?? 0) <= now;
    };
    return (this.#states.findLast(isSeen) ?? this.#newest()).tenant;
  }

  /** States that nobody sees any more: a later one is shown everywhere. */
  #forgetOld(): void {
    const now = this.#now();
    const isSeenByAll = ({ at, delays }: State) =>
      Object.values(delays).every(({ listMs, byIdMs }) => at + Math.max(listMs, byIdMs) <= now);
    const first = this.#states.findLastIndex(isSeenByAll);
    this.#states = this.#states.slice(Math.max(0, first));
  }

  reset(): void {
    this.#states = [{ tenant: structuredClone(this.#initial), at: this.#now(), delays: {} }];
  }

  #newest(): State {
    const newest = this.#states.at(-1);
    if (!newest) throw new Error('A directory always has a state.');
    return newest;
  }
}
