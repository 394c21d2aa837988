import type { KeptFinding } from '../finding.ts';
import type { Incident } from '../incident.ts';
import { bytesOf } from './table-rows.ts';

/** How long texts and lists may be, ever shorter until the whole fits. */
const steps = [
  { units: 4_000, items: 50 },
  { units: 1_000, items: 50 },
  { units: 200, items: 50 },
  { units: 200, items: 10 },
  { units: 100, items: 3 },
];
const mostNames = 20;
/** What the list of those names may take up. */
const bytesForCut = 4_000;

/**
 * A finding small enough for its row. Hostile records make large ones, and one row that the service
 * refuses would hold up its whole batch for ever: better a finding cut short than none.
 *
 * Details go first, the largest of them before the others; `details.cut` names what went.
 */
export function fitFinding(kept: KeptFinding, maxBytes: number): KeptFinding {
  if (bytesOf(kept) <= maxBytes) return kept;
  return shortenTo(withFewerDetails(kept, maxBytes), maxBytes);
}

/** An incident small enough for one property, so that a list of incidents reads one. */
export const fitIncident = (incident: Incident): Incident => shortenTo(incident, 60_000);

function withFewerDetails(kept: KeptFinding, maxBytes: number): KeptFinding {
  const details = Object.entries(kept.finding.details);
  const cut = new Set<string>();
  let tooMuch = bytesOf(kept) - maxBytes + bytesForCut;
  // Not `gathered`: a repeat of the record brings it back, and a finding that changes is told again.
  const candidates = details.filter(([name]) => name !== 'gathered');
  const sizes = candidates.map(([name, value]) => ({ name, bytes: bytesOf(value ?? null) }));
  for (const { name, bytes } of sizes.sort((a, b) => b.bytes - a.bytes)) {
    if (tooMuch <= 0) break;
    tooMuch -= bytes;
    cut.add(name);
  }
  if (cut.size === 0) return kept;
  const names = [...cut].slice(0, mostNames).map((name) => name.slice(0, 100));
  const left = Object.fromEntries(details.filter(([name]) => !cut.has(name)));
  return { ...kept, finding: { ...kept.finding, details: { ...left, cut: names } } };
}

function shortenTo<T>(value: T, maxBytes: number): T {
  let shorter = value;
  for (const step of steps) {
    if (bytesOf(shorter) <= maxBytes) return shorter;
    shorter = shorten(shorter, step);
  }
  return shorter;
}

function shorten<T>(value: T, step: { units: number; items: number }): T {
  return shortenAny(value, step) as T;
}

function shortenAny(value: unknown, step: { units: number; items: number }): unknown {
  if (typeof value === 'string') {
    return value.length <= step.units ? value : `${value.slice(0, step.units - 1).toWellFormed()}…`;
  }
  if (Array.isArray(value)) return value.slice(0, step.items).map((one) => shortenAny(one, step));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, shortenAny(one, step)]),
  );
}
