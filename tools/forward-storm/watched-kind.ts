import type { OpenSink, Packed, SinkKind } from '../../shared/forward/sink.ts';
import { openSplunk } from '../../shared/forward/sinks/splunk.ts';
import type { Witness } from './witness.ts';

/** How acknowledgements are waited for: as ever, only sooner given up. */
const patience = { pollMs: 10, waitMs: 150, mostMs: 450 };

/**
 * The sink as it is, and a witness that two events of an incident are never under way at once: whatever
 * fails between them, the second would be the first to arrive.
 */
export function watchedKind(kind: SinkKind, witness: Witness): SinkKind {
  const open: SinkKind['open'] =
    kind.type === 'splunk'
      ? (settings, { post }) =>
          openSplunk(settings as unknown as Parameters<typeof openSplunk>[0], { post }, patience)
      : kind.open;
  return { ...kind, open: (...args) => watchedSink(open(...args), witness) };
}

function watchedSink(sink: OpenSink, witness: Witness): OpenSink {
  const underWay = new Set<string>();
  const incidentsOf = (batch: readonly Packed[]) =>
    batch.flatMap(({ outgoing }) => outgoing.incident ?? []);
  return {
    ...sink,
    async send(batch) {
      const incidents = incidentsOf(batch);
      for (const incident of incidents) {
        if (underWay.has(incident)) witness.problem(`two events of ${incident} at once`);
        underWay.add(incident);
      }
      try {
        return await sink.send(batch);
      } finally {
        for (const incident of incidents) underWay.delete(incident);
      }
    },
  };
}
