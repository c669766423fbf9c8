/**
 * A PDS as strict as NHS England's own sandbox, below a path of any name: no answer without a request identifier, every
 * identifier sent back, a version in the ETag. What it holds is given by the test.
 */
import { type LoopbackServer, serve } from '../record/loopback-server.ts';

export interface Sandbox extends LoopbackServer {
  readonly baseUrl: string;
  /** By NHS number. */
  readonly patients: Map<string, object>;
  /** What a search answers; the first that says yes. */
  readonly searches: { readonly when: (query: URLSearchParams) => boolean; readonly status?: number; readonly body: object }[];
  /** The identifier it sends back instead of the one it was given. */
  mirrors: string | null;
}

const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

export function outcome(code: string, diagnostics?: string): object {
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'required', details: { coding: [{ system: 'https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode', version: '1', code }] }, ...(diagnostics === undefined ? {} : { diagnostics }) }] };
}

export async function startSandbox(path: string): Promise<Sandbox> {
  const patients: Sandbox['patients'] = new Map();
  const searches: Sandbox['searches'] = [];
  const server = await serve(({ path: asked, headers }, response) => {
    const requestId = String(headers['x-request-id'] ?? '');
    const send = (status: number, body: object, more: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/fhir+json', ...(requestId === '' ? {} : { 'x-request-id': sandbox.mirrors ?? requestId }), ...more }).end(JSON.stringify(body));
    };
    if (requestId === '') return send(400, outcome('MISSING_VALUE', "Invalid request with error - X-Request-ID header must be supplied to access this resource"));
    if (!UUID.test(requestId)) return send(400, outcome('INVALID_VALUE', `Invalid value - '${requestId}' in header 'X-Request-ID'`));
    const url = new URL(asked, server.origin);
    if (url.pathname === `${path}/Patient`) {
      const found = searches.find(({ when }) => when(url.searchParams));
      return found === undefined ? send(200, { resourceType: 'Bundle', type: 'searchset', total: 0 }) : send(found.status ?? 200, found.body);
    }
    const number = url.pathname.startsWith(`${path}/Patient/`) ? url.pathname.slice(`${path}/Patient/`.length) : '';
    const patient = patients.get(number);
    return patient === undefined ? send(404, outcome('RESOURCE_NOT_FOUND')) : send(200, patient, { etag: `W/"${(patient as { meta?: { versionId?: string } }).meta?.versionId ?? '1'}"` });
  });
  const sandbox: Sandbox = { ...server, baseUrl: `${server.origin}${path}`, patients, searches, mirrors: null };
  return sandbox;
}
