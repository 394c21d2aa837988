import { ecsFinding } from '../ecs/finding.ts';
import { ecsHeartbeat } from '../ecs/heartbeat.ts';
import { ecsIncident } from '../ecs/incident.ts';
import { defineSiemFormat } from '../siem-format.ts';

/** Elastic Common Schema 9.4. */
export default defineSiemFormat({
  name: 'ecs',
  finding: ecsFinding,
  incident: ecsIncident,
  heartbeat: ecsHeartbeat,
});
