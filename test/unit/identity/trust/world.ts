/** A site's authority with its responder and list, and the network between: all in this process. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { OCSPRequest } from 'pkijs';
import { type HttpPort, type HttpRequest, type HttpResponse, NetworkFailure } from '../../../../main/net/http.ts';
import { type Issued, issue } from '../../../support/certificates.ts';
import { answerTo, listBy, type Status } from './revocation/answers.ts';

export const OCSP = 'http://ocsp.example/';
export const LIST = 'http://lists.example/cards.crl';

export type Service = 'answers' | 'says-revoked' | 'silent' | 'unreachable' | 'broken';

export interface World {
  readonly issuer: Issued;
  readonly http: HttpPort;
  readonly asked: string[];
  /** How each service behaves from now on. */
  readonly services: { ocsp: Service; list: Service };
  /** Whoever answers for OCSP from now on. */
  signs(signer: Issued): void;
  card(wish?: Partial<Parameters<typeof issue>[0]>): Promise<Issued>;
}

export const revokedAt = new Date('2026-03-04T05:06:07Z');

export const ocspAt = (address: string): x509.Extension => new x509.AuthorityInfoAccessExtension({ ocsp: address });
export const listAt = (address: string): x509.Extension => new x509.CRLDistributionPointsExtension([address]);

export async function openWorld(): Promise<World> {
  const issuer = await issue({ name: 'Issuing', authority: true });
  const asked: string[] = [];
  let signer = issuer;
  const services: World['services'] = { ocsp: 'answers', list: 'answers' };
  const answerOcsp = async (request: HttpRequest, service: Service): Promise<Uint8Array> => {
    const parsed = OCSPRequest.fromBER(Uint8Array.from(request.body as Uint8Array));
    const id = parsed.tbsRequest.requestList[0]?.reqCert;
    const nonce = parsed.tbsRequest.requestExtensions?.[0]?.extnValue.valueBlock.valueHexView.slice(2);
    if (id === undefined || nonce === undefined) throw new TypeError('The question is none.');
    const status: Status = service === 'says-revoked' ? { kind: 'revoked', at: revokedAt } : { kind: 'good' };
    return answerTo({ id, nonce, der: request.body as Uint8Array }, { signer, status });
  };
  const send = async (request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> => {
    asked.push(`${request.method} ${request.url}`);
    const service = request.url === OCSP ? services.ocsp : services.list;
    if (signal.aborted) throw new NetworkFailure('timed-out', 'too late');
    if (service === 'unreachable') throw new NetworkFailure('unreachable', 'nobody is there');
    if (service === 'silent') return aborted(signal);
    const bytes = request.url === OCSP ? await answerOcsp(request, service) : await list(service);
    return { status: service === 'broken' ? 500 : 200, headers: {}, body: '', bytes };
  };
  let number: string | null = null;
  const list = (service: Service): Promise<Uint8Array> => listBy({ signer: issuer, revoked: service === 'says-revoked' && number !== null ? [{ serialNumber: number, revocationDate: revokedAt }] : [] });
  return {
    issuer,
    http: { send },
    asked,
    services,
    signs: (next) => void (signer = next),
    card: async (wish = {}) => {
      const card = await issue({ name: 'Priya NAIR', issuer, extensions: [ocspAt(OCSP), listAt(LIST)], ...wish });
      number = card.certificate.serialNumber;
      return card;
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new NetworkFailure('timed-out', 'too late')), { once: true }));
}
