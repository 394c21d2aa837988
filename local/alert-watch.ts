import { setTimeout as pause } from 'node:timers/promises';
import { cleanLine } from '../shared/clean-text.ts';
import type { SentEnvelope } from './play.ts';
import type { ReceivedMail } from './received-mail.ts';
import type { ExpectedAlert } from './sample-day.ts';
import type { ReceivedCard } from './teams-sink.ts';

/** An alert as the Teams channel showed it, and whom its incident is about. */
type Told = { detection: string; severity: string; subjects: readonly string[] };

/** What the console tells of the findings of an incident. */
type KnownFinding = { subject: { name: string | null }; source: { recordIds: string[] } };

const mostTries = 40;
const pauseMs = 250;

/** Prints each alert as it arrives, and holds what arrived against what should have. */
export class AlertWatch {
  readonly #expected: readonly ExpectedAlert[];
  readonly #say: (line: string) => void;
  readonly #sent: SentEnvelope[] = [];
  readonly #cards: Told[] = [];
  readonly #delaysMs: number[] = [];
  #mails = 0;
  #personalMails = 0;
  readonly #mailed = new Set<string>();
  readonly #carded = new Set<string>();
  #lastCardAt = 0;
  #httpUrl = '';
  #cookie = '';

  constructor(expected: readonly ExpectedAlert[], say: (line: string) => void) {
    this.#expected = expected;
    this.#say = say;
  }

  /** Where the console answers which records an incident comes from, and as whom to ask. */
  askAt(httpUrl: string, cookie = ''): void {
    this.#httpUrl = httpUrl;
    this.#cookie = cookie;
  }

  onSent(sent: SentEnvelope): void {
    this.#sent.push(sent);
  }

  onMail({ headers, text }: ReceivedMail): void {
    if (text.includes('/link/')) {
      this.#personalMails += 1;
      return;
    }
    this.#mails += 1;
    this.#mailed.add(headers['x-glasswatch-incident'] ?? '');
  }

  async onCard(card: ReceivedCard): Promise<void> {
    const arrivedAt = Date.now();
    this.#lastCardAt = arrivedAt;
    const match = /^(\w+): (\S+)\. Incident (\S+?)\.$/.exec(card.card.fallbackText ?? '');
    if (!match) return;
    const [, severity = '', detection = '', incident = ''] = match;
    this.#carded.add(incident);
    const findings = await this.#findingsOf(incident);
    const subjects = findings.map(({ subject }) => cleanLine(subject.name));
    this.#cards.push({ severity: severity.toLowerCase(), detection, subjects });
    const sentAt = this.#sentAt(findings);
    if (sentAt !== undefined) this.#delaysMs.push(arrivedAt - sentAt);
    const delay =
      sentAt === undefined ? 'posture' : `${((arrivedAt - sentAt) / 1000).toFixed(2)} s`;
    this.#say(`  ${delay.padStart(7)}  ${severity.padEnd(13)}${titleOf(card)}`);
  }

  /** When the last alert arrived, or the last envelope was sent; epoch milliseconds. */
  get lastNewsAt(): number {
    return Math.max(this.#lastCardAt, this.#sent.at(-1)?.sentAt ?? 0);
  }

  isComplete(): boolean {
    // By incident: a card may come twice where its mail came once.
    return this.#missing().length === 0 && this.#mailed.size >= this.#carded.size;
  }

  /** Each expected alert once in both channels, and no other. */
  isExact(): boolean {
    const wanted = this.#expected.length;
    return this.isComplete() && this.#cards.length === wanted && this.#mails === wanted;
  }

  /** @param options.isFirst - nothing was there before, so every expected alert is news. */
  summary({ isFirst } = { isFirst: true }): string[] {
    const slowest = (Math.max(0, ...this.#delaysMs) / 1000).toFixed(2);
    const arrived = `${this.#cards.length} cards and ${this.#mails} mails arrived`;
    return [
      isFirst
        ? `${arrived}; ${this.#expected.length} of each were expected.`
        : `${arrived}. What earlier starts had told is updated, or no news at all.`,
      ...(this.#personalMails > 0
        ? [`Mails to whoever is on call, with a link of their own: ${this.#personalMails}.`]
        : []),
      ...(this.#delaysMs.length > 0 ? [`Slowest from the hub to the card: ${slowest} s.`] : []),
      ...(isFirst ? this.#missing() : []).map(
        ({ severity, detection, subject }) => `MISSING: ${severity} ${detection} ${subject}`,
      ),
    ];
  }

  #missing(): ExpectedAlert[] {
    return this.#expected.filter(
      ({ detection, also = [], severity, subject }) =>
        !this.#cards.some(
          (told) =>
            [detection, ...also].includes(told.detection) &&
            told.severity === severity &&
            told.subjects.includes(subject),
        ),
    );
  }

  async #findingsOf(incident: string): Promise<KnownFinding[]> {
    // The functions may just be starting again.
    for (let tries = 0; tries < mostTries; tries += 1) {
      const answer = await fetch(`${this.#httpUrl}/api/incidents/${incident}`, {
        headers: { cookie: this.#cookie },
      }).catch(() => undefined);
      if (answer?.ok) return ((await answer.json()) as { findings: KnownFinding[] }).findings;
      await pause(pauseMs);
    }
    return [];
  }

  /** When the latest envelope was sent that the findings rest on; none if the posture alone told. */
  #sentAt(findings: readonly KnownFinding[]): number | undefined {
    const ids = findings.flatMap(({ source }) => source.recordIds);
    const envelopes = this.#sent.filter(({ body }) => ids.some((id) => body.includes(id)));
    return envelopes.length > 0 ? Math.max(...envelopes.map(({ sentAt }) => sentAt)) : undefined;
  }
}

/** A card begins with `HIGH`, or `HIGH · update 2`, and then its title. */
function titleOf({ card }: ReceivedCard): string {
  const texts = [...JSON.stringify(card.body).matchAll(/"text":("(?:[^"\\]|\\.)*")/g)];
  const [level = '', title = ''] = texts.map(([, text]) => JSON.parse(text as string) as string);
  const [, update = ''] = / · (.+)$/.exec(level) ?? [];
  return update ? `${title} (${update})` : title;
}
