import { onTestFinished } from 'vitest';
import { contosoTest } from '../../../local/graph/contoso-test.ts';
import { type SimulatorOptions, startGraphSimulator } from '../../../local/graph/simulator.ts';

export const start = Date.parse('2026-08-20T12:00:00Z');
export const graph = 'https://graph.microsoft.com';

type Fields = { [name: string]: unknown };
export type Body = Fields & {
  value: Fields[];
  error: { code: string; message: string; innerError: Fields };
  '@odata.nextLink'?: string;
  '@odata.deltaLink'?: string;
};

type Asked = { method?: string; body?: unknown; headers?: Record<string, string>; token?: string };

/** A simulator with a clock that stands still, and a caller with a token. Ends with the test. */
export async function simulate(options: Partial<SimulatorOptions> = {}) {
  const simulator = await startGraphSimulator({
    tenant: contosoTest(start),
    now: () => start,
    ...options,
  });
  onTestFinished(() => simulator.close());

  const send = (path: string, { method = 'GET', body, headers, token }: Asked = {}) =>
    fetch(simulator.url + path.replace(graph, '').replace('https://management.azure.com', '/arm'), {
      method,
      headers: { authorization: `Bearer ${token ?? simulator.token()}`, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  const ask = async (path: string, asked: Asked = {}) => {
    const response = await send(path, asked);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson ? JSON.parse(text) : {}) as Body,
    };
  };

  /** Every page, by the links. */
  const pages = async (path: string, asked: Asked = {}) => {
    const all: Body[] = [];
    for (let next: string | undefined = path; next !== undefined; ) {
      const { body, status } = await ask(next, asked);
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
      all.push(body);
      next = (body['@odata.nextLink'] ?? body.nextLink) as string | undefined;
    }
    return all;
  };
  const list = async (path: string, asked: Asked = {}) =>
    (await pages(path, asked)).flatMap(({ value }) => value);

  return { simulator, send, ask, pages, list };
}

export const advanced = { headers: { ConsistencyLevel: 'eventual' } };
export const pimFilter = "$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'";
