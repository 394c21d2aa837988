import type { Bucket, PathEntry } from './contract.ts';
import { GraphError } from './errors.ts';
import type { Options } from './query/options.ts';

type Limit = { most: number; windowMs: number; isSilent?: boolean };
type Window = { start: number; used: number };

/** Those whose limits are not published (PIM, access reviews, Intune) have none here. */
const limits: Partial<Record<Bucket, Limit>> = {
  reports: { most: 5, windowMs: 10_000 },
  'idp-ca': { most: 1, windowMs: 1_000, isSilent: true },
  security: { most: 10_000, windowMs: 600_000 },
  outlook: { most: 10_000, windowMs: 600_000 },
};

function directoryLimit(users: number): Limit {
  const most = users < 50 ? 3_500 : users <= 500 ? 5_000 : 8_000;
  return { most, windowMs: 10_000 };
}

/** What a request costs, in resource units. */
export function costOf({ path, thr }: PathEntry, { select, expand, top }: Options): number {
  if (thr !== 'directory') return 1;
  const base = /\/transitiveMembers/.test(path)
    ? 5
    : /\/members$|\/getByIds$/.test(path)
      ? 3
      : /^\/(users|applications)(\/\{id\}|\/delta)?$|\/appRole/.test(path)
        ? 2
        : 1;
  const change = (select ? -1 : 0) + (expand.length > 0 ? 1 : 0) + (top && top < 20 ? -1 : 0);
  return Math.max(1, base + change);
}

/** Counts requests by bucket, in windows that begin with their first request. */
export class Throttle {
  readonly #windows = new Map<string, Window>();
  readonly #isOn: boolean;

  constructor(isOn: boolean) {
    this.#isOn = isOn;
  }

  /**
   * Takes a request in.
   *
   * @param key - Within the bucket: a mailbox.
   * @returns Headers for the answer.
   * @throws {GraphError} 429.
   */
  spend(
    bucket: Bucket,
    { cost, key, users, now }: { cost: number; key: string; users: number; now: number },
  ): Record<string, string> {
    const limit = bucket === 'directory' ? directoryLimit(users) : limits[bucket];
    if (!limit || !this.#isOn) return {};
    const name = `${bucket} ${key}`;
    const running = this.#windows.get(name);
    const isOver = !running || running.start + limit.windowMs <= now;
    const window = isOver ? { start: now, used: 0 } : running;
    this.#windows.set(name, window);
    if (window.used + cost > limit.most) {
      throw tooMany(bucket, limit, Math.ceil((window.start + limit.windowMs - now) / 1000));
    }
    window.used += cost;
    if (bucket !== 'directory') return {};
    const share = window.used / limit.most;
    return {
      'x-ms-resource-unit': String(cost),
      ...(share >= 0.8 && { 'x-ms-throttle-limit-percentage': share.toFixed(1) }),
    };
  }

  clear(): void {
    this.#windows.clear();
  }
}

const tooMany = (bucket: Bucket, { isSilent }: Limit, seconds: number) =>
  new GraphError(429, 'TooManyRequests', 'Too many requests', {
    ...(!isSilent && { 'retry-after': String(Math.max(1, seconds)) }),
    ...(bucket === 'directory' && {
      'x-ms-throttle-scope': 'Tenant_Application/Read',
      'x-ms-throttle-information': 'ResourceUnitLimitExceeded',
      'x-ms-throttle-limit-percentage': '1.0',
    }),
  });
