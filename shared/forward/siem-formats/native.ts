import type { Actor, Finding } from '../../finding.ts';
import { defineSiemFormat } from '../siem-format.ts';

/** A field that is sometimes null and sometimes an object is two fields to a receiver. */
const nobody: Actor = { type: 'other', id: null, name: null, ip: null };

/** The finding itself, as shared/forward/finding-schema.ts describes it to others. */
export default defineSiemFormat({
  name: 'native',
  event: (finding): Finding => ({ ...finding, actor: finding.actor ?? nobody }),
});
