import type { ReceivedMail } from './mail-sink.ts';
import type { SentEnvelope } from './play.ts';
import type { ExpectedAlert } from './sample-day.ts';
import type { ReceivedCard } from './teams-sink.ts';

/** An alert as one channel showed it. */
type Told = { detection: string; severity: string; incident: string; text: string; repeat: boolean };

/** Prints each alert as it arrives, and holds what arrived against what should have. */
export class AlertWatch {
  readonly #expected: readonly ExpectedAlert[];
  readonly #say: (line: string) => void;
  readonly #sent: SentEnvelope[] = [];
  readonly #cards: Told[] = [];
  readonly #mails: Told[] = [];
  readonly #delaysMs: number[] = [];
  #httpUrl = '';

  constructor(expected: readonly ExpectedAlert[], say: (line: string) => void) {
    this.#expected = expected;
    this.#say = say;
  }

  /** Where the console answers which records an incident comes from. */
  askAt(httpUrl: string): void {
    this.#httpUrl = httpUrl;
  }

  onSent(sent: SentEnvelope): void {
    this.#sent.push(sent);
  }

  async onCard(card: ReceivedCard): Promise<void> {
    const arrivedAt = Date.now();
    const text = JSON.stringify(card.card);
    const told = toldBy(card.card.fallbackText ?? '', text, card.repeatOf !== null);
    if (!told) return;
    this.#cards.push(told);
    const sentAt = await this.#sentAt(told.incident);
    const delay = sentAt === undefined ? '   posture' : `${((arrivedAt - sentAt) / 1000).toFixed(2).padStart(8)} s`;
    if (sentAt !== undefined) this.#delaysMs.push(arrivedAt - sentAt);
    this.#say(`${delay}  ${told.severity.toUpperCase().padEnd(9)} ${headlineOf(card)}`);
  }

  onMail(mail: ReceivedMail): void {
    const detection = /^Detection: *(\S+)/m.exec(mail.text)?.[1] ?? '';
    this.#mails.push({
      detection,
      severity: /Glasswatch (\w+)/.exec(mail.from)?.[1]?.toLowerCase() ?? '',
      incident: mail.headers['x-glasswatch-incident'] ?? '',
      text: mail.text,
      repeat: false,
    });
  }

  isComplete(): boolean {
    return this.#missing(this.#cards).length === 0 && this.#mails.length >= this.#cards.length;
  }

  /** Each expected alert once in both channels, and no other. */
  isExact(): boolean {
    const wanted = this.#expected.length;
    return this.isComplete() && this.#cards.length === wanted && this.#mails.length === wanted;
  }

  summary(): string[] {
    const worst = Math.max(0, ...this.#delaysMs);
    const missing = this.#missing(this.#cards);
    return [
      `${this.#cards.length} cards and ${this.#mails.length} mails arrived; ${this.#expected.length} alerts were expected.` +
        (this.#delaysMs.length > 0 ? ` Slowest from hub to card: ${(worst / 1000).toFixed(2)} s.` : ''),
      ...missing.map(({ severity, detection, subject }) => `MISSING: ${severity} ${detection} ${subject}`),
    ];
  }

  #missing(told: readonly Told[]): ExpectedAlert[] {
    return this.#expected.filter(
      ({ detection, severity, subject }) =>
        !told.some(
          (one) => one.detection === detection && one.severity === severity && one.text.includes(subject),
        ),
    );
  }

  /** When the hub got the latest record that the incident rests on. */
  async #sentAt(incident: string): Promise<number | undefined> {
    const answer = await fetch(`${this.#httpUrl}/api/incidents/${incident}`).catch(() => undefined);
    if (!answer?.ok) return undefined;
    const { findings } = (await answer.json()) as { findings: { source: { recordIds: string[] } }[] };
    const ids = findings.flatMap(({ source }) => source.recordIds);
    const envelopes = this.#sent.filter(({ body }) => ids.some((id) => body.includes(id)));
    return envelopes.length > 0 ? Math.max(...envelopes.map(({ sentAt }) => sentAt)) : undefined;
  }
}

function toldBy(fallbackText: string, text: string, repeat: boolean): Told | undefined {
  const match = /^(\w+): (\S+)\. Incident (\S+?)\.$/.exec(fallbackText);
  if (!match) return undefined;
  const [, severity = '', detection = '', incident = ''] = match;
  return { severity: severity.toLowerCase(), detection, incident, text, repeat };
}

/** The first bold words of a card: its title. */
function headlineOf({ card }: ReceivedCard): string {
  const texts = JSON.stringify(card).match(/"text":"((?:[^"\\]|\\.)*)"/g) ?? [];
  const [heading = '', next = ''] = texts.map((one) => JSON.parse(`{${one}}`).text as string);
  return /^(CRITICAL|HIGH|MEDIUM|LOW|INFORMATIONAL)\W*$/i.test(heading) ? next : heading;
}
