import { untilSaved } from '../conflicts.ts';
import type { Finding } from '../finding.ts';
import type { Policy } from '../policy.ts';
import type { Shelf } from '../shelf.ts';
import { dayMs } from '../time.ts';
import type { Accounts } from './accounts.ts';
import { silencesOfPolicy, silencesOfShelf } from './in-force.ts';
import { laterMute, type Mute, muteId, muteOf } from './mute.ts';
import { isOfBreakGlass, routeFinding } from './route-finding.ts';
import type { RouteFinding, Routing } from './routing.ts';
import type { Silence } from './silence.ts';

export type PolicyRoutingDeps = {
  policy: Pick<Policy, 'routes' | 'channels' | 'inhibitions' | 'silences' | 'tenants'>;
  /** Those that were declared in the console. */
  silences: Pick<Shelf<Silence>, 'all'>;
  /** What was told and mutes others; shared by all instances. */
  mutes: Pick<Shelf<Mute>, 'all' | 'get' | 'put' | 'remove'>;
  /** @param now - epoch milliseconds. */
  accounts(now: number): Promise<Accounts>;
};

/** What another instance wrote counts here after so long at the latest; a batch costs one read. */
const staleAfterMs = 5_000;
/** Longer than any inhibition may last. */
const forgottenAfterMs = 2 * dayMs;

/** Who hears of what, as the policy and the silences of the console say it. */
export function policyRouting(deps: PolicyRoutingDeps): Routing {
  const { policy } = deps;
  const muting = new Set<string>(policy.inhibitions.flatMap(({ by }) => by));
  const silences = cached(async () => {
    const stored = await deps.silences.all();
    return [...stored.values()].map(({ value }) => value);
  });
  // Kept from one read to the next: what is remembered meanwhile counts at once, for those who have
  // asked before too.
  const mutes = new Map<string, Mute>();
  const readMutes = cached(async () => {
    const stored = await deps.mutes.all();
    for (const [id, { value }] of stored) mutes.set(id, laterMute(mutes.get(id), value));
  });

  const tenantName = (tenantId: string) =>
    policy.tenants.find(({ id }) => id === tenantId.toLowerCase())?.name ?? tenantId;

  async function at(now: number): Promise<RouteFinding> {
    const quieting = Promise.all([silences(now), muting.size > 0 ? readMutes(now) : undefined]);
    const [[read], accounts] = await Promise.all([
      Promise.allSettled([quieting]),
      deps.accounts(now),
    ]);
    const [stored] = read.status === 'fulfilled' ? read.value : [[]];
    const rules = {
      routes: policy.routes,
      channels: policy.channels,
      inhibitions: policy.inhibitions,
      silences: [...silencesOfPolicy(policy, now), ...silencesOfShelf(stored, now)],
      mutes,
      accounts,
      tenantName,
      now,
    };
    return (finding) => {
      // None of it counts for a break-glass account: what can't be read must not hold that up.
      if (read.status === 'rejected' && !isOfBreakGlass(finding, accounts)) throw read.reason;
      return routeFinding(finding, rules);
    };
  }

  const rememberOne = (found: Mute) =>
    untilSaved(async () => {
      const id = muteId(found);
      const kept = await deps.mutes.get(id);
      const later = laterMute(kept?.value, found);
      mutes.set(id, later);
      if (kept && isSame(kept.value, later)) return;
      await deps.mutes.put(id, later, kept?.version ?? null);
    });

  async function forget(now: number): Promise<void> {
    const old = [...mutes].filter(([, mute]) => now - Date.parse(mute.at) > forgottenAfterMs);
    for (const [id] of old) {
      mutes.delete(id);
      // Until it is removed it is only read again.
      await deps.mutes.remove(id).catch(() => {});
    }
  }

  return {
    at,
    async remember(findings, now) {
      const some = findings.filter(({ detection }) => muting.has(detection));
      if (some.length === 0) return;
      const [route, accounts] = await Promise.all([at(now), deps.accounts(now)]);
      for (const finding of some) {
        // What nobody was told of makes nothing else quiet; nor do two that mute each other.
        if (!isTold(route, finding)) continue;
        const mute = muteOf(finding, accounts);
        if (!mute || now - Date.parse(mute.at) > forgottenAfterMs) continue;
        const remembered = rememberOne(mute);
        // Without it something lesser is told as well; a break-glass account waits for nothing.
        await (isOfBreakGlass(finding, accounts) ? remembered.catch(() => {}) : remembered);
      }
      await forget(now);
    },
  };
}

const isTold = (route: RouteFinding, finding: Finding): boolean =>
  route(finding).tellings.some(({ cadence }) => cadence === 'now');

const isSame = (a: Mute, b: Mute) => a.at === b.at && a.severity === b.severity;

/** Reads at most once in a while; those who ask meanwhile share one read. A read that failed is no answer. */
function cached<T>(read: () => Promise<T>): (now: number) => Promise<T> {
  let last: { at: number; value: Promise<T> } | undefined;
  return (now) => {
    const age = last === undefined ? Number.NaN : now - last.at;
    if (last && age >= 0 && age < staleAfterMs) return last.value;
    const mine = { at: now, value: read() };
    last = mine;
    mine.value.catch(() => {
      if (last === mine) last = undefined;
    });
    return mine.value;
  };
}
