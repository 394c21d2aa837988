import { cleanLine } from '../clean-text.ts';
import { nameOf } from '../detect/wording.ts';
import type { Finding, Party } from '../finding.ts';
import { breakGlassPrefix } from '../policy/detections.ts';
import { listOf } from '../policy/problem.ts';
import { andAbove, hoursInWords, type RouteRule, routeInWords } from '../policy/route-words.ts';
import { isAtLeast, type Severity } from '../severity.ts';
import { minuteMs } from '../time.ts';
import type { Accounts } from './accounts.ts';
import { isWithinHours } from './hours.ts';
import type { SilenceRule } from './in-force.ts';
import { accountOf, type Mute, muteId } from './mute.ts';
import type { Cadence, Routed, Telling } from './routing.ts';

/** All that decides who hears of a finding at one moment. */
export type Rules = {
  routes: readonly RouteRule[];
  channels: Readonly<Record<string, { minSeverity?: Severity | undefined }>>;
  inhibitions: readonly InhibitionRule[];
  silences: readonly SilenceRule[];
  /** By `muteId`. */
  mutes: ReadonlyMap<string, Mute>;
  accounts: Accounts;
  tenantName(tenantId: string): string;
  /** Epoch milliseconds. */
  now: number;
};

type InhibitionRule = { by: readonly string[]; mutes: readonly string[]; minutes: number };

/** Who hears of a finding, and why. Pure. */
export function routeFinding(finding: Finding, rules: Rules): Routed {
  const glass = glassOf(finding, rules.accounts);
  const isUrgent = glass.isUrgent || finding.severity === 'critical';
  const because: string[] = glass.says ? [glass.says] : [];
  const tellings = tellingsOf(finding, { isUrgent, glass }, rules, because);
  const quiet = glass.isGlass
    ? null
    : (silencedBy(finding, rules, because) ?? inhibitedBy(finding, rules, because));
  // A silence of what nobody would have heard of anyhow keeps nothing quiet.
  const told = { unmuted: tellings, because };
  if (!quiet || tellings.length === 0) return { ...told, tellings, quiet: null };
  return { ...told, tellings: [], quiet };
}

/**
 * Whether a finding is about a break-glass account in play: nothing silences, mutes or holds back such
 * a one. From low on it is told at once; what is informational (a renewed token) may be gathered.
 */
function glassOf({ detection, severity, tenantId, subject, actor }: Finding, accounts: Accounts) {
  const account = [subject, actor].find(
    (party) => party !== null && accounts.isBreakGlass(tenantId, party),
  );
  const isGlass = account !== undefined || detection.startsWith(breakGlassPrefix);
  const isUrgent = isGlass && isAtLeast(severity, 'low');
  const what = account ? `${nameOf(account)} is a break-glass account` : `${detection} fired`;
  const says = isGlass
    ? `${what}: nothing silences, mutes or holds back what is told of it`
    : undefined;
  return { isGlass, isUrgent, says };
}

/** Whether it is about a break-glass account, which no silence and nothing else makes quiet. */
export const isOfBreakGlass = (finding: Finding, accounts: Accounts): boolean =>
  glassOf(finding, accounts).isGlass;

type Standing = { isUrgent: boolean; glass: { isGlass: boolean } };

function tellingsOf(
  finding: Finding,
  { isUrgent, glass }: Standing,
  rules: Rules,
  because: string[],
): Telling[] {
  const tellings = new Map<string, Telling>();
  for (const [index, route] of rules.routes.entries()) {
    const unfit = whyUnfit(finding, route, isUrgent, rules);
    const fits = unfit === undefined ? 'fits' : `does not fit: ${unfit}`;
    because.push(`routes[${index}] (${routeInWords(route)}) ${fits}`);
    if (unfit !== undefined) continue;
    for (const channel of route.channels) {
      const floor = rules.channels[channel]?.minSeverity;
      if (!glass.isGlass && floor && !isAtLeast(finding.severity, floor)) {
        because.push(`${channel} hears nothing below ${floor}`);
      } else {
        tellings.set(channel, sooner(tellings.get(channel), tellingBy(route, channel, isUrgent)));
      }
    }
  }
  return [...tellings.values()];
}

const tellingBy = (route: RouteRule, channel: string, isUrgent: boolean): Telling => ({
  channel,
  cadence: isUrgent ? 'now' : (route.digest ?? 'now'),
  groupMs: isUrgent || route.digest ? 0 : (route.groupMinutes ?? 0) * minuteMs,
});

const cadences: readonly Cadence[] = ['now', 'daily', 'weekly'];

/** Of two routes to one channel, the one that makes it wait less. */
function sooner(known: Telling | undefined, other: Telling): Telling {
  if (!known) return other;
  const [a, b] = [known, other].map(({ cadence }) => cadences.indexOf(cadence)) as [number, number];
  if (a !== b) return a < b ? known : other;
  return known.groupMs <= other.groupMs ? known : other;
}

/** Undefined: it fits. */
function whyUnfit(
  finding: Finding,
  { minSeverity, tenants, detections, accounts, during }: RouteRule,
  isUrgent: boolean,
  rules: Rules,
): string | undefined {
  if (!isAtLeast(finding.severity, minSeverity)) {
    return `it takes ${andAbove(minSeverity)}, and this is ${finding.severity}`;
  }
  if (tenants && !isOfTenant(finding, tenants, rules)) return `it is for ${listOf(tenants)}`;
  if (detections && !detections.includes(finding.detection)) {
    return `it is for ${listOf(detections)}`;
  }
  if (accounts && !isAbout(finding, accounts, rules)) return 'it is for other accounts';
  if (during && !isUrgent && !isWithinHours(rules.now, during)) {
    return `it is not the time: ${hoursInWords(during)}`;
  }
  return undefined;
}

const isOfTenant = (
  { tenantId }: Finding,
  tenants: readonly string[],
  { tenantName }: Pick<Rules, 'tenantName'>,
): boolean => {
  const known = [tenantId.toLowerCase(), tenantName(tenantId).trim().toLowerCase()];
  return tenants.some((one) => known.includes(one.trim().toLowerCase()));
};

/** About one of the accounts, or done by one. */
const isAbout = (
  { tenantId, subject, actor }: Finding,
  written: readonly string[],
  { accounts }: Pick<Rules, 'accounts'>,
): boolean =>
  [subject, actor]
    .filter((party): party is Party => party !== null)
    .some((party) => written.some((one) => accounts.isMeant(tenantId, party, one)));

function silencedBy(finding: Finding, rules: Rules, because: string[]): Routed['quiet'] {
  for (const silence of rules.silences) {
    const { id, detections, accounts, tenants, by, reason, until } = silence;
    if (!detections.includes(finding.detection)) continue;
    if (tenants.length > 0 && !isOfTenant(finding, tenants, rules)) {
      because.push(`the silence ${id} is for another tenant`);
    } else if (accounts.length > 0 && !isAbout(finding, accounts, rules)) {
      because.push(`the silence ${id} is for other accounts`);
    } else if (accounts.length === 0 && finding.severity === 'critical') {
      because.push(`the silence ${id} names no account, and this is critical: it passes`);
    } else {
      const whose = `${cleanLine(by, 80)}: ${cleanLine(reason, 300)}`;
      const says = `silenced until ${until} by ${whose}`;
      because.push(`the silence ${id} holds it back`);
      return { by: 'silence', id, says };
    }
  }
  return null;
}

function inhibitedBy(finding: Finding, rules: Rules, because: string[]): Routed['quiet'] {
  for (const [index, { by, mutes, minutes }] of rules.inhibitions.entries()) {
    if (!mutes.includes(finding.detection)) continue;
    const id = `inhibitions[${index}]`;
    const told = by
      .map((detection) => muteAbout(finding, detection, rules))
      .find((mute) => mute !== undefined && isYoung(mute, minutes, rules.now));
    if (!told) {
      because.push(
        `${id} does not hold it back: nothing was told of ${listOf(by)} about the same account in the last ${minutes} minutes`,
      );
    } else if (!isAtLeast(told.severity, finding.severity)) {
      because.push(`${id} does not hold it back: it is graver than what was told`);
    } else {
      because.push(`${id} holds it back`);
      const says = `${told.detection} about the same account, of ${told.at}, was told already`;
      return { by: 'inhibition', id, says };
    }
  }
  return null;
}

function muteAbout(finding: Finding, detection: string, { mutes, accounts }: Rules) {
  const { tenantId, subject } = finding;
  const account = accountOf(tenantId, subject, accounts);
  return account === undefined ? undefined : mutes.get(muteId({ tenantId, account, detection }));
}

/** On either side: a record whose clock was ahead must not mute for longer than any other. */
const isYoung = ({ at }: Mute, minutes: number, now: number): boolean =>
  Math.abs(now - Date.parse(at)) <= minutes * minuteMs;
