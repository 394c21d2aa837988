/** Which incidents want a look by themselves, and when: a tier to be told, an acknowledgement that runs out. */
export type DueStore = {
  /** Before the incident is saved: whatever happens next, somebody looks by then. Never moves a look later. @param at - epoch milliseconds. */
  expect(incidentId: string, at: number): Promise<void>;
  /** The looks that are due, longest overdue first. */
  due(now: number): Promise<{ incidentId: string; version: string }[]>;
  /** After a look: the next one, or null for none. Nothing happens if somebody else has set it anew. */
  next(incidentId: string, at: number | null, version: string): Promise<void>;
};
