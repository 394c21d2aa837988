import { filled, fitted } from '../draft.ts';
import type { Answer, SiemEvent } from '../siem-event.ts';
import { tenantIdOf } from '../siem-format.ts';
import { type CefFields, custom, one } from './line.ts';

type Identity = {
  /** Epoch milliseconds of what it tells of. */
  time: number;
  /** What it is about, if it has an id of its own. */
  id: string | undefined;
  verb: string;
  /** The number of the event among those about the same, and what that is called. */
  number: readonly [label: string, value: number];
};

/** Stays whatever goes: short enough to fit beside any header. */
export const identityOf = (
  event: SiemEvent,
  { time, id, verb, number: [label, value] }: Identity,
): CefFields => [
  ['rt', String(time)],
  ...one('externalId', id, 40),
  ...one('deviceExternalId', tenantIdOf(event)),
  ['act', verb],
  ...custom('cs2', 'eventUid', event.uid),
  ['cn1Label', label],
  ['cn1', String(value)],
];

export const answerOf = ({ status, verdict, isDrill }: Answer): CefFields => [
  ...custom('flexString1', 'incidentStatus', status),
  ...custom('flexString2', 'verdict', verdict ?? undefined),
  ...custom('flexNumber1', 'isDrill', isDrill ? '1' : undefined),
];

export const personOf = (
  side: 's' | 'd',
  person: { id: string | null; name: string | null } | null,
): CefFields => [
  ...one(`${side}user`, person?.name ?? undefined),
  ...one(`${side}uid`, person?.id ?? undefined),
];

export const subjectOf = (subject: { type: string; id: string | null; name: string | null }) =>
  custom('cs5', 'subject', [subject.type, subject.name ?? subject.id].filter(Boolean).join(' '));

const maxDetailBytes = 2000;

/** As much of it as fits, as JSON. */
export function detailsOf(details: Readonly<Record<string, unknown>>): CefFields {
  const kept = fitted(filled<typeof details | undefined>(details) ?? {}, maxDetailBytes);
  return Object.keys(kept).length > 0
    ? custom('cs6', 'details', JSON.stringify(kept), maxDetailBytes)
    : [];
}
