import { faultsToCome } from '../../local/siem/faults.ts';
import type { SinkTransports } from '../../shared/forward/sink-transports.ts';
import { unavailable } from '../../shared/tell/delivery-failure.ts';

/** `full`: nothing is written; `torn`: half of it is; `unsure`: all is, and that is not said. */
const diskFaults = ['full', 'torn', 'unsure'] as const;

/** A disk between the file sink and its file that fails as it is told to. */
export function shakyDisk() {
  const faults = faultsToCome(diskFaults);
  return {
    ...faults,
    over:
      (append: SinkTransports['append']): SinkTransports['append'] =>
      async (file, text) => {
        const way = faults.next();
        if (way === undefined) return append(file, text);
        // Within a line, wherever that is.
        if (way === 'torn') await append(file, text.slice(0, Math.ceil(text.length / 2)));
        if (way === 'unsure') await append(file, text);
        throw unavailable(`the disk failed (${way})`);
      },
  };
}
