import { cleanLine } from '../clean-text.ts';
import { nameOf } from '../detect/wording.ts';
import type { Party } from '../finding.ts';
import type { Against } from './evidence.ts';
import type { Held, Holder } from './inventory.ts';
import type { ItemState, Scorecard, ScoredItem, Some, Totals } from './scorecard.ts';

// What a scorecard says, in words: the same in a terminal and on a page.

export const stateWords: Record<ItemState, string> = {
  met: 'Met',
  notMet: 'Not met',
  unknown: 'Unknown',
  attested: 'Attested',
  outside: 'Outside',
};

const mostNamed = 5;

/** `2026-11-20 12:00 UTC` */
export const momentOf = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

/** "17 of 51 met, 8 not met, 20 unknown, 3 attested, 3 outside" */
export function totalsLine({ items, met, notMet, unknown, attested, outside }: Totals): string {
  const others = [
    [notMet, 'not met'],
    [unknown, 'unknown'],
    [attested, 'attested'],
    [outside, 'outside'],
  ] as const;
  const told = others.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return [`${met} of ${items} met`, ...told].join(', ');
}

/** A line of what is known, and what it is about. */
export type Line = { label: string; text: string };

/** Why an item stands as it does, most telling first. */
export const linesOf = (item: ScoredItem): Line[] => [
  ...againstLines(item),
  ...item.unknown.map(({ why, about }) => ({
    label: 'Unknown',
    text: about ? `${about.count}: ${namesOf(about)}. ${why}` : why,
  })),
  ...wordLines(item),
  ...(item.outside && item.state === 'outside' ? [{ label: 'Outside', text: item.outside }] : []),
  ...(item.excepted > 0
    ? [{ label: 'Excepted', text: `${countOf(item.excepted)}, by exceptions of the policy.` }]
    : []),
  ...(item.switchedOff.length > 0 && item.state !== 'notMet'
    ? [{ label: 'Off', text: `Not watched in the log: ${item.switchedOff.join(', ')}.` }]
    : []),
  ...item.notes.map((text) => ({ label: 'Note', text })),
  ...(item.unseen && item.state !== 'notMet' ? [{ label: 'Not seen', text: item.unseen }] : []),
];

function againstLines({ against, who }: ScoredItem): Line[] {
  const lines = [...new Set(against.shown.map(told))].slice(0, mostNamed);
  const more = against.count - lines.length;
  return [
    ...lines.map((text) => ({ label: 'Found', text })),
    ...(more > 0 ? [{ label: 'Found', text: `… and ${more} more` }] : []),
    ...(who.count > 0 && (more > 0 || against.shown.some(({ accounts }) => accounts))
      ? [{ label: 'Who', text: `${who.count}: ${namesOf(who, who.shown.length)}` }]
      : []),
  ];
}

/** Titles of findings name their subject; what a look shows does not. */
function told({ subject, what }: Against): string {
  const name = subject && nameOf(subject);
  return name && !what.includes(name) ? `${name}: ${what}` : what;
}

function wordLines({ attested, state }: ScoredItem): Line[] {
  if (!attested) return [];
  const by = cleanLine(attested.by);
  const note = attested.note ? `: ${cleanLine(attested.note, 300)}` : '';
  const says = attested.isValid
    ? `${by} vouches for it until ${attested.until}${note}`
    : `${by} vouched for it until ${attested.until}, which is over${note}`;
  const denied = state === 'notMet' ? ' What was found contradicts it.' : '';
  return [{ label: 'Word', text: `${says}.${denied}` }];
}

/** Whether it is time for what there is to do: what is not seen only needs to be looked at. */
export const isDue = ({ state, isAttestable }: ScoredItem): boolean =>
  state === 'notMet' || (state === 'unknown' && isAttestable);

export const namesOf = ({ count, shown }: Some<Party>, most = mostNamed): string => {
  const names = shown.slice(0, most).map(nameOf);
  return [...names, ...(count > names.length ? [`and ${count - names.length} more`] : [])].join(
    ', ',
  );
};

const countOf = (count: number): string => `${count} ${count === 1 ? 'account' : 'accounts'}`;

/** What the card was judged by. */
export const readLine = ({ takenAt }: Scorecard): string =>
  takenAt ? `Directory read ${momentOf(takenAt)}` : 'When the directory was read is not known';

/** "eligible until 2026-12-01 08:00 UTC, through tier-0" */
export function howOf({ how, via, until, scope }: Held): string {
  const lasts = until ? `${how} until ${momentOf(until)}` : how;
  return [
    lasts,
    ...(via ? [`through ${nameOf(via)}`] : []),
    ...(scope === '/' ? [] : [`in ${cleanLine(scope, 64)}`]),
  ].join(', ');
}

/** "administration-only, owner Ada Lovelace" */
export function whoseOf({ placed, party, isEnabled }: Holder): string {
  const kind = placed.kind ?? (party.type === 'group' ? 'group' : 'kind unknown');
  return [
    kind,
    placed.owner ? `owner ${cleanLine(placed.owner, 100)}` : 'no owner known',
    ...(isEnabled ? [] : ['disabled']),
  ].join(', ');
}
