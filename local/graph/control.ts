import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Delays, usualDelays } from './directory.ts';
import type { Fault } from './faults.ts';
import type { Licence } from './model.ts';
import { readBody } from './read-body.ts';
import type { GraphSimulator } from './simulator.ts';

/** What other processes may do by HTTP. */
export type Controls = Omit<GraphSimulator, 'url' | 'close'>;

type Body = Readonly<Record<string, unknown>>;

const licences: readonly Licence[] = ['Free', 'P1', 'P2'];
const isLicence = (value: unknown): value is Licence => licences.some((known) => known === value);

/** By method and path behind `/_sim`. What they return goes out as JSON. */
const commands: Record<string, (controls: Controls, body: Body) => unknown> = {
  'GET /requests': ({ requests }) => requests,
  'GET /outbox': ({ outbox }) => outbox,
  'GET /token': ({ token }) => ({ token: token() }),
  'POST /reset': ({ reset }) => reset(),
  'POST /clock': ({ advance }, { advanceMs }) => advance(Number(advanceMs)),
  'POST /faults': ({ faults }, fault) => {
    faults.add(fault as Fault);
  },
  'DELETE /faults': ({ faults }) => faults.clear(),
  'POST /licence': ({ setLicence }, { licence }) => {
    if (!isLicence(licence)) throw new TypeError('A licence is Free, P1 or P2.');
    setLicence(licence);
  },
  'POST /permissions': ({ setPermissions }, { permissions }) => {
    if (!Array.isArray(permissions)) throw new TypeError('permissions is a list of names.');
    setPermissions(permissions.map(String));
  },
};

/**
 * Answers one request to the control plane: `/_sim/reset`, `/_sim/clock`, `/_sim/licence`,
 * `/_sim/permissions`, `/_sim/faults`, `/_sim/steps/{name}`, `/_sim/requests`, `/_sim/outbox`.
 */
export async function answerControl(
  controls: Controls,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.slice('/_sim'.length).split('?')[0] ?? '';
  try {
    const sent = await readBody(request);
    const body = (typeof sent === 'object' && sent !== null ? sent : {}) as Body;
    const step = /^\/steps\/(\w+)$/.exec(path)?.[1];
    if (step !== undefined && request.method === 'POST') {
      return send(response, 200, { records: takeStep(controls, step, body) });
    }
    const command = commands[`${request.method} ${path}`];
    if (!command) return send(response, 404, { error: 'No such command.' });
    const result = command(controls, body);
    send(response, result === undefined ? 204 : 200, result);
  } catch (error) {
    send(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** What a step takes, and as `delays` when it shows: `usual`, or by collection. */
function takeStep({ steps }: Controls, name: string, { delays, ...step }: Body): unknown {
  if (!Object.hasOwn(steps, name)) throw new TypeError(`No step is called ${name}.`);
  const take = steps[name as keyof typeof steps] as (step: Body, delays?: Delays) => unknown;
  return take(step, delays === 'usual' ? usualDelays : (delays as Delays | undefined));
}

function send(response: ServerResponse, status: number, value: unknown): void {
  if (status === 204) return void response.writeHead(status).end();
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}
