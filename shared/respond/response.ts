/** Whoever did something about an incident, as far as we know it. */
export type Person = {
  /** A key of the policy's `people`, or else the object id of the account that signed in. */
  id: string;
  name: string;
  /**
   * `sign-in`: the platform checked who it is. `link`: whoever held a link that was sent to that person.
   * `command line`: whoever holds the storage. `policy`: it is written there. `service`: nobody, it
   * happened by itself.
   */
  identifiedBy: 'sign-in' | 'link' | 'command line' | 'policy' | 'service';
};

/** What the service does by itself. */
export const service: Person = { id: 'glasswatch', name: 'Glasswatch', identifiedBy: 'service' };

/** What somebody who takes an incident believes it to be. */
export const claims = ['drill', 'emergency', 'expected', 'misuse', 'unknown'] as const;
export type Claim = (typeof claims)[number];

/** What an incident turned out to be. */
export const verdicts = ['expected', 'drill', 'true', 'false', 'misuse'] as const;
export type Verdict = (typeof verdicts)[number];

/** Times are UTC ISO 8601. */
export type Acknowledgement = {
  by: Person;
  at: string;
  claim: Claim;
  reason: string;
  /** When it runs out; null: not by itself. */
  until: string | null;
  /**
   * Until then only what is graver ends it: somebody took it again after it had come back, and who is
   * called for each single act stops listening. Null: whatever the account does ends it.
   */
  holdsUntil: string | null;
  /** Something happened meanwhile that it does not cover: once it holds no more, it ends. */
  isOvertaken: boolean;
};

export type Resolution = {
  by: Person;
  at: string;
  verdict: Verdict;
  reason: string;
  /** Asked of break-glass incidents alone: whether the account's credential was replaced. */
  isCredentialRotated: boolean | null;
};

/** A drill that was declared for the account, while the incident was opened or went on. */
export type DrillMark = { id: string; declaredBy: string; until: string };

/** The answer of people to an incident, and what is still asked of them. */
export type Response = {
  /** 1, and one more each time it was opened again. */
  period: number;
  /** The incident's revision when something was found last: whoever saw that one has seen it all. */
  newsRevision: number;
  /**
   * Since when somebody is asked to answer: it was opened, opened again, or an acknowledgement ran out.
   * Null while nobody is.
   */
  askedAt: string | null;
  /** How many tiers of its escalation have been told since then, repeats of the last one included. */
  tiersTold: number;
  /** Of this period: in force while the status is `acknowledged`, else the last one. */
  acknowledgement: Acknowledgement | null;
  /** How this or the last period ended, if people ended it. */
  resolution: Resolution | null;
  drill: DrillMark | null;
  /** When something is due by itself: the next tier, or the end of the acknowledgement. */
  dueAt: string | null;
};

/** Of an incident that nobody has been asked about. */
export const noResponse: Response = {
  period: 1,
  newsRevision: 1,
  askedAt: null,
  tiersTold: 0,
  acknowledgement: null,
  resolution: null,
  drill: null,
  dueAt: null,
};
