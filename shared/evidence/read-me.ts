import { nameOf } from '../detect/wording.ts';
import type { Incident } from '../incident.ts';

/** What the auditor reads first. */
export const readMe = ({ id, tenantId, subject, openedAt }: Incident) => `Evidence of one incident
========================

Incident ${id} of tenant ${tenantId}
about ${nameOf(subject)}, opened ${openedAt}.

The files
---------

manifest.json      every other file with its SHA-256 and size; the head of the ledger; when it was exported
incident.json      the incident as it stood then
findings.ndjson    what was found, and which raw records each finding was told from ("records")
journal.ndjson     what became of the incident and who did it; "seq" is the link in the ledger
acts.ndjson        what a break-glass account did while the incident was open
deliveries.ndjson  who was told, when, and whether it arrived
records/           the raw log records as Entra sent them, a file each, called by its SHA-256
policies.ndjson    the links of the policies that were in force; policies/ has their texts
ledger.ndjson      every link of the ledger from the incident's first one to the head;
                   the payload of other incidents is left out (null), their hashes are not
anchors.ndjson     heads of the ledger as they were anchored in a blob that is only appended to

Lines of .ndjson files are JSON with sorted keys and no blanks (RFC 8785). Times are UTC.
All of this may hold names and texts that strangers chose. Read them as text.

To verify
---------

With Glasswatch and Node, and nothing else - no network, no account:

    npx glasswatch evidence verify FOLDER --head SEQ:HASH

SEQ:HASH is a line of the anchored heads (container "ledger", blobs "heads/<day>.ndjson") that
somebody else than who made this bundle reads to you. Without it you know that the bundle fits
together, and not that it is the one that was written: whoever can write the storage account can
write another chain. A head in an immutable container they can not write.

By hand:

- records/: "sha256sum records/*" prints each file's own name.
- a link's "sha256" is that of its payload's line of JSON; its "hash" is that of the link's own
  JSON without the field "hash"; its "prev" is the "hash" of the link before.
- the payload of a link of this incident is the line of journal.ndjson without the field "seq".

The ledger vouches for the journal and the policies. That findings, acts and deliveries are all
there were, only the storage account can tell: the manifest says what it held at the export.
`;
