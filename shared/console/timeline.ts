import { cleanLine, type Html, html } from '../clean-text.ts';
import type { Act, EntryKind } from '../respond/journal.ts';
import type { KeptCase } from '../tell/notify.ts';
import { breakable, fitting, shortLine } from './fit.ts';
import { messagesOf, tellingText, toldWords } from './told.ts';
import { ageText, personText, severityWords, timeText } from './words.ts';

/** One line of what happened, of whatever kind. */
export type Moment = {
  id: string;
  /** Its place: by time, and of one time always in the same order. */
  key: string;
  /** UTC ISO 8601. */
  at: string;
  kind: string;
  /** How it stands out: what people did about it must not drown in what they were told. */
  look?: 'good' | 'warn' | 'bad';
  /** Made for those that are shown alone: there may be thousands, and their words may be hostile. */
  words(): Words;
};

type Words = {
  text: string;
  /** Small print: who, where from, why not. */
  more: string;
  /** What went wrong. */
  trouble?: string;
};

const mostShown = 200;
/** Some of it is shown whatever else is on the page. */
const leastBytes = 1_500;

const entryKinds: Record<EntryKind, string> = {
  opened: 'Opened',
  reopened: 'Opened again',
  over: 'Over',
  acknowledged: 'Acknowledged',
  lapsed: 'Acknowledgement lapsed',
  escalated: 'Escalated',
  refused: 'Refused',
  checked: 'Checklist',
  noted: 'Note',
  resolved: 'Closed',
};

const entryLooks: Partial<Record<EntryKind, NonNullable<Moment['look']>>> = {
  reopened: 'warn',
  acknowledged: 'good',
  lapsed: 'warn',
  refused: 'bad',
  resolved: 'good',
};

const actKinds: Record<Act['kind'], string> = {
  signIn: 'Sign-in',
  audit: 'Change',
  activity: 'Azure',
  risk: 'Risk',
};

/** Findings, acts, answers and tellings, the newest first. */
export function momentsOf(kept: KeptCase, acts: readonly Act[]): Moment[] {
  const found = kept.findings.map(({ finding, state }) => ({
    id: finding.id,
    at: finding.time,
    kind: `Found · ${severityWords[finding.severity]}`,
    words: () => ({
      text: shortLine(finding.title, 400),
      more: listed(cleanLine(finding.detection, 80), state === 'open' ? '' : state),
    }),
  }));
  const done = acts.map((act) => ({
    id: act.id,
    at: act.at,
    kind: `${actKinds[act.kind] ?? 'Act'}${act.isOwn ? ' by the account' : ' about the account'}`,
    words: () => ({
      text: shortLine(act.what, 400),
      more: listed(
        act.isSuccess ? '' : 'it failed',
        act.isRenewal ? 'a session renewed' : '',
        act.ip === null ? '' : `from ${cleanLine(act.ip, 60)}`,
      ),
    }),
  }));
  const answered = kept.entries.map(({ id, at, kind, text, by }) => ({
    id,
    at,
    kind: entryKinds[kind] ?? 'Entry',
    ...(entryLooks[kind] && { look: entryLooks[kind] }),
    words: () => ({
      text: shortLine(text, 600),
      more: by.identifiedBy === 'service' ? '' : personText(by),
    }),
  }));
  const told = messagesOf(kept.deliveries.map(({ value }) => value)).map(
    ({ id, at, kind, deliveries }) => ({
      id,
      at,
      kind: 'Told',
      words: () => {
        const { text, trouble } = toldWords(deliveries);
        return {
          text: shortLine(listedBy(' · ', tellingText(kind), text), 600),
          more: '',
          trouble: shortLine(trouble, 400),
        };
      },
    }),
  );
  return [...found, ...done, ...answered, ...told]
    .map((one) => ({ ...one, key: `${one.at} ${one.id}` }))
    .sort((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0));
}

const listedBy = (mark: string, ...parts: string[]) => parts.filter(Boolean).join(mark);
const listed = (...parts: string[]) => listedBy(', ', ...parts);

type TimelineView = {
  /** The key of the last one on the page before; null: the newest are wanted. */
  before: string | null;
  /** Where the page itself is, for the link to the older ones. */
  path: string;
  /** Bytes that the page has left for it. */
  room: number;
  now: number;
};

export function timeline(
  moments: readonly Moment[],
  { before, path, room, now }: TimelineView,
): Html {
  const wanted = before === null ? moments : moments.filter(({ key }) => key < before);
  const { shown, left } = fitting(
    wanted,
    Math.max(room, leastBytes),
    (one) => drawn(one, now),
    mostShown,
  );
  const last = wanted[shown.length - 1];
  const newest = before !== null && html`<p><a href="${path}#timeline">The newest</a></p>`;
  const older =
    left > 0 &&
    last &&
    html`<p><a href="${path}?before=${encodeURIComponent(last.key)}#timeline">${left} older</a></p>`;
  return html`<section class="sheet all" id="timeline" aria-labelledby="timeline-title"><h2 id="timeline-title">Timeline</h2>${newest}${shown.length > 0 ? html`<ol class="time">${shown}</ol>` : html`<p class="soft">Nothing is older than that.</p>`}${older}</section>`;
}

function drawn({ at, kind, look, words }: Moment, now: number): Html {
  const { text, more, trouble } = words();
  const exact = Number.isNaN(Date.parse(at)) ? '' : new Date(at).toISOString();
  return html`<li${look && html` class="deed"`}><time class="at small soft"${exact && html` datetime="${exact}"`}>${timeText(at)}<br>${exact && ageText(Date.parse(at), now)}</time><span class="kind${look && html` mark ${look}`}">${kind}</span><span>${breakable(text)}</span>${trouble && html`<span class="small trouble">${trouble}</span>`}${more && html`<span class="small soft">${more}</span>`}</li>`;
}
