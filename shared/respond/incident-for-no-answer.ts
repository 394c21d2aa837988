import type { Incident } from '../incident.ts';
import { noResponse } from './response.ts';

type Message = Pick<
  Incident,
  'id' | 'tenantId' | 'matter' | 'severity' | 'title' | 'subject' | 'findings'
> & {
  /** When it was written, UTC ISO 8601. */
  at: string;
  /** Since when what it tells of has happened; left out: since then. */
  firstAt?: string;
};

/** What carries a message that asks for no answer: a digest, a test. It is over as soon as it is told. */
export const incidentForNoAnswer = ({ at, firstAt = at, ...message }: Message): Incident => ({
  ...message,
  status: 'resolved',
  revision: 1,
  firstAt,
  lastAt: at,
  openedAt: at,
  updatedAt: at,
  response: noResponse,
  events: 0,
});
