import * as z from 'zod';
import { secretRef, strict } from '../../policy/fields.ts';
import * as http from '../http-answers.ts';
import { sentinelTable } from '../sentinel-table.ts';
import { defineSink } from '../sink.ts';

const endpointAllowed =
  'the https URL of the rule or of its data collection endpoint, e.g. https://watch-a1b2.westeurope-1.ingest.monitor.azure.com, or { env: NAME }';
const ruleAllowed = 'the immutable id of the data collection rule: dcr- and 32 digits';
const streamAllowed = 'the name of a stream of the rule: Custom- and letters, digits and _';

export default defineSink({
  type: 'sentinel',
  settings: strict({
    endpoint: z
      .union([z.string(endpointAllowed).refine(isOrigin, endpointAllowed), secretRef], {
        error: () => endpointAllowed,
      })
      .describe('Logs ingestion, as the data collection rule shows it.'),
    ruleId: z
      .string(ruleAllowed)
      .regex(/^dcr-[0-9a-f]{32}$/, ruleAllowed)
      .describe('The immutable id of the data collection rule.'),
    stream: z
      .string(streamAllowed)
      .regex(/^Custom-\w{1,100}$/, streamAllowed)
      .default(`Custom-${sentinelTable}`)
      .describe('The stream that the rule declares for the table.'),
  }).meta({
    description:
      'A custom table of Log Analytics (Microsoft Sentinel), which the identity of the app writes to.',
  }),
  formats: ['sentinel'],
  // A call may have 1,048,576 bytes; below a million the library makes one call of it.
  limits: { maxEvents: 1_000, maxBytes: 950_000, baseBytes: 2, bytesEach: 1 },
  // The rows of a table have no order, and a rule takes 200 calls a second.
  width: 2,
  describe: ({ endpoint, stream }) => `${stream} at ${http.placeOf(endpoint)}`,

  open: ({ endpoint, ruleId, stream }, { uploadLogs }) => ({
    pack: ({ line }) => line,
    send: (batch) => uploadLogs({ endpoint, ruleId, stream }, batch),
    close: async () => {},
  }),
});

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || url.username || url.password) return false;
  return url.pathname === '/' && !url.search && !url.hash;
}
