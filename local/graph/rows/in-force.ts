/** From when, until when; null: for ever. */
type Span = { start: string; end: string | null };

export const isInForce = (now: number) => (span: Span) =>
  Date.parse(span.start) <= now && (span.end === null || now < Date.parse(span.end));
