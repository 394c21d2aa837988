/** What is written down for good: an act of a person, or a change that somebody may ask about later. */
export type LedgerItem = {
  /** Unique; the same item written again (after a crash) is recognised by it. */
  id: string;
  /** UTC ISO 8601. */
  at: string;
  kind: 'incident' | 'policy' | 'silence' | 'drill' | 'channel';
  /** What it is about: the id of the incident, silence or drill, the name of a channel, `policy`. */
  subject: string;
  /** JSON, kept beside the link; `sha256` of the link is of its canonical form. */
  payload: Readonly<Record<string, unknown>>;
};

/** One link of the chain. All times UTC ISO 8601, all hashes SHA-256 in hex. */
export type Link = {
  /** From 1, without gaps. */
  seq: number;
  id: string;
  at: string;
  kind: LedgerItem['kind'];
  subject: string;
  /** Of the payload's canonical JSON. */
  sha256: string;
  /** `hash` of the link before; of the first, 64 zeros. */
  prev: string;
  /** Of the canonical JSON of all other fields of this link. */
  hash: string;
};

export type LedgerHead = Pick<Link, 'seq' | 'hash'>;

/** The ledger: a chain in which no link can be changed, left out or added unseen. */
export type Ledger = {
  /**
   * Writes items behind the last link, in their order, and anchors the new head where nothing can be
   * changed. Several callers at once share one write.
   *
   * @returns the place of each item.
   * @throws {WatchError} STORE_UNAVAILABLE: some may be written; writing them again repeats their ids.
   */
  append(items: readonly LedgerItem[]): Promise<number[]>;
};

/** A link, and the payload that it vouches for. */
export type KeptLink = { link: Link; payload: LedgerItem['payload'] };

/** What the chain came to at a moment, said where the ledger's own writer can't take it back. */
export type Anchor = LedgerHead & {
  /** UTC ISO 8601: when it was anchored. */
  at: string;
};

/** @throws {WatchError} STORE_UNAVAILABLE */
export type AnchorStore = { anchor(anchor: Anchor): Promise<void> };

/** Reading the chain again: for an export, and for whoever verifies. @throws {WatchError} STORE_UNAVAILABLE */
export type LedgerReader = {
  /** In the order of the chain. @param from - the first `seq`; all of them without it. */
  links(from?: number): AsyncIterable<KeptLink>;
  /** In the order of the chain. Looks at every link there is. */
  linksOf(kind: LedgerItem['kind']): Promise<KeptLink[]>;
};
