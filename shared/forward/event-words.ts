import type { FindingEvent, Heartbeat, IncidentEvent } from './siem-event.ts';

/** What SIEMs call a turn of an incident, and in the imperative, as they name what was done. */
export const turnWords: Record<IncidentEvent['change'], { name: string; verb: string }> = {
  acknowledged: { name: 'Incident acknowledged', verb: 'acknowledge' },
  lapsed: { name: 'Acknowledgement lapsed', verb: 'lapse' },
  resolved: { name: 'Incident resolved', verb: 'resolve' },
  reopened: { name: 'Incident reopened', verb: 'reopen' },
};

export const changeVerbs: Record<FindingEvent['change'], string> = {
  created: 'create',
  updated: 'update',
  closed: 'close',
};

/** Why a finding is closed; '' for one that is not. */
export function whyClosed({ change, state }: FindingEvent): string {
  if (change !== 'closed') return '';
  return state === 'withdrawn'
    ? 'Withdrawn: a later record of the same thing showed that there was nothing to find.'
    : 'Over: the state that it tells of has ended.';
}

export function heartbeatText({ lastRecordAt, waiting }: Heartbeat): string {
  const heard = lastRecordAt
    ? `The last log record arrived at ${lastRecordAt}`
    : 'No log record has arrived so far';
  return `Glasswatch is alive. ${heard}; events that wait for this receiver: ${waiting}.`;
}
