import type { Incident } from '../incident.ts';
import type { Claim, Person, Verdict } from './response.ts';

/** What the person had before their eyes: an answer counts for that, and not for what came since. */
export type Seen = { period: number; revision: number };

export type Refusal =
  | 'unknown-incident'
  /** Somebody else has it. */
  | 'taken'
  /** It is over, or nobody is asked any more. */
  | 'not-open'
  /** Something happened since the page was shown. */
  | 'news'
  /** A break-glass incident is closed by somebody else than who acknowledged it. */
  | 'same-person'
  /** A break-glass incident is acknowledged before it is closed. */
  | 'not-acknowledged'
  /** Nothing was typed where a reason or a note belongs. */
  | 'no-reason';

/** What somebody tried who may not. */
export type Tried = 'read' | 'acknowledge' | 'close' | 'check' | 'note';

/** What became of an act. `says` is a sentence for whoever acted, to be shown as text. */
export type Outcome =
  | { done: true; incident: Incident }
  | { done: false; why: Refusal; says: string; incident: Incident | null };

/**
 * What people do about an incident. Who they are, and whether they may, is checked before: by the
 * console. All texts are cleaned and cut here; all are kept in the journal.
 *
 * @throws {WatchError} STORE_UNAVAILABLE; every method. Doing it again is safe.
 */
export type Responding = {
  acknowledge(
    incident: string,
    given: { by: Person; claim: Claim; reason: string; seen: Seen },
  ): Promise<Outcome>;
  close(
    incident: string,
    given: {
      by: Person;
      verdict: Verdict;
      reason: string;
      isCredentialRotated: boolean | null;
      seen: Seen;
    },
  ): Promise<Outcome>;
  /** Ticks an item of the checklist, or takes the tick away. */
  check(
    incident: string,
    given: { by: Person; item: string; isDone: boolean; note: string },
  ): Promise<Outcome>;
  note(incident: string, given: { by: Person; text: string }): Promise<Outcome>;
  /** Keeps with the incident that somebody tried what they may not. Said as often as it happens, an hour at most once for each person and act. */
  refuse(incident: string, given: { by: Person; tried: Tried; why: string }): Promise<void>;
};
