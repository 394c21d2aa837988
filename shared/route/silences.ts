import { cleanLine } from '../clean-text.ts';
import { untilSaved } from '../conflicts.ts';
import { type DetectionId, detectionIds, isDetectionId } from '../detect/detection-ids.ts';
import { nameOf } from '../detect/wording.ts';
import type { Party } from '../finding.ts';
import { breakGlassPrefix } from '../policy/detections.ts';
import { account as accountSchema, guidPattern } from '../policy/fields.ts';
import { mostSilentDays } from '../policy/silences.ts';
import { closest } from '../policy/suggestion.ts';
import type { Policy } from '../policy.ts';
import type { Person } from '../respond/response.ts';
import type { Shelf } from '../shelf.ts';
import { dayMs, isoOf, parseTime } from '../time.ts';
import type { Accounts } from './accounts.ts';
import { isOver, type Silence } from './silence.ts';

/** What somebody asks for. Every text of it may be hostile. */
export type SilenceGiven = Pick<Silence, 'detections' | 'accounts' | 'tenants' | 'reason'> & {
  /** UTC ISO 8601. */
  until: string;
};

/** What became of it. `says` is a sentence for whoever asked, to be shown as text. */
export type SilenceOutcome = { done: true; silence: Silence } | { done: false; says: string };

export type SilencingDeps = {
  policy: Pick<Policy, 'tenants' | 'silences'>;
  shelf: Shelf<Silence>;
  /** @param now - epoch milliseconds. */
  accounts(now: number): Promise<Accounts>;
  /**
   * Keeps for good that it was declared or ended. Called before the save: nothing is quiet that nobody
   * wrote down. May be called again for the same change.
   */
  written(silence: Silence, what: 'declared' | 'ended'): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
  newId(): string;
};

/** What the console does with silences. @throws {WatchError} STORE_UNAVAILABLE; every method. */
export type Silencing = {
  declare(given: SilenceGiven, by: Person): Promise<SilenceOutcome>;
  end(id: string, by: Person): Promise<SilenceOutcome>;
  /** Those of the policy, those in force and those that ended lately; the newest first. */
  list(now: number): Promise<Silence[]>;
};

/** Of each list in one silence, and of silences at a time: more of it is no silence, but a policy. */
const mostNamed = 50;
const mostSilences = 100;
/** What is over stays in the list so long; the ledger keeps it for good. */
const listedForMs = 30 * dayMs;

export function silencing(deps: SilencingDeps): Silencing {
  const { policy, shelf } = deps;
  const refused = (says: string): SilenceOutcome => ({ done: false, says });

  return {
    async declare(given, by) {
      const now = deps.now();
      const wrong = mistakeIn(given, await deps.accounts(now), policy, now);
      if (wrong) return refused(wrong);
      const stored = await shelf.all();
      for (const [id, { value }] of stored) if (isForgotten(value, now)) await shelf.remove(id);
      const isLeft = ({ value }: { value: Silence }) => !isOver(value, now);
      if ([...stored.values()].filter(isLeft).length >= mostSilences) {
        return refused(`There are ${mostSilences} silences already: end one first.`);
      }
      const silence: Silence = {
        id: deps.newId(),
        detections: unique(given.detections),
        accounts: unique(given.accounts.map(folded)),
        tenants: unique(given.tenants.flatMap((one) => tenantOf(one, policy)?.id ?? [])),
        by: { ...by, name: cleanLine(by.name, 80) },
        reason: cleanLine(given.reason, 300),
        createdAt: isoOf(now),
        until: isoOf(parseTime(given.until) ?? now),
        ended: null,
      };
      await deps.written(silence, 'declared');
      await shelf.put(silence.id, silence, null);
      return { done: true, silence };
    },

    async end(id, by) {
      if (silencesIn(policy).some((one) => one.id === id)) {
        return refused('It stands in the policy: take it out there.');
      }
      return untilSaved(async () => {
        const kept = await shelf.get(id);
        if (!kept) return refused('There is no such silence any more.');
        const now = deps.now();
        if (isOver(kept.value, now)) return refused('It is over already.');
        const ended = { by: { ...by, name: cleanLine(by.name, 80) }, at: isoOf(now) };
        const silence = { ...kept.value, ended };
        await deps.written(silence, 'ended');
        await shelf.put(id, silence, kept.version);
        return { done: true, silence };
      });
    },

    async list(now) {
      const stored = [...(await shelf.all()).values()].map(({ value }) => value);
      return [...silencesIn(policy), ...stored]
        .filter((silence) => !isForgotten(silence, now))
        .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    },
  };
}

const isForgotten = ({ ended, until }: Silence, now: number) =>
  now - Date.parse(ended?.at ?? until) > listedForMs;

const folded = (text: string) => text.trim().toLowerCase();
const unique = (texts: readonly string[]) => [...new Set(texts)];

/** As if they had been declared; the policy does not say when, and none counts for longer than it may. */
const silencesIn = (policy: SilencingDeps['policy']): Silence[] =>
  policy.silences.map(({ by, until, tenants = [], ...rest }, index) => ({
    ...rest,
    id: `silences[${index}]`,
    tenants: tenants.flatMap((one) => tenantOf(one, policy)?.id ?? []),
    by: { id: 'policy', name: by, identifiedBy: 'policy' },
    createdAt: isoOf((parseTime(until) ?? 0) - mostSilentDays * dayMs),
    until: isoOf(parseTime(until) ?? 0),
    ended: null,
  }));

const tenantOf = (written: string, { tenants }: Pick<Policy, 'tenants'>) =>
  tenants.find(({ id, name }) => [id, folded(name)].includes(folded(written)));

/** Why it can not be, as a sentence; undefined: it can. */
function mistakeIn(
  { detections, accounts, tenants, reason, until }: SilenceGiven,
  known: Accounts,
  policy: SilencingDeps['policy'],
  now: number,
): string | undefined {
  if (detections.length === 0) return 'Name at least one detection.';
  for (const list of [detections, accounts, tenants]) {
    if (list.length > mostNamed) return `Name at most ${mostNamed} at once.`;
  }
  return (
    detections.map(wrongDetection).find((wrong) => wrong !== undefined) ??
    tenants.map((one) => wrongTenant(one, policy)).find((wrong) => wrong !== undefined) ??
    accounts.map((one) => wrongAccount(one, known, policy)).find((wrong) => wrong !== undefined) ??
    (cleanLine(reason) === '' ? 'Say why: whoever reviews the silences must see it.' : undefined) ??
    wrongEnd(until, now)
  );
}

/** Whoever could silence these could blind us first, and then use a break-glass account unseen. */
const ofOurselves: ReadonlySet<string> = new Set<DetectionId>([
  'entra-diagnostics-changed',
  'detector-function-tampered',
  'state-store-tampered',
  'alert-channel-tampered',
  'log-stream-silent',
  'config-roster-stale',
  'channel-failing',
  'sink-failing',
  'drill-not-alerted',
  'silence-declared',
  'drill-declared',
]);

function wrongDetection(id: string): string | undefined {
  if (id.startsWith(breakGlassPrefix)) return 'Nothing silences a break-glass account.';
  if (ofOurselves.has(id)) {
    return `${id} tells that Glasswatch itself no longer sees or speaks: only the policy silences it.`;
  }
  if (isDetectionId(id)) return undefined;
  const near = closest(id, detectionIds);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return `There is no detection "${cleanLine(id, 60)}".${hint}`;
}

const wrongTenant = (written: string, policy: SilencingDeps['policy']) =>
  tenantOf(written, policy)
    ? undefined
    : `There is no tenant "${cleanLine(written, 60)}": there are ${policy.tenants.map(({ name }) => name).join(', ')}.`;

function wrongAccount(
  written: string,
  { isBreakGlass }: Accounts,
  { tenants }: SilencingDeps['policy'],
): string | undefined {
  const account = folded(written);
  if (!accountSchema.safeParse(account).success) {
    const shown = cleanLine(written, 60);
    return `"${shown}" is no account: take an object id (GUID) or a user principal name (name@domain).`;
  }
  const party: Party = guidPattern.test(account)
    ? { type: 'user', id: account, name: null }
    : { type: 'user', id: null, name: account };
  // Whatever the directory knows by now: an account that the policy names by its name has an id as well.
  const isGlass = tenants.some(
    ({ id, accounts }) => accounts.emergency.includes(account) || isBreakGlass(id, party),
  );
  return isGlass ? `${nameOf(party)} is a break-glass account: nothing silences those.` : undefined;
}

function wrongEnd(until: string, now: number): string | undefined {
  const end = parseTime(until);
  if (end === undefined) return 'Say until when, as a moment in UTC such as 2026-11-20T18:00Z.';
  if (end <= now) return 'It would be over already: choose a moment to come.';
  if (end - now <= mostSilentDays * dayMs) return undefined;
  return `It may last ${mostSilentDays} days at most: what has to be quiet for longer is an exclusion in the policy.`;
}
