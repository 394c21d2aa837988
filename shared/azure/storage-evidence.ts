import type { EvidenceSource } from '../evidence/gather.ts';
import { blobAnchors } from './blob-anchor.ts';
import { blobEvidence } from './blob-evidence.ts';
import type { Storage } from './storage.ts';
import { tableCases } from './table-cases.ts';
import { tableLedger } from './table-ledger.ts';

/** All that evidence is gathered from; nothing is written. */
export function storageEvidence(
  storage: Pick<Storage, 'cases' | 'ledger' | 'anchors' | 'evidence'>,
): EvidenceSource {
  const cases = tableCases(storage.cases);
  const anchors = blobAnchors(storage.anchors);
  return {
    load: (incidentId) => cases.load(incidentId),
    acts: (incidentId) => cases.acts(incidentId),
    ledger: tableLedger(storage.ledger, { anchors, warn: () => {}, now: Date.now }),
    anchorLines: () => anchors.anchorLines(),
    read: (blob) => blobEvidence(storage.evidence).read(blob),
  };
}
