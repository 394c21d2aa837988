import { cefFinding } from '../cef/finding.ts';
import { cefHeartbeat } from '../cef/heartbeat.ts';
import { cefIncident } from '../cef/incident.ts';
import { defineSiemFormat } from '../siem-format.ts';

/** Lines of the Common Event Format, of at most `maxCefBytes`: `msg` is cut first, then goes what matters least. */
export default defineSiemFormat({
  name: 'cef',
  finding: cefFinding,
  incident: cefIncident,
  heartbeat: cefHeartbeat,
});
