import type { Actor } from '../../finding.ts';
import { heartbeatText } from '../event-words.ts';
import type {
  NativeAnswer,
  NativeFinding,
  NativeHeartbeat,
  NativeIncident,
} from '../native-schema.ts';
import type { Answer, FindingEvent, Heartbeat, IncidentEvent } from '../siem-event.ts';
import { defineSiemFormat, tenantIdOf } from '../siem-format.ts';

/** The finding itself, and incidents and heartbeats of its kind, as native-schema.ts describes them to others. */
export default defineSiemFormat({
  name: 'native',
  finding: nativeFinding,
  incident: nativeIncident,
  heartbeat: nativeHeartbeat,
});

/** Goes up when a key is renamed, removed, or means something else. */
const schema = 1;

// A field that is sometimes null and sometimes an object is two fields to a receiver.
const nobody: Actor = { type: 'other', id: null, name: null, ip: null };

function nativeFinding(event: FindingEvent): NativeFinding {
  const { finding, uid, change, at, state, answer } = event;
  return {
    type: `finding.${change}`,
    eventUid: uid,
    schema,
    writtenAt: at,
    ...finding,
    actor: finding.actor ?? nobody,
    state,
    answer: answerOf(answer),
  };
}

function nativeIncident(event: IncidentEvent): NativeIncident {
  const { incident, uid, change, at, by, text, answer } = event;
  const { id, revision, matter, severity, title, firstAt, lastAt, subject, findings } = incident;
  return {
    type: `incident.${change}`,
    eventUid: uid,
    schema,
    writtenAt: at,
    incident: id,
    revision,
    matter,
    severity,
    title,
    time: at,
    firstAt,
    lastAt,
    tenantId: tenantIdOf(event),
    subject,
    findings: [...findings],
    by,
    text,
    answer: answerOf(answer),
  };
}

function nativeHeartbeat(event: Heartbeat): NativeHeartbeat {
  const { uid, at, sequence, intervalSeconds, lastRecordAt, waiting } = event;
  return {
    type: 'heartbeat',
    eventUid: uid,
    schema,
    writtenAt: at,
    severity: 'informational',
    time: at,
    tenantId: tenantIdOf(event),
    text: heartbeatText(event),
    sequence,
    intervalSeconds,
    lastRecordAt,
    waiting,
  };
}

const answerOf = ({ status, owner, claim, verdict, isDrill }: Answer): NativeAnswer => ({
  status,
  owner: owner ?? { id: null, name: null },
  claim,
  verdict,
  isDrill,
});
