/** The two ways to a GP Connect provider, and what each wants to be told. */
import type { HttpRequest } from '../../net/http.ts';
import type { SpineProxy } from '../../policy/region-source.ts';
import { under } from '../request-headers.ts';
import type { SourceRequest } from '../source.ts';
import { auditToken } from './audit-token.ts';

export interface GpConnectAddress {
  readonly name: string;
  /** The gateway's address, or by the Spine proxy the provider's own service root. */
  readonly baseUrl: string;
  readonly route: 'clinical-data-gateway' | 'spine-proxy';
  readonly spineProxy?: SpineProxy | undefined;
}

export type Addressed = { readonly kind: 'request'; readonly request: Pick<HttpRequest, 'url' | 'headers'> } | { readonly kind: 'refused'; readonly sentence: string };

/** Where a structured record is asked for and with which headers; or why it cannot be asked for. */
export function addressOf(address: GpConnectAddress, request: SourceRequest, now: Date): Addressed {
  return address.route === 'spine-proxy' ? bySpineProxy(address, request, now) : byGateway(address, request);
}

/** Clinical Data Gateway: the session's token speaks for the clinician, and the gateway does the rest. */
function byGateway({ baseUrl }: GpConnectAddress, { organisation, roleId }: SourceRequest): Addressed {
  const headers = { accept: 'application/fhir+json', 'content-type': 'application/fhir+json', 'ods-from': organisation, 'ssp-traceid': crypto.randomUUID(), ...(roleId === '' ? {} : { 'nhsd-session-urid': roleId }), 'cache-control': 'no-store' };
  return { kind: 'request', request: { url: under(baseUrl, 'patient/$gpc.getstructuredrecord'), headers } };
}

/** Spine Security Proxy: `https://[proxy]/[provider's service root]/Patient/$gpc.getstructuredrecord` (GP Connect, Spine integration). */
function bySpineProxy({ name, baseUrl, spineProxy }: GpConnectAddress, request: SourceRequest, now: Date): Addressed {
  if (spineProxy === undefined) return { kind: 'refused', sentence: `${name} was not asked: the way to it is not set up. Tell the service desk.` };
  const { requester } = request;
  if (requester === undefined) return { kind: 'refused', sentence: `${name} was not asked: it answers only where it is told who asks. Sign in again; if it goes on, tell the service desk.` };
  const { proxyUrl, asidFrom, asidTo, interactionId, issuer, device } = spineProxy;
  return {
    kind: 'request',
    request: {
      url: under(proxyUrl, under(baseUrl, 'Patient/$gpc.getstructuredrecord')),
      headers: {
        accept: 'application/fhir+json',
        'content-type': 'application/fhir+json;charset=utf-8',
        authorization: `Bearer ${auditToken({ issuer, audience: baseUrl.replace(/\/+$/, ''), device }, request, requester, now)}`,
        'ssp-traceid': crypto.randomUUID(),
        'ssp-from': asidFrom,
        'ssp-to': asidTo,
        'ssp-interactionid': interactionId,
        'cache-control': 'no-store',
      },
    },
  };
}
