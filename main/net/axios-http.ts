/**
 * `HttpPort` by axios. The engine underneath is a `fetch`: Node's own, or Electron's `net.fetch`, which brings the
 * system proxy and the operating system's certificate store with it.
 */
import type { AxiosInstance, AxiosResponse } from 'axios';
import { refuseAddress } from '../policy/configuration.ts';
import { NetworkFailure } from './http.ts';
import type { HttpPort, HttpRequest, HttpResponse } from './http.ts';
import { failureOf, hostOf } from './failure.ts';
import { readBounded, readBoundedBytes } from './bounded-body.ts';

/** 64 MiB: a hundred thousand resources fit; a server that never stops does not. */
export const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const MOST_REDIRECTS = 5;

export interface AxiosHttpOptions {
  /** The engine; Node's global fetch where it is left out. */
  readonly fetch?: typeof globalThis.fetch;
  readonly maxBytes?: number;
}

/** Makes the door. Every failure is a `NetworkFailure`; every status the server gives is an answer. */
export function createAxiosHttp(options: AxiosHttpOptions = {}): HttpPort {
  const engine = options.fetch ?? globalThis.fetch;
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  let client: Promise<AxiosInstance> | null = null;
  return {
    send: async (request, signal) => {
      client ??= createClient(engine);
      return follow(await client, request, signal, request.maxBytes ?? maxBytes);
    },
  };
}

/** axios is loaded with the first request: the sign-in screen is there before anything is asked of anybody. */
async function createClient(engine: typeof globalThis.fetch): Promise<AxiosInstance> {
  const { default: axios } = await import('axios');
  return axios.create({
    adapter: 'fetch',
    // Without a Request class of its own axios hands url and options straight to the engine. Cookies are left out: the
    // token is the only identity a request carries.
    env: {
      fetch: (input: RequestInfo | URL, init?: RequestInit) => engine(input, { ...init, credentials: 'omit' }),
      Request: null as unknown as typeof Request,
      Response: globalThis.Response as never,
    },
    responseType: 'stream',
    maxRedirects: 0,
    fetchOptions: { redirect: 'manual', cache: 'no-store' },
    validateStatus: () => true,
    transformRequest: [(body: unknown) => body],
    transformResponse: [(body: unknown) => body],
    withXSRFToken: false,
  });
}

async function follow(client: AxiosInstance, first: HttpRequest, signal: AbortSignal, maxBytes: number): Promise<HttpResponse> {
  let request = first;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const response = await sendOnce(client, request, signal, maxBytes);
    const next = redirectTarget(request, response);
    if (next === null) return response;
    request = { ...request, url: next };
  }
  throw new NetworkFailure('refused-address', `${hostOf(first.url)} sends each request on to another page without end. Ask the service desk to check its address.`);
}

/** Where a redirect leads, `null` where the answer is final. A token or NHS number never follows to another origin. */
function redirectTarget(request: HttpRequest, response: HttpResponse): string | null {
  if (![301, 302, 303, 307, 308].includes(response.status)) return null;
  const location = response.headers['location'];
  const target = location !== undefined && URL.canParse(location, request.url) ? new URL(location, request.url) : null;
  const sameOrigin = target !== null && target.origin === new URL(request.url).origin;
  if (sameOrigin && request.method === 'GET') return target.href;
  throw refusedRedirect(request.url);
}

function refusedRedirect(url: string): NetworkFailure {
  return new NetworkFailure(
    'refused-address',
    `${hostOf(url)} tried to send the request on to another address. Nothing was sent there. Ask the service desk to check the address of this service.`,
  );
}

async function sendOnce(client: AxiosInstance, request: HttpRequest, signal: AbortSignal, maxBytes: number): Promise<HttpResponse> {
  const refusal = isSignedContent(request) ? null : refuseAddress(request.url);
  if (refusal !== null) throw new NetworkFailure('refused-address', `The address of ${hostOf(request.url)} ${refusal}.`);
  if (signal.aborted) throw failureOf(signal.reason, request.url, signal);
  try {
    const response = await client.request<ReadableStream<Uint8Array> | null>({
      method: request.method,
      url: request.url,
      headers: { ...request.headers },
      ...(request.body === undefined ? {} : { data: request.body }),
      signal,
    });
    if (isOpaqueRedirect(response)) throw refusedRedirect(request.url);
    const answer = { status: response.status, headers: lowerCased(response) };
    if (request.answerAs === 'bytes') return { ...answer, body: '', bytes: await readBoundedBytes(response.data, maxBytes, request.url, signal) };
    return { ...answer, body: await readBounded(response.data, maxBytes, request.url, signal) };
  } catch (cause) {
    throw failureOf(cause, request.url, signal);
  }
}

/** Whether plain http will do, and nothing else than that is wrong with the address. */
function isSignedContent({ signedContent, url }: HttpRequest): boolean {
  return signedContent === true && URL.canParse(url) && new URL(url).protocol === 'http:' && refuseAddress(url.replace(/^http:/i, 'https:')) === null;
}

/** A browser engine hides where a manual redirect leads and answers with status 0. */
function isOpaqueRedirect(response: AxiosResponse): boolean {
  return response.status === 0;
}

function lowerCased(response: AxiosResponse): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) headers[name.toLowerCase()] = String(value);
  return headers;
}
