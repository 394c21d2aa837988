import { type DetectionId, isDetectionId } from '../detect/detection-ids.ts';
import { channels as kinds } from '../tell/channels/index.ts';
import { dayMs, isPast, parseTime } from '../time.ts';
import { describeSinks } from './describe-sinks.ts';
import { describeStaff } from './describe-staff.ts';
import { defaultSettings } from './detections.ts';
import { oneLine } from './problem.ts';
import { hoursInWords, routeInWords } from './route-words.ts';
import { accountKinds, type Policy, type TenantPolicy } from './schema.ts';
import { secretsInWords } from './secrets-in-words.ts';
import { mostSilentDays } from './silences.ts';
import { isRouteOf } from './warnings.ts';

/** What can be said beyond the policy itself; what is left out is not mentioned. */
export type DescribeFacts = {
  /** Environment variables: only whether one is set is told, never what it holds. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Ids of the detections and posture checks that this release has. */
  built?: ReadonlySet<string> | undefined;
  /** For exceptions that have run out. */
  now?: Date | undefined;
};

/** What a policy means, in plain words for a terminal: several short lines, without a newline at the end. */
export function describePolicy(policy: Policy, facts: DescribeFacts = {}): string {
  return [
    ...policy.tenants.flatMap((tenant) => describeTenant(tenant, policy, facts)),
    ...describeDetections(policy, facts),
    ...describeExpected(policy, facts),
    ...describeChannels(policy, facts),
    ...describeRoutes(policy),
    ...describeQuiet(policy, facts),
    ...describeStaff(policy, facts),
    ...describeDigests(policy),
    describeCanary(policy),
    ...describeSinks(policy, facts),
    policy.console
      ? `Console: links in alerts point to ${policy.console.url}`
      : 'Console: none, so alerts have no link to acknowledge them',
  ]
    .map(oneLine)
    .join('\n');
}

function describeTenant(tenant: TenantPolicy, policy: Policy, { now }: DescribeFacts): string[] {
  const { accounts, knownNetworks, knownCountries, ownResources } = tenant;
  const others = accountKinds
    .filter((kind) => kind !== 'emergency' && accounts[kind].length > 0)
    .map((kind) => `${accounts[kind].length} ${kind}`);
  const resources = [...ownResources.diagnosticSettings, ...ownResources.resourceIds];
  return [
    `Tenant ${tenant.name} (${tenant.id})`,
    `  watched: everyone with a privileged role${others.length > 0 ? `, and ${others.join(', ')}` : ''}`,
    `  roles: ${describeRoles(tenant)}`,
    `  ${describeEmergency(accounts.emergency.length)}`,
    `  PIM: ${tenant.usesPim ? 'in use, so a role assigned outside it is a finding' : 'not in use'}`,
    `  known networks: ${listed(knownNetworks)}; known countries: ${listed(knownCountries)}`,
    `  working hours: ${describeHours(tenant)}`,
    `  own resources: ${listed(resources)}`,
    `  register: ${tenant.register.length === 0 ? 'empty' : `owners of accounts: ${tenant.register.length}`}`,
    ...tenant.attested.map(({ item, by, until }) => {
      const end = hasRunOut(until, now) ? `RAN OUT on ${until}` : `until ${until}`;
      return `  attested: ${item} by ${by}, ${end}`;
    }),
    ...loneChannel(tenant, policy),
  ];
}

const listed = (all: readonly string[]) => (all.length > 0 ? all.join(', ') : 'none');

function describeEmergency(count: number): string {
  if (count === 0) return '!! NO BREAK-GLASS ACCOUNT is named: their use will not be noticed';
  if (count === 1) return '!! ONLY ONE BREAK-GLASS ACCOUNT is named: there should be two';
  return `break-glass accounts: ${count}; every use and every change of them is told`;
}

function describeRoles({ privilegedRoles: { add, remove } }: TenantPolicy): string {
  const more = add.length > 0 ? `, also ${add.join(', ')}` : '';
  const less = remove.length > 0 ? `, but not ${remove.join(', ')}` : '';
  return `the shipped list${more}${less}`;
}

function describeHours({ workingHours }: TenantPolicy): string {
  if (!workingHours) return 'any time, so nothing is off hours';
  return hoursInWords(workingHours);
}

/** A break-glass alert must not depend on one thing. */
function loneChannel(tenant: TenantPolicy, { routes }: Policy): string[] {
  const used = new Set(
    routes.filter((route) => isRouteOf(route, tenant)).flatMap(({ channels }) => channels),
  );
  if (used.size === 0) return ['  !! CRITICAL FINDINGS REACH NOBODY: no route takes them'];
  if (used.size > 1) return [];
  return [`  !! ONLY ONE CHANNEL, ${listed([...used])}, takes critical findings: add a second one`];
}

function describeDetections({ detections, routes }: Policy, { built, now }: DescribeFacts) {
  const named = Object.keys(detections).filter(isDetectionId);
  const off = named.filter((id) => detections[id]?.enabled === false);
  const changes = named
    .filter((id) => !off.includes(id))
    .flatMap((id) => changesOf(id, detections));
  const exceptions = named.flatMap((id) => exceptionsOf(id, detections, now));
  const all = new Set([...named, ...routes.flatMap((route) => route.detections ?? [])]);
  const unbuilt = built ? [...all].filter((id) => !built.has(id)) : [];
  return [
    `Detections: ${off.length + changes.length === 0 ? 'all on, with their defaults' : 'all on, but'}`,
    ...(off.length > 0 ? [`  off: ${off.join(', ')}`] : []),
    ...changes,
    ...exceptions,
    ...(unbuilt.length > 0 ? [`  no effect yet (not built): ${unbuilt.join(', ')}`] : []),
  ];
}

function changesOf(id: DetectionId, detections: Policy['detections']): string[] {
  const usual: Record<string, unknown> = defaultSettings(id);
  const changes = Object.entries(detections[id] ?? {})
    .filter(([key]) => key !== 'enabled' && key !== 'exclude')
    .filter(([key, value]) => value !== undefined && !isSame(value, usual[key]))
    .map(([key, value]) => {
      const before = usual[key] === undefined ? '' : ` instead of ${inWords(usual[key])}`;
      return `${key} ${inWords(value)}${before}`;
    });
  return changes.length > 0 ? [`  ${id}: ${changes.join(', ')}`] : [];
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const inWords = (value: unknown) => (Array.isArray(value) ? listed(value) : String(value));

/** @param until - the last day it holds. */
const hasRunOut = (until: string, now: Date | undefined) =>
  now !== undefined && isPast(until, now.getTime());

function exceptionsOf(id: DetectionId, detections: Policy['detections'], now?: Date): string[] {
  return (detections[id]?.exclude ?? []).map(({ account, reason, until }) => {
    const end = until ? `${hasRunOut(until, now) ? 'RAN OUT on' : 'until'} ${until}` : 'for good';
    return `  ${id}: quiet for ${account} ${end} (${reason})`;
  });
}

function describeExpected({ expected }: Policy, { now }: DescribeFacts): string[] {
  if (expected.length === 0) return [];
  const lines = expected.map(({ reason, detections, accounts, from, until }) => {
    const isOver = now !== undefined && Date.parse(until) < now.getTime();
    const when = `${from} to ${until}${isOver ? ', which is OVER' : ''}`;
    return `  ${listed(detections)} by or of ${listed(accounts)}, ${when} (${reason})`;
  });
  return ['Expected, so kept as informational:', ...lines];
}

function describeChannels(policy: Policy, { env }: DescribeFacts): string[] {
  const { channels, routes, escalations } = policy;
  const used = new Set(routes.flatMap((route) => route.channels));
  const told = new Set(escalations.flatMap(({ tiers }) => tiers.flatMap((tier) => tier.channels)));
  const lines = Object.entries(channels).map(([name, settings]) => {
    const channel = kinds.find(({ type }) => type === settings.type);
    const kind = channel?.describe(settings) ?? settings.type;
    return [
      `  ${name}: ${kind}`,
      channel?.isOutside ? 'outside the tenant' : 'inside the tenant',
      secretsInWords(settings, env),
      ...(settings.minSeverity ? [`nothing below ${settings.minSeverity}, break-glass aside`] : []),
      ...(settings.fallback ? [`if it fails, ${settings.fallback}`] : []),
      ...(used.has(name) ? [] : [told.has(name) ? 'escalations use it' : 'no route uses it']),
    ].join('; ');
  });
  return [`Channels:${lines.length > 0 ? '' : ' none'}`, ...lines];
}

function describeRoutes({ routes }: Policy): string[] {
  const lines = routes.map((route) => `  ${routeInWords(route)}`);
  return [`Routes:${lines.length > 0 ? '' : ' none'}`, ...lines];
}

function describeQuiet({ silences, inhibitions }: Policy, { now }: DescribeFacts): string[] {
  const silent = silences.map(({ detections, accounts, tenants, by, reason, until }) => {
    const whom = accounts.length > 0 ? ` about or by ${listed(accounts)}` : '';
    const where = tenants ? ` of ${listed(tenants)}` : '';
    const passes = accounts.length > 0 ? '' : ', critical ones pass';
    const end = `until ${until}${silenceNow(until, now)}`;
    return `  ${listed(detections)}${whom}${where} ${end}${passes} (${by}: ${reason})`;
  });
  const muted = inhibitions.map(
    ({ by, mutes, minutes }) =>
      `  ${listed(mutes)} for ${minutes} minutes after ${listed(by)} about the same account, unless graver`,
  );
  return [
    ...(silent.length > 0 ? ['Silent, so kept and told to nobody:', ...silent] : []),
    ...(muted.length > 0 ? ['Muted by something graver:', ...muted] : []),
  ];
}

function silenceNow(until: string, now: Date | undefined): string {
  const end = parseTime(until);
  if (now === undefined || end === undefined) return '';
  if (end <= now.getTime()) return ', which is OVER';
  return end - now.getTime() > mostSilentDays * dayMs
    ? `, in its last ${mostSilentDays} days ONLY`
    : '';
}

function describeDigests({ digest, routes }: Policy): string[] {
  const { at, timezone, weekday } = digest;
  const isWeekly = routes.some((route) => route.digest === 'weekly');
  return [
    `Digest: what the checks of the directory find that is less than high, and what routes gather, daily at ${at} ${timezone}`,
    ...(isWeekly ? [`  the weekly one on ${weekday} at ${at} ${timezone}`] : []),
  ];
}

function describeCanary({ canary: { every, on, at, timezone } }: Policy): string {
  if (every === 'never')
    return 'Test messages: !! NONE, so a channel that died is noticed too late';
  const when = every === 'week' ? `each ${on}` : 'each day';
  return `Test messages: on every channel, ${when} at ${at} ${timezone}; readers confirm them`;
}
