import { cleanLine } from '../clean-text.ts';
import type { Delivery } from '../record/outbox.ts';
import type { AlertKind } from '../tell/alert.ts';

/** One message: a delivery on each channel, and for each person who got it alone. */
export type ToldMessage = {
  id: string;
  /** When the first channel took it; until then, when it was written. UTC ISO 8601. */
  at: string;
  kind: AlertKind;
  deliveries: readonly Delivery[];
};

const tellingKinds: Record<AlertKind, string> = {
  new: 'first alert',
  update: 'update',
  correction: 'correction',
  resolved: 'it is over',
  digest: 'digest',
  escalation: 'escalation',
  acknowledged: 'somebody has it',
  lapsed: 'acknowledgement lapsed',
  closed: 'closed',
  reopened: 'opened again',
  canary: 'test of the channel',
};

const deliveryStates: Record<Delivery['state'], string> = {
  pending: 'waiting',
  sent: 'sent',
  dead: 'given up',
  moot: 'no longer needed',
  folded: 'told with others',
};

export const tellingText = (kind: AlertKind) => tellingKinds[kind] ?? cleanLine(kind, 40);
const deliveryText = (state: Delivery['state']) => deliveryStates[state] ?? cleanLine(state, 40);

/** What was told is one message, however many channels it went to. In no order. */
export function messagesOf(deliveries: readonly Delivery[]): ToldMessage[] {
  const byMessage = Map.groupBy(deliveries, ({ revision, kind }) => `${revision} ${kind}`);
  return [...byMessage.values()].flatMap((some) => {
    const [first] = some;
    if (!first) return [];
    const sent = some.flatMap(({ sentAt }) => (sentAt === null ? [] : [sentAt]));
    const [at = first.createdAt] = (
      sent.length > 0 ? sent : some.map((one) => one.createdAt)
    ).toSorted();
    return [{ id: `told ${first.revision} ${first.kind}`, at, kind: first.kind, deliveries: some }];
  });
}

/** Which channels took it, in one line; and which did not, with what they answered. */
export function toldWords(deliveries: readonly Delivery[]): { text: string; trouble: string } {
  const well = Map.groupBy(
    deliveries.filter((one) => !isTrouble(one)),
    ({ state, person, channel }) => (person ? `${state} alone by ${channel}` : state),
  );
  const text = [...well.values()].map((some) => {
    const [first] = some;
    if (!first) return '';
    const state = ` (${deliveryText(first.state)})`;
    return first.person
      ? `${some.map(personOf).join(', ')} alone by ${channelOf(first)}${state}`
      : `${some.map(channelOf).join(', ')}${state}`;
  });
  const trouble = deliveries.filter(isTrouble).map((one) => {
    const who = one.person ? `${personOf(one)} alone by ${channelOf(one)}` : channelOf(one);
    const answer = cleanLine(one.lastError, 120);
    return `${who}: ${deliveryText(one.state)}${answer && `, it answered ${answer}`}`;
  });
  return { text: text.join('; '), trouble: trouble.join('; ') };
}

/** What went on another way is no trouble any more. */
const isTrouble = ({ state, lastError }: Delivery) =>
  state === 'dead' || (state === 'pending' && lastError !== null);

const personOf = ({ person }: Delivery) => cleanLine(person, 40);

const channelOf = ({ channel, insteadOf }: Delivery) =>
  `${cleanLine(channel, 64)}${insteadOf === undefined ? '' : ` instead of ${cleanLine(insteadOf, 64)}`}`;
