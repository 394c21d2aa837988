import { ApiError, type Bucket } from '../directory/graph.ts';

/** What waiting takes; tests give one that does not wait. */
export type Clock = {
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
};

export type Patience = {
  /** For all requests of one client together, from when it is made. */
  totalMs: number;
  /** For one try, its answer read to the end. */
  tryMs: number;
  /** How often an answer may fail for now. Being throttled is no failure: there only time counts. */
  tries: number;
  /** For one request with all its tries. */
  requestMs: number;
  /** Before the second try, where the service does not say; then twice as long each time. */
  pauseMs: number;
};

export const realClock: Clock = {
  now: Date.now,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

/** The whole reading has to end within a run of its function: ten minutes at most. */
export const usualPatience: Patience = {
  totalMs: 8 * 60_000,
  tryMs: 60_000,
  tries: 8,
  requestMs: 4 * 60_000,
  pauseMs: 1_000,
};

const longestPauseMs = 60_000;

type Pace = { atOnce: number; most?: number; windowMs?: number };
export type PaceOf = (bucket: Bucket) => Pace;

/**
 * How fast a service lets itself be asked, a little slower than its limits. Those of PIM and of
 * access reviews are not published: one request at a time.
 *
 * @see https://learn.microsoft.com/graph/throttling-limits
 */
const paces: Record<Bucket, Pace> = {
  directory: { atOnce: 4 },
  outlook: { atOnce: 2 },
  arm: { atOnce: 4 },
  security: { atOnce: 1 },
  pim: { atOnce: 1 },
  'access-reviews': { atOnce: 1 },
  reports: { atOnce: 1, most: 5, windowMs: 10_500 },
  // Its limit is shared by all apps of the tenant, and it never says for how long to wait.
  'idp-ca': { atOnce: 1, most: 1, windowMs: 1_200 },
};

/** As the services ask for. */
export const usualPace: PaceOf = (bucket) => paces[bucket];

/** For a stand-in on this machine, which has no other users. */
export const noPace: PaceOf = () => ({ atOnce: 8 });

export type Sender = {
  /**
   * Sends until there is an answer that is not passing, or no time is left. Then that answer stands.
   *
   * @param weight - How many requests the service counts it as.
   * @throws {ApiError} NoAnswer, OutOfTime
   */
  send(request: Outgoing, bucket: Bucket, weight?: number): Promise<Response>;
  /**
   * Waits as the service asks for, or for some time.
   *
   * @returns false: no time is left for it.
   */
  pause(effort: Effort, retryAfter: string | null, bucket: Bucket): Promise<boolean>;
  /** Begins a request that may take several tries. */
  begin(): Effort;
  sent(): number;
  /** How many may be sent together. */
  most(bucket: Bucket): number;
};

/** What was done for one request so far. */
export type Effort = { failed: number; throttled: number; since: number };

export type Outgoing = {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
};

export const isPassing = (status: number) => status === 429 || (status >= 500 && status !== 501);

export function openSender(patience: Patience, clock: Clock, paceOf: PaceOf): Sender {
  const endsAt = clock.now() + patience.totalMs;
  const gates = new Map<Bucket, Gate>();
  let sent = 0;

  const gateOf = (bucket: Bucket): Gate => {
    const gate = gates.get(bucket) ?? new Gate(paceOf(bucket), clock);
    gates.set(bucket, gate);
    return gate;
  };

  async function tryOnce(request: Outgoing, bucket: Bucket, weight: number) {
    const leave = await gateOf(bucket).enter(weight);
    try {
      if (clock.now() >= endsAt) return 'OutOfTime';
      sent += 1;
      return await exchange(request, patience.tryMs);
    } finally {
      leave();
    }
  }

  const begin = (): Effort => ({ failed: 0, throttled: 0, since: clock.now() });

  const pause: Sender['pause'] = async ({ failed, throttled, since }, retryAfter, bucket) => {
    if (failed >= patience.tries) return false;
    const asked = waitOf(retryAfter, clock.now());
    const own = Math.min(patience.pauseMs * 2 ** (failed + throttled - 1), longestPauseMs);
    // A jitter on top, so that several waiting requests do not come back as one wave.
    const ms = (asked ?? own) + clock.random() * own * 0.5;
    if (clock.now() + ms >= Math.min(endsAt, since + patience.requestMs)) return false;
    // Whoever is throttled drags its whole bucket along: asking on would only prolong it.
    if (asked !== undefined) gateOf(bucket).close(clock.now() + asked);
    await clock.sleep(ms);
    return true;
  };

  return {
    async send(request, bucket, weight = 1) {
      const effort = begin();
      for (;;) {
        const answer = await tryOnce(request, bucket, weight);
        if (answer === 'OutOfTime') throw new ApiError(0, 'OutOfTime');
        const isFinal = answer !== 'NoAnswer' && !isPassing(answer.status);
        if (isFinal) return answer;
        const retryAfter = answer === 'NoAnswer' ? null : answer.headers.get('retry-after');
        if (answer !== 'NoAnswer' && answer.status === 429) effort.throttled += 1;
        else effort.failed += 1;
        if (await pause(effort, retryAfter, bucket)) continue;
        if (answer === 'NoAnswer') throw new ApiError(0, 'NoAnswer');
        return answer;
      }
    },
    pause,
    begin,
    sent: () => sent,
    most: (bucket) => paceOf(bucket).most ?? Number.POSITIVE_INFINITY,
  };
}

/** The body is read here, so that a connection that breaks within it is tried again too. */
async function exchange({ url, ...init }: Outgoing, tryMs: number): Promise<Response | 'NoAnswer'> {
  try {
    // A redirect would be an answer from somewhere that nobody asked.
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(tryMs),
    });
    const { status, headers } = answer;
    const body = await answer.arrayBuffer();
    return new Response(bodyless.has(status) ? null : body, { status, headers });
  } catch {
    // What fetch says of it may repeat headers, and so the token: it ends here.
    return 'NoAnswer';
  }
}

const bodyless = new Set([204, 205, 304]);

function waitOf(retryAfter: string | null, now: number): number | undefined {
  if (retryAfter === null || retryAfter.trim() === '') return;
  const seconds = Number(retryAfter);
  const ms = Number.isNaN(seconds) ? Date.parse(retryAfter) - now : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Lets requests of one bucket through: so many at once, so many within a time, none while it is closed. */
class Gate {
  readonly #pace: Pace;
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;
  #recent: number[] = [];
  #closedUntil = 0;

  constructor(pace: Pace, clock: Clock) {
    this.#pace = pace;
    this.#clock = clock;
  }

  close(until: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, until);
  }

  /** @returns Call it when the answer is there. */
  async enter(weight: number): Promise<() => void> {
    while (this.#inside >= this.#pace.atOnce) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#inside += 1;
    for (let ms = this.#toWait(weight); ms > 0; ms = this.#toWait(weight))
      await this.#clock.sleep(ms);
    const now = this.#clock.now();
    for (let unit = 0; unit < weight; unit++) this.#recent.push(now);
    return () => {
      this.#inside -= 1;
      this.#waiting.shift()?.();
    };
  }

  #toWait(weight: number): number {
    const now = this.#clock.now();
    const closed = this.#closedUntil - now;
    const { most, windowMs = 0 } = this.#pace;
    this.#recent = most === undefined ? [] : this.#recent.filter((at) => at + windowMs > now);
    if (most === undefined || this.#recent.length + weight <= most) return closed;
    const freed = this.#recent[this.#recent.length + weight - most - 1] ?? now;
    return Math.max(closed, freed + windowMs - now);
  }
}
