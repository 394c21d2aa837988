import { misconfigured } from '../forward/http-answers.ts';
import type { HubTarget } from '../forward/sink-transports.ts';
import { isLoopbackHost } from '../tell/host-rules.ts';

export type HubAddress = {
  host: string;
  hub: string;
  /** Undefined: it is to be signed in to. */
  connectionString?: string;
  /** What of it nobody may read. */
  secrets: readonly string[];
};

/** The namespaces of Azure's clouds: nobody else gets a token or a signature. */
const namespaces =
  /^[a-z0-9-]+\.servicebus\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)$/i;

/**
 * Where to send, checked. Not the library's own reading of a connection string: its errors repeat it,
 * and what it does not know it lets pass.
 *
 * @throws {WatchError} DELIVERY_MISCONFIGURED without a word of the string.
 */
export function hubAddressOf(target: HubTarget, allowLoopback: boolean): HubAddress {
  if ('namespace' in target) {
    const { namespace: host, hub } = target;
    if (!namespaces.test(host)) throw misconfigured(`${host} is no namespace of Event Hubs`);
    return { host, hub, secrets: [] };
  }
  const fields = fieldsOf(target.connectionString);
  const url = URL.parse(fields.get('endpoint')?.replace(/^sb:/i, 'https:') ?? '');
  const hub = fields.get('entitypath') || target.hub;
  if (!url || !hub) throw misconfigured(`${said} must have an Endpoint, and name a hub`);
  const { hostname: host, port } = url;
  const isLocal = allowLoopback && isLoopbackHost(host);
  if (!isLocal && (!namespaces.test(host) || port !== '')) {
    throw misconfigured(`${said} leads to no namespace of Event Hubs`);
  }
  const signed = signatureIn(fields);
  const parts = [
    `Endpoint=sb://${url.host}/`,
    ...signed.map(([key, value]) => `${key}=${value}`),
    `EntityPath=${hub}`,
    // Without TLS: only ever to this very machine.
    ...(isLocal ? ['UseDevelopmentEmulator=true'] : []),
  ];
  const secrets = signed.flatMap(([key, value]) => (key === 'SharedAccessKeyName' ? [] : [value]));
  return { host, hub, connectionString: parts.join(';'), secrets };
}

const said = 'the connection string of the event hub';

type Fields = ReadonlyMap<string, string>;

function fieldsOf(text: string): Fields {
  return new Map(
    text.split(';').map((field) => {
      const at = field.indexOf('=');
      return [field.slice(0, at).trim().toLowerCase(), field.slice(at + 1).trim()] as const;
    }),
  );
}

function signatureIn(fields: Fields): (readonly [key: string, value: string])[] {
  const signature = fields.get('sharedaccesssignature');
  if (signature) return [['SharedAccessSignature', signature]];
  const [name, key] = [fields.get('sharedaccesskeyname'), fields.get('sharedaccesskey')];
  if (!name || !key) {
    throw misconfigured(`${said} must have SharedAccessKeyName and SharedAccessKey`);
  }
  return [
    ['SharedAccessKeyName', name],
    ['SharedAccessKey', key],
  ];
}
