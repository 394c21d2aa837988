import { cleanLine } from '../clean-text.ts';
import { untilSaved } from '../conflicts.ts';
import { derivedId } from '../finding.ts';
import { type Incident, isBreakGlassIncident } from '../incident.ts';
import type { CaseStore } from '../record/case-store.ts';
import { stepChange } from '../record/deliveries.ts';
import { type RecordDeps, saveChange } from '../record/record-findings.ts';
import type { DeliveryStore, KeptCase } from '../tell/notify.ts';
import { hourOf, isoOf, minuteMs } from '../time.ts';
import { holdFor } from './hold.ts';
import type { Entry } from './journal.ts';
import { acknowledged, closed, entryOf, type Step } from './life.ts';
import type { Outcome, Refusal, Responding, Seen } from './responding.ts';
import type { Person, Resolution } from './response.ts';

export type RespondDeps = Pick<RecordDeps, 'outbox' | 'due' | 'answering' | 'feed'> & {
  cases: CaseStore & Pick<DeliveryStore, 'load'>;
  /** Epoch milliseconds. */
  now(): number;
};

const longestText = 500;
/** Without an escalation an acknowledgement still does not hold for ever. */
const usualHoldMinutes = 60;

/** What people do about incidents: checked against what the incident is by now, saved, and told. */
export function responder(deps: RespondDeps): Responding {
  const { answering } = deps;

  return {
    acknowledge: (id, { by, claim, reason, seen }) =>
      act(id, deps, ({ incident }, now) => {
        const text = cleanLine(reason, longestText);
        const refusal = notOpen(incident) ?? unseen(incident, seen) ?? unless(text, needsReason);
        if (refusal) return refusal;
        const { acknowledgedForMinutes = usualHoldMinutes } =
          answering.escalationOf(incident) ?? {};
        const until = isoOf(now + acknowledgedForMinutes * minuteMs);
        const held = holdFor(incident.response, now);
        const at = isoOf(now);
        return acknowledged(incident, { by, at, claim, reason: text, until, ...held });
      }),

    close: (id, { by, verdict, reason, isCredentialRotated, seen }) =>
      act(id, deps, ({ incident }, now) => {
        const text = cleanLine(reason, longestText);
        const refusal = notOver(incident) ?? unseen(incident, seen) ?? unless(text, needsReason);
        const second = refusal ? { refusal } : secondPerson(incident, by, deps);
        if (second.refusal) return second.refusal;
        const at = isoOf(now);
        const resolution: Resolution = { by, at, verdict, reason: text, isCredentialRotated };
        return closed(incident, resolution, second.note);
      }),

    check: (id, { by, item, isDone, note }) =>
      write(id, deps, ({ incident }, now) => {
        const [name, said] = [cleanLine(item, 60), cleanLine(note, longestText)];
        const text = `${by.name} ${isDone ? 'ticked' : 'took the tick from'} "${name}"${said && `: ${said}`}`;
        return entryOf(incident, 'checked', by, now, text, { item: name, isDone, note: said });
      }),

    note: (id, { by, text }) =>
      write(id, deps, ({ incident }, now) => {
        const said = cleanLine(text, longestText);
        return unless(said, needsText) ?? entryOf(incident, 'noted', by, now, said);
      }),

    async refuse(id, { by, tried, why }) {
      await write(id, deps, ({ incident, entries }, now) => {
        const said = cleanLine(why, longestText);
        const text = `${by.name} was refused to ${tried} it: ${said}`;
        const entry = entryOf(incident, 'refused', by, now, text, { tried, why: said });
        // Whoever tries again and again fills no journal.
        const once = derivedId('refused', id, by.id, tried, hourOf(now));
        return entries.some((one) => one.id === once) ? null : { ...entry, id: once };
      });
    },
  };
}

type Refused = { why: Refusal; says: string };

const needsReason: Refused = { why: 'no-reason', says: 'Say in a few words why.' };
const needsText: Refused = { why: 'no-reason', says: 'Write something to be noted.' };
const unknown: Refused = { why: 'unknown-incident', says: 'There is no such incident.' };

const unless = (text: string, refused: Refused): Refused | undefined =>
  text === '' ? refused : undefined;

function notOpen({ status, response }: Incident): Refused | undefined {
  if (status === 'open') return undefined;
  if (status === 'acknowledged' && response.acknowledgement) {
    const { by, at } = response.acknowledgement;
    return { why: 'taken', says: `${by.name} has it since ${at.slice(11, 19)} UTC.` };
  }
  return { why: 'not-open', says: 'It is closed already.' };
}

const notOver = ({ status }: Incident): Refused | undefined =>
  status === 'resolved' ? { why: 'not-open', says: 'It is closed already.' } : undefined;

function unseen({ response }: Incident, { period, revision }: Seen): Refused | undefined {
  if (period === response.period && revision >= response.newsRevision) return undefined;
  return { why: 'news', says: 'Something happened since you opened this page. Look at it first.' };
}

/** A break-glass incident is closed by two people, unless the policy says why not. */
function secondPerson(
  incident: Incident,
  by: Person,
  { answering }: RespondDeps,
): { refusal?: Refused; note?: string } {
  if (!isBreakGlassIncident(incident)) return {};
  const { acknowledgement } = incident.response;
  if (!acknowledgement) {
    const says = 'Somebody has to acknowledge it first; then another person closes it.';
    return { refusal: { why: 'not-acknowledged', says } };
  }
  if (acknowledgement.by.id !== by.id) return {};
  const { secondPerson: isNeeded, reason = '' } = answering.closing;
  if (!isNeeded) return { note: `by one person, as the policy allows: ${reason}` };
  const says = `${by.name} acknowledged it, so another person has to close it.`;
  return { refusal: { why: 'same-person', says } };
}

/** A change that people are told of. */
function act(
  id: string,
  deps: RespondDeps,
  decide: (kept: KeptCase, now: number) => Step | Refused,
): Promise<Outcome> {
  return untilSaved(async () => {
    const [kept, version] = await load(id, deps);
    if (!kept) return { done: false, ...unknown, incident: null };
    const now = deps.now();
    const decided = decide(kept, now);
    if ('why' in decided) return { done: false, ...decided, incident: kept.incident };
    await saveChange(stepChange(decided, kept, version, deps.answering, now), deps);
    return { done: true, incident: decided.incident };
  });
}

/** A line of the journal alone: the incident stays as it is. */
async function write(
  id: string,
  deps: RespondDeps,
  decide: (kept: KeptCase, now: number) => Entry | Refused | null,
): Promise<Outcome> {
  const kept = await deps.cases.load(id);
  if (!kept) return { done: false, ...unknown, incident: null };
  const { incident } = kept;
  const decided = decide(kept, deps.now());
  if (decided && 'why' in decided) return { done: false, ...decided, incident };
  if (decided) {
    const change = { incidentId: id, incident: null, findings: [], deliveries: [] };
    await saveChange({ ...change, entries: [decided] }, deps);
  }
  return { done: true, incident };
}

/** @returns the incident with all that people did, and the version that a change has to replace. */
export async function load(
  id: string,
  { cases }: Pick<RespondDeps, 'cases'>,
): Promise<[KeptCase, string] | [undefined, '']> {
  // The version first: what is read after it is never older.
  const { incident } = await cases.read(id, []);
  const kept = incident ? await cases.load(id) : undefined;
  return incident && kept
    ? [{ ...kept, incident: incident.value }, incident.version]
    : [undefined, ''];
}
