import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkTenant } from './check-tenant.ts';
import { neededAppRoles } from './contract.ts';
import { answerControl } from './control.ts';
import { Deltas } from './deltas.ts';
import { type Delays, Directory } from './directory.ts';
import { type Fault, Faults } from './faults.ts';
import type { Licence, Tenant } from './model.ts';
import { Pages } from './pages.ts';
import { answerRequest } from './serve.ts';
import { type Steps, stepsOn } from './steps.ts';
import { Throttle } from './throttle.ts';
import { issueToken, usualLifeMs } from './tokens.ts';
import type { RecordedRequest, SentMail, World } from './world.ts';

export type { Delays } from './directory.ts';
export type { Fault } from './faults.ts';
export type { RecordedRequest, SentMail } from './world.ts';

export type SimulatorOptions = {
  tenant: Tenant;
  /** Epoch milliseconds; the real time unless said. */
  now?: () => number;
  /** 0, the default, takes any free port. */
  port?: number;
  /** What the tokens of `token()` and `credential` bear; all that the product asks for unless said. */
  permissions?: readonly string[];
  /** Instead of the tenant's own. */
  licence?: Licence;
  /** The most that a page of any list holds; as the service unless said. */
  pageSize?: number;
  /** How long a token is good for; a day unless said. */
  tokenLifeMs?: number;
  /** False: no bucket ever runs dry. */
  isThrottled?: boolean;
  /** Of what the control plane and the steps write; none unless said. */
  delays?: Delays;
  onMail?: (mail: SentMail) => void;
};

/** A running tenant. */
export type GraphSimulator = {
  /** Takes the place of `https://graph.microsoft.com`; `/arm` behind it that of Azure's. */
  url: string;
  requests: readonly RecordedRequest[];
  outbox: readonly SentMail[];
  directory: Directory;
  faults: { add(fault: Fault): () => void; clear(): void };
  steps: Steps;
  /** A bearer for the permissions named, else for those granted now. */
  token(roles?: readonly string[]): string;
  credential: {
    getToken(scopes: string | string[]): Promise<{ token: string; expiresOnTimestamp: number }>;
  };
  setLicence(licence: Licence): void;
  /** What tokens from now on bear. Those already out keep theirs, as in reality. */
  setPermissions(permissions: readonly string[]): void;
  /** Moves the clock of the simulator, on top of `now`. */
  advance(ms: number): void;
  clearRequests(): void;
  /** Back to the tenant as it was given; forgets requests, mails, faults and tokens of pages. */
  reset(): void;
  close(): Promise<void>;
};

/**
 * Serves a tenant as Microsoft Graph and Azure Resource Manager would, over plain HTTP on 127.0.0.1.
 *
 * Links in answers keep the names of the real services, so the caller rewrites the origin. Paths,
 * permissions, licences, query options and properties are those of the contract data; all else is
 * refused.
 *
 * Unlike the service: requests are not counted while they run, only as they come; buckets without a
 * published limit (PIM, access reviews, Intune) have none; pages are cut from the list as it was at
 * the first one; `$search` is not served; the what-if of Conditional Access looks at people only.
 *
 * @throws {TypeError} The tenant has a property that Graph does not know.
 * @throws When the port is taken.
 */
export async function startGraphSimulator(options: SimulatorOptions): Promise<GraphSimulator> {
  checkTenant(options.tenant);
  const clock = { offsetMs: 0 };
  const realNow = options.now ?? Date.now;
  const now = () => realNow() + clock.offsetMs;
  const tenant = { ...options.tenant, licence: options.licence ?? options.tenant.licence };
  const world: World = {
    now,
    directory: new Directory(tenant, now),
    pages: new Pages(),
    deltas: new Deltas(),
    throttle: new Throttle(options.isThrottled ?? true),
    faults: new Faults(),
    outbox: [],
    onMail: options.onMail,
    requests: [],
    pageSize: options.pageSize,
  };
  const granted = { permissions: options.permissions ?? Object.keys(neededAppRoles) };
  const { tokenLifeMs = usualLifeMs } = options;
  const steps = stepsOn(world, options.delays ?? {});

  const controls = {
    url: '',
    requests: world.requests,
    outbox: world.outbox,
    directory: world.directory,
    faults: world.faults,
    steps,
    token: (roles: readonly string[] = granted.permissions) =>
      issueToken(roles, now() + tokenLifeMs),
    credential: {
      getToken: async (scopes: string | string[]) => {
        const audience = [scopes].flat()[0]?.replace(/\/\.default$/, '');
        const expiresOnTimestamp = now() + tokenLifeMs;
        const token = issueToken(granted.permissions, expiresOnTimestamp, audience);
        return { token, expiresOnTimestamp };
      },
    },
    setLicence: (licence: Licence) =>
      world.directory.change((changed) => {
        changed.licence = licence;
      }),
    setPermissions(permissions: readonly string[]) {
      granted.permissions = permissions;
    },
    advance(ms: number) {
      clock.offsetMs += ms;
    },
    clearRequests() {
      world.requests.length = 0;
    },
    reset() {
      world.directory.reset();
      for (const part of [world.pages, world.deltas, world.throttle, world.faults]) part.clear();
      world.requests.length = 0;
      world.outbox.length = 0;
    },
  };

  const server = createServer((request, response) => {
    if (!isForUs(request)) return void response.writeHead(421).end();
    if (request.url?.startsWith('/_sim')) return void answerControl(controls, request, response);
    void answerRequest(world, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { ...controls, url, close };
}

/** Another site's script could reach this address under a name of its own; it shall not read what is here. */
const isForUs = ({ headers }: IncomingMessage) =>
  /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '');
