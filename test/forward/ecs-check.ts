import { isIP } from 'node:net';
import { expect } from 'vitest';
import type { EcsEvent } from '../../shared/forward/ecs/parts.ts';
import { formatData, leavesOf } from './format-data.ts';

type Field = {
  type: string;
  array: boolean;
  allowed?: string[];
  ignore_above?: number;
  expectedTypes?: Record<string, string[]>;
};
const { fields } = formatData('ecs-fields-9.4.0') as { fields: Record<string, Field> };

const isOfType: Record<string, (value: unknown) => boolean> = {
  keyword: (value) => typeof value === 'string',
  match_only_text: (value) => typeof value === 'string',
  date: (value) => typeof value === 'string' && new Date(value).toISOString() === value,
  long: Number.isSafeInteger,
  // Elastic knows no zones.
  ip: (value) => typeof value === 'string' && isIP(value) > 0 && !value.includes('%'),
};

/** What is wrong with a value where it stands, by the field map. */
function faultsOf({ path, value }: { path: string; value: unknown }): string[] {
  const field = fields[path];
  if (!field) return [`${path} is no ECS field`];
  if (Array.isArray(value) !== field.array) return [`${path}: list or not`];
  return [value].flat().flatMap((one) => {
    if (!isOfType[field.type]?.(one)) return [`${path} is no ${field.type}: ${one}`];
    if (field.allowed && !field.allowed.includes(String(one))) return [`${path}: ${one}`];
    return String(one).length > (field.ignore_above ?? Number.POSITIVE_INFINITY)
      ? [`${path} is too long`]
      : [];
  });
}

/** What a template of the index has to know; docs/siem/elastic.md has one. */
export const ownFields = new Map([
  ...`change finding.id finding.state finding.title incident.id incident.status incident.owner.id
    incident.owner.name incident.claim incident.verdict incident.matter incident.title severity
    subject.type subject.id subject.name actor.type source.correlation_id attack.version`
    .split(/\s+/)
    .map((path) => [`glasswatch.${path}`, 'keyword'] as const),
  ...'source.record_ids attack.replaced_ids incident.findings'
    .split(' ')
    .map((path) => [`glasswatch.${path}`, 'keywords'] as const),
  ...'finding.revision incident.revision heartbeat.interval_seconds heartbeat.waiting'
    .split(' ')
    .map((path) => [`glasswatch.${path}`, 'long'] as const),
  ...'finding.is_update incident.is_drill'
    .split(' ')
    .map((path) => [`glasswatch.${path}`, 'boolean'] as const),
  ['glasswatch.heartbeat.last_record_at', 'date'],
  ['glasswatch.roles', 'roles'],
]);
const isText = (value: unknown) => typeof value === 'string' && value.length <= 1024;
const areTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isOwn: Record<string, (value: unknown) => boolean> = {
  keyword: isText,
  keywords: areTexts,
  long: Number.isSafeInteger,
  boolean: (value) => typeof value === 'boolean',
  date: (value) => typeof value === 'string' && new Date(value).toISOString() === value,
  roles: (value) =>
    Array.isArray(value) &&
    value.every((role) =>
      Object.entries(role).every(
        ([key, one]) => ['template_id', 'name', 'scope'].includes(key) && isText(one),
      ),
    ),
};

function ownFaultsOf({ path, value }: { path: string; value: unknown }): string[] {
  const [, , area, ...rest] = path.split('.');
  if (path.startsWith('glasswatch.details.')) {
    const isFlat = rest.length === 0 && area !== '';
    return isFlat && (isText(value) || areTexts(value)) ? [] : [`${path}: ${value}`];
  }
  return isOwn[ownFields.get(path) ?? '']?.(value) ? [] : [`${path}: ${value}`];
}

/** Against the field map, and for what is our own against the list above. */
export function expectValid(told: EcsEvent) {
  const faults = leavesOf(told).flatMap((leaf) =>
    leaf.path.startsWith('glasswatch.') ? ownFaultsOf(leaf) : faultsOf(leaf),
  );
  expect(faults).toEqual([]);
  const { category, type } = told.event;
  const { allowed, expectedTypes = {} } = fields[category ? 'event.category' : 'event.type'] ?? {};
  const expected = category ? category.flatMap((one) => expectedTypes[one] ?? []) : allowed;
  expect(expected).toEqual(expect.arrayContaining(type));
}
