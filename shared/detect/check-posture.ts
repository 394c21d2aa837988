import { messageOf } from '../errors.ts';
import type { TenantPolicy } from '../policy.ts';
import type { Snapshot } from '../watch/directory.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { SettingsOf } from './detect.ts';
import type { Found } from './found.ts';
import { foundByCheck } from './found-by-check.ts';
import { hiddenPeople } from './posture/gaps.ts';
import type { PostureCheck, PostureMatch, ProvenDrills, Unknown } from './posture-check.ts';

type PostureDeps = {
  checks: readonly PostureCheck[];
  settingsOf: SettingsOf;
  tenant: TenantPolicy;
  /** The directory as last read; undefined while nobody has. */
  snapshot: Snapshot | undefined;
  /** The moment that is judged, epoch milliseconds. */
  now: number;
  provenDrills?: ProvenDrills | undefined;
};

/** What one check came to: what it found, and what it could not tell. Without either, all is well. */
export type Verdict = { check: string; found: Found[]; unknown: readonly Unknown[] };

const neverRead: Unknown = { unknown: 'The directory has not been read yet.' };

/** The state of a tenant's directory at a moment, by every check that is on; found again, a finding is the same. */
export function checkPosture(watchlist: Watchlist, deps: PostureDeps): Verdict[] {
  return deps.checks
    .filter(({ id }) => deps.settingsOf(id).enabled)
    .map((check) => judgeBy(check, watchlist, deps));
}

function judgeBy(check: PostureCheck, watchlist: Watchlist, deps: PostureDeps): Verdict {
  const { snapshot, tenant, now, provenDrills } = deps;
  if (!snapshot) return { check: check.id, found: [], unknown: [neverRead] };
  const settings = deps.settingsOf(check.id);
  const context = { watchlist, snapshot, tenant, settings, now, provenDrills };
  const { matches, unknown } = answersOf(check, context);
  const found = foundByCheck(check, matches, {
    settings,
    watchlist,
    categoryOf: () => 'Graph',
    now,
  });
  const hidden = check.judges === 'people' ? hiddenPeople(snapshot) : [];
  return { check: check.id, found, unknown: [...unknown, ...hidden] };
}

/** A fault in one check never silences the others: what it can't tell is unknown. */
function answersOf(check: PostureCheck, context: Parameters<PostureCheck['check']>[0]) {
  try {
    const answers = check.check(context);
    return {
      matches: answers.filter((one): one is PostureMatch => 'key' in one),
      unknown: answers.filter((one): one is Unknown => 'unknown' in one),
    };
  } catch (error) {
    return { matches: [], unknown: [{ unknown: `The check failed: ${messageOf(error)}` }] };
  }
}
