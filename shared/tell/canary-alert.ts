import { cleanLine } from '../clean-text.ts';
import { derivedId } from '../finding.ts';
import { isoOf } from '../time.ts';
import type { Alert } from './alert.ts';

/**
 * The test of a channel: that it is on time and arrives, and nothing else.
 *
 * @param channel - its name in the policy.
 * @param link - where whoever reads it confirms that; null: nobody need, or there is no console.
 * @param now - epoch milliseconds.
 */
export function canaryAlert(channel: string, link: string | null, now: number): Alert {
  const at = isoOf(now);
  const id = derivedId('canary', channel, at);
  const name = cleanLine(channel, 64);
  return {
    id,
    incident: id,
    revision: 1,
    kind: 'canary',
    tenant: { id: '', name: 'Glasswatch' },
    severity: 'informational',
    title: `Test of the channel ${name}: nothing has happened`,
    summary:
      'Glasswatch sends it to learn whether alerts still arrive here. It is no alert, and no drill.',
    facts: [],
    clocks: { happenedAt: at, arrivedAt: null, detectedAt: at },
    toldAt: at,
    why: '',
    next:
      link === null
        ? ['Nothing: it has arrived.']
        : [
            'Open the page and confirm there that you have read it. Only then the channel counts as working.',
          ],
    detection: '',
    techniques: [],
    finding: '',
    also: [],
    findings: 0,
    link,
    answer: null,
    drill: null,
    onCall: [],
    personal: null,
  };
}
