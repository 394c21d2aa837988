import type { Versioned } from '../record/case-store.ts';
import type { Delivery } from '../record/outbox.ts';
import { highestSeverity } from '../severity.ts';

type Kept = Versioned<Delivery>;

/** One message, and the earlier deliveries that need none of their own because it tells what they tell. */
export type Message = { delivery: Delivery; version: string; absorbed: readonly Kept[] };

/** What of one channel may go out now, in order, and when the first of the rest is due. */
type Line = { messages: Message[]; next: number | null };

/**
 * The pending deliveries of one incident on one channel (and to one person), made into messages.
 *
 * Several tellings of findings (`new`, `update`) in a row become the last of them: it tells the findings
 * of all, and is `new` if one of them was. Nothing else is ever made part of another message, and the
 * order stays: what people did is told between what came before and what came after it.
 *
 * What waits for company goes with whatever is due; what waits because a later record may explain it
 * neither goes nor holds up anything.
 *
 * @param settles - whether it waits to be explained, rather than for company.
 */
export function lineOf(
  pending: readonly Kept[],
  settles: (delivery: Delivery) => boolean,
  now: number,
): Line {
  const isDue = ({ value }: Kept) => Date.parse(value.dueAt) <= now;
  const ordered = pending.toSorted(inOrder);
  const waits = (one: Kept) => !isDue(one) && isUntried(one) && settles(one.value);
  const line = ordered.filter((one) => !waits(one));
  const ready = line.slice(0, endOfReady(line, isDue));
  const later = [...ordered.filter(waits), ...line.slice(ready.length)];
  return {
    messages: messagesOf(ready),
    next:
      later.length === 0 ? null : Math.min(...later.map(({ value }) => Date.parse(value.dueAt))),
  };
}

/** Up to the last one that is due, and what would only wait for company behind it. */
function endOfReady(line: readonly Kept[], isDue: (one: Kept) => boolean): number {
  let end = line.findLastIndex(isDue) + 1;
  while (end > 0 && isJoinable(line[end - 1]) && isJoinable(line[end])) end += 1;
  return end;
}

function messagesOf(ready: readonly Kept[]): Message[] {
  const messages: Message[] = [];
  let run: Kept[] = [];
  for (const one of ready) {
    if (isJoinable(run.at(-1)) && isJoinable(one)) {
      run.push(one);
      messages[messages.length - 1] = messageOf(run, one);
    } else {
      run = [one];
      messages.push(messageOf(run, one));
    }
  }
  return messages;
}

function messageOf(run: readonly Kept[], { value: last, version }: Kept): Message {
  const all = run.map(({ value }) => value);
  const onCall = [...new Set(all.flatMap((one) => one.onCall ?? []))];
  return {
    version,
    absorbed: run.slice(0, -1),
    delivery: {
      ...last,
      kind: all.some(({ kind }) => kind === 'new') ? 'new' : last.kind,
      findings: [...new Set(all.flatMap(({ findings }) => findings))],
      severity: highestSeverity(all.map(({ severity }) => severity)),
      ...(onCall.length > 0 && { onCall }),
    },
  };
}

/**
 * Whether a later delivery on the same channel tells all that this one would: its sender was stopped
 * after it had taken the findings over. One that is dead has told nothing.
 */
export function isToldBy(delivery: Delivery, later: Delivery): boolean {
  const told = new Set(later.findings);
  return (
    later.revision > delivery.revision &&
    later.channel === delivery.channel &&
    later.person === delivery.person &&
    later.state !== 'dead' &&
    later.state !== 'moot' &&
    later.state !== 'folded' &&
    later.attempts > 0 &&
    isTelling(delivery) &&
    (later.kind === 'new' || (later.kind === 'update' && delivery.kind === 'update')) &&
    delivery.findings.length > 0 &&
    delivery.findings.every((id) => told.has(id))
  );
}

const inOrder = ({ value: a }: Kept, { value: b }: Kept) =>
  a.revision - b.revision || (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0);

const isUntried = ({ value }: Kept) => value.attempts === 0;

const isJoinable = (one: Kept | undefined): boolean =>
  one !== undefined && isUntried(one) && isTelling(one.value);

const isTelling = ({ kind, cadence }: Delivery) =>
  (kind === 'new' || kind === 'update') && !cadence;
