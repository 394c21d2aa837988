import { mostBodyBytes } from './forms.ts';

/** A request as the Functions library hands it over, as far as it is needed here. */
export type PlatformRequest = {
  method: string;
  url: string;
  headers: Iterable<[string, string]>;
  arrayBuffer(): Promise<ArrayBuffer>;
};

export type PlatformAnswer = {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
};

/**
 * Carries a request from the platform to whatever answers standard requests, and the answer back.
 *
 * @param answer - never throws.
 */
export async function bridge(
  request: PlatformRequest,
  answer: (request: Request) => Promise<Response>,
): Promise<PlatformAnswer> {
  const { method, url } = request;
  const headers = new Headers([...request.headers]);
  const body = method === 'POST' ? await request.arrayBuffer() : undefined;
  if (body && body.byteLength > mostBodyBytes) {
    return { status: 413, headers: { 'cache-control': 'no-store' }, body: new Uint8Array() };
  }
  const response = await answer(new Request(url, { method, headers, ...(body && { body }) }));
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
}
