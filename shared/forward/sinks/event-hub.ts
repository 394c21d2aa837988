import * as z from 'zod';
import { secretRef, strict } from '../../policy/fields.ts';
import { misconfigured } from '../http-answers.ts';
import { defineSink } from '../sink.ts';
import type { HubTarget } from '../sink-transports.ts';

const namespaceAllowed = 'the host of a namespace, e.g. contoso.servicebus.windows.net';
const hubAllowed = 'the name of an event hub: 1 to 256 letters, digits and . _ -';
const targetAllowed = 'either namespace and hub, or connection';

/** Of what the events are told in, where that has versions. A consumer can tell before it reads them. */
export const formatVersions: Readonly<Record<string, string>> = {
  native: '1',
  ocsf: '1.8.0',
  ecs: '9.4.0',
  cef: '0',
};

export default defineSink({
  type: 'eventHub',
  settings: strict({
    namespace: z
      .string(namespaceAllowed)
      .regex(/^[a-z0-9][a-z0-9.-]{4,250}[a-z]$/i, namespaceAllowed)
      .optional()
      .describe('The namespace, which the identity of the app signs in to.'),
    hub: z
      .string(hubAllowed)
      .regex(/^[A-Za-z0-9]([\w.-]{0,254}[A-Za-z0-9])?$/, hubAllowed)
      .optional()
      .describe('The event hub. With a connection string: only if that names none.'),
    connection: secretRef
      .optional()
      .describe('A connection string, where signing in is not possible.'),
  })
    .refine(
      ({ namespace, hub, connection }) =>
        connection ? namespace === undefined : namespace !== undefined && hub !== undefined,
      targetAllowed,
    )
    .meta({ description: 'An event hub, for whatever reads from one.' }),
  formats: ['ocsf', 'native', 'ecs', 'cef', 'sentinel'],
  limits: { maxEvents: 100, maxBytes: 1_000_000, baseBytes: 0, bytesEach: 0 },
  // A connection is shared: two batches on it are no faster than one that is as long.
  width: 1,
  describe: ({ namespace, hub, connection }) =>
    [
      hub === undefined ? 'the event hub' : `the event hub ${hub}`,
      connection ? `of the connection in ${connection.env}` : `at ${namespace}`,
    ].join(' '),

  open({ namespace, hub, connection, format = 'ocsf' }, { sendToHub }) {
    const about = {
      contentType: format === 'cef' ? 'text/plain; charset=utf-8' : 'application/json',
      properties: versioned(format),
    };
    const target = { ...placeOf(namespace, hub, connection), ...about };
    return {
      pack: ({ line }) => line,
      send: (batch) => sendToHub(target, batch),
      close: async () => {},
    };
  },
});

function placeOf(namespace?: string, hub?: string, connection?: string) {
  if (connection !== undefined) return { connectionString: connection, ...(hub && { hub }) };
  if (namespace !== undefined && hub !== undefined) return { namespace, hub };
  throw misconfigured(`an event hub is named by ${targetAllowed}`);
}

function versioned(format: string): HubTarget['properties'] {
  const formatVersion = formatVersions[format];
  return { format, ...(formatVersion !== undefined && { formatVersion }) };
}
