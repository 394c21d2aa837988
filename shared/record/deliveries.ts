import { withEvents } from '../forward/events-of.ts';
import type { Incident } from '../incident.ts';
import type { Answering } from '../respond/answering.ts';
import { type TiersDue, tiersDue } from '../respond/escalation.ts';
import { type Step, withDueAt } from '../respond/life.ts';
import type { Telling } from '../route/routing.ts';
import type { Severity } from '../severity.ts';
import type { AlertKind, Recipient } from '../tell/alert.ts';
import type { KeptCase } from '../tell/notify.ts';
import { minuteMs } from '../time.ts';
import type { CaseChange } from './case-store.ts';
import { type Delivery, type DeliveryOptions, newDelivery } from './outbox.ts';

/** A finding that is news, and the channels that hear of it. */
export type Routed = {
  finding: string;
  severity: Severity;
  /** It waits so long, in case a later record explains it. */
  settleMs: number;
  tellings: readonly Telling[];
};

export const isToldAtOnce = ({ tellings }: Routed): boolean =>
  tellings.some(({ cadence }) => cadence === 'now');

/** What a message is, whichever channel takes it. */
type Message = {
  incident: Incident;
  kind: AlertKind;
  /** Who is asked for an answer by it. */
  onCall: readonly Recipient[];
  isPersonal: Answering['isPersonal'];
  /** Epoch milliseconds. */
  now: number;
};

/** Tells of findings: each channel that is to hear of them, and whoever has to be asked at once. */
export function tellNews(
  { incident, kind }: Step,
  routed: readonly Routed[],
  answering: Answering,
  now: number,
): { incident: Incident; deliveries: Delivery[] } {
  const due = dueTiers(incident, answering, now);
  const message = {
    incident: due ? withTiersTold(incident, due, answering) : incident,
    kind,
    onCall: due ? answering.onCall(due.onCall, now) : [],
    isPersonal: answering.isPersonal,
    now,
  };
  // What a later record may explain waits by itself, and holds up nothing else.
  const [settling, sure] = [true, false].map((waits) =>
    routed.filter(({ settleMs }) => settleMs > 0 === waits),
  ) as [Routed[], Routed[]];
  const all = [sure, settling].flatMap((some) => routedDeliveries(some, message));
  const told = new Set(toldChannels(all));
  const others = (due?.channels ?? []).filter((channel) => !told.has(channel));
  // Who is asked now need not read it in a digest as well.
  const deliveries = all.filter(({ channel, cadence }) => !cadence || !others.includes(channel));
  const findings = routed.map(({ finding }) => finding);
  return {
    incident: message.incident,
    deliveries: [
      ...deliveries,
      ...others.flatMap((one) => deliveriesOn(one, message, { findings })),
    ],
  };
}

/**
 * The change that a step is, told to everyone who has heard of the incident; of an escalation, to
 * those whose turn it is. Whoever is to be asked by then is asked with it.
 */
export function stepChange(
  step: Step,
  kept: KeptCase,
  version: string,
  answering: Answering,
  now: number,
): CaseChange {
  const due = dueTiers(step.incident, answering, now);
  const { incident, events } = withEvents({
    before: kept.incident,
    after: due ? withTiersTold(step.incident, due, answering) : step.incident,
    told: [],
    entries: step.entries,
    findings: kept.findings.map(({ finding }) => finding.id),
  });
  const told = toldChannels(kept.deliveries.map(({ value }) => value));
  const isNamed = due && !due.isToAll && step.kind === 'escalation';
  const channels = isNamed ? due.channels : [...told, ...(due?.channels ?? [])];
  const message = {
    incident,
    kind: step.kind,
    onCall: due ? answering.onCall(due.onCall, now) : [],
    isPersonal: answering.isPersonal,
    now,
  };
  return {
    incidentId: incident.id,
    incident: { value: incident, version },
    findings: [],
    deliveries: [...new Set(channels)].flatMap((channel) => deliveriesOn(channel, message)),
    entries: step.entries,
    events,
  };
}

/** The tiers of the escalation whose time has come. */
export function dueTiers(incident: Incident, answering: Answering, now: number): TiersDue | null {
  const escalation = answering.escalationOf(incident);
  return escalation ? tiersDue(incident, escalation, now) : null;
}

function withTiersTold(
  incident: Incident,
  { tiersTold }: TiersDue,
  answering: Answering,
): Incident {
  const response = { ...incident.response, tiersTold };
  return withDueAt({ ...incident, response }, answering.escalationOf(incident), null);
}

/**
 * The channels on which an incident was told by itself: whoever heard of it hears how it goes on. Of one
 * that was but a line of a storm, those that had the line: else nobody would ever be asked about it.
 */
function toldChannels(deliveries: readonly Delivery[]): string[] {
  const told = deliveries.filter(({ cadence, state }) => !cadence && state !== 'moot');
  const byItself = told.filter(({ state }) => state !== 'folded');
  const heard = byItself.length > 0 ? byItself : told;
  return [...new Set(heard.map(({ channel }) => channel))];
}

/** Somebody is at it, and looks at the page: each single act need not be a message. */
const takenGroupMs = 5 * minuteMs;

function routedDeliveries(routed: readonly Routed[], message: Message): Delivery[] {
  const findings = routed.map(({ finding }) => finding);
  const settleMs = Math.max(0, ...routed.map((one) => one.settleMs));
  const isTaken =
    message.incident.status === 'acknowledged' &&
    routed.every(({ severity }) => severity !== 'critical');
  const byChannel = Map.groupBy(
    routed.flatMap(({ tellings }) => tellings),
    ({ channel }) => channel,
  );
  return [...byChannel].flatMap(([channel, tellings]) => {
    const { cadence, groupMs } = soonest(tellings);
    // Whatever opens a matter, or asks for an answer, waits for nothing.
    const isPatient = message.kind === 'update' && message.onCall.length === 0;
    const waitMs = Math.max(groupMs, isTaken ? takenGroupMs : 0);
    const waiting = isPatient && waitMs > 0 ? { groupMs: waitMs } : {};
    if (cadence === 'now')
      return deliveriesOn(channel, message, { findings, settleMs, ...waiting });
    const { incident, kind, now } = message;
    return [newDelivery(incident, channel, kind, now, { findings, settleMs, cadence })];
  });
}

const cadences = ['now', 'daily', 'weekly'] as const;

/** Of several ways to tell of it on one channel the first to arrive. */
const soonest = (tellings: readonly Telling[]): Pick<Telling, 'cadence' | 'groupMs'> => ({
  cadence: cadences.find((one) => tellings.some(({ cadence }) => cadence === one)) ?? 'now',
  groupMs: Math.min(...tellings.map(({ groupMs }) => groupMs)),
});

/** One delivery for the channel; and one for each person on call, where it can address them alone. */
function deliveriesOn(
  channel: string,
  { incident, kind, onCall, isPersonal, now }: Message,
  more: DeliveryOptions = {},
): Delivery[] {
  const all = { ...more, ...(onCall.length > 0 && { onCall: onCall.map(({ id }) => id) }) };
  const persons = isPersonal(channel) ? onCall.filter(({ mail }) => mail !== null) : [];
  return [
    newDelivery(incident, channel, kind, now, all),
    ...persons.map(({ id }) => newDelivery(incident, channel, kind, now, { ...all, person: id })),
  ];
}
