import { ocsfFinding } from '../ocsf/finding.ts';
import { ocsfHeartbeat } from '../ocsf/heartbeat.ts';
import { ocsfIncident } from '../ocsf/incident.ts';
import { defineSiemFormat } from '../siem-format.ts';

/** OCSF 1.8.0: Detection Findings, and heartbeats as Base Events. */
export default defineSiemFormat({
  name: 'ocsf',
  finding: ocsfFinding,
  incident: ocsfIncident,
  heartbeat: ocsfHeartbeat,
});
