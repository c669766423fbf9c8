/** Asks whoever a certificate names whether it was revoked: OCSP first, then its issuer's list. The one place that touches the network. */
import type { HttpPort, HttpRequest } from '../../../net/http.ts';
import type { ReadCertificate } from '../certificate.ts';
import { type Issued, listAddresses, ocspAddresses, type RevocationAnswer, unusable, type Unusable } from './answer.ts';
import { ocspQuestion, readOcspAnswer } from './ocsp.ts';
import { readRevocationList } from './revocation-list.ts';

/** A responder sends a signature, a certificate or two, and a date. */
const MOST_OCSP_BYTES = 16 * 1024;
/** Half a million entries. */
const MOST_LIST_BYTES = 16 * 1024 * 1024;

export interface Asking {
  readonly http: HttpPort;
  readonly now: () => Date;
  /** Milliseconds for everything that is asked about one certificate. */
  readonly timeoutMs: number;
}

/**
 * What is known of one certificate's revocation. The addresses are its issuer's word, whose signature has been checked
 * before anybody is asked. Ends within `timeoutMs`; rejects only with the signal's reason.
 */
export async function askRevocation(issued: Issued, asking: Asking, signal: AbortSignal): Promise<RevocationAnswer> {
  const addresses = addressesOf(issued.certificate);
  if (addresses === null) return unusable('the certificate names addresses that cannot be read');
  const { ocsp, lists } = addresses;
  if (ocsp.length + lists.length === 0) return unusable('the certificate names nobody to ask');
  const limit = AbortSignal.any([signal, AbortSignal.timeout(asking.timeoutMs)]);
  // A responder that stays silent leaves half of the time to the list.
  const ocspLimit = lists.length === 0 ? limit : AbortSignal.any([limit, AbortSignal.timeout(asking.timeoutMs / 2)]);
  const attempts: readonly (() => Promise<RevocationAnswer>)[] = [
    ...ocsp.map((address) => () => askOcsp(address, issued, asking, ocspLimit)),
    ...lists.map((address) => () => askList(address, lists, issued, asking, limit)),
  ];
  const reasons: string[] = [];
  for (const attempt of attempts) {
    const answer = await attempt();
    signal.throwIfAborted();
    if (answer.kind !== 'unusable') return answer;
    reasons.push(answer.why);
  }
  return unusable(reasons.join('; '));
}

/** Whether a certificate says where its revocation is told, even if that cannot be read. */
export function namesSomebody(certificate: ReadCertificate): boolean {
  const addresses = addressesOf(certificate);
  return addresses === null || addresses.ocsp.length + addresses.lists.length > 0;
}

function addressesOf(certificate: ReadCertificate): { readonly ocsp: readonly string[]; readonly lists: readonly string[] } | null {
  try {
    return { ocsp: ocspAddresses(certificate), lists: listAddresses(certificate) };
  } catch {
    return null;
  }
}

async function askOcsp(url: string, issued: Issued, { http, now }: Asking, signal: AbortSignal): Promise<RevocationAnswer> {
  const question = await ocspQuestion(issued);
  const headers = { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' };
  const answer = await bytesFrom(http, { method: 'POST', url, headers, body: question.der, maxBytes: MOST_OCSP_BYTES }, signal);
  return answer instanceof Uint8Array ? readOcspAnswer(answer, question, issued, now()) : answer;
}

async function askList(url: string, addresses: readonly string[], issued: Issued, { http, now }: Asking, signal: AbortSignal): Promise<RevocationAnswer> {
  const answer = await bytesFrom(http, { method: 'GET', url, headers: { accept: 'application/pkix-crl' }, maxBytes: MOST_LIST_BYTES }, signal);
  return answer instanceof Uint8Array ? readRevocationList(answer, issued, addresses, now()) : answer;
}

/** Whatever a server does, it only fails to answer. */
async function bytesFrom(http: HttpPort, request: HttpRequest, signal: AbortSignal): Promise<Uint8Array | Unusable> {
  try {
    const { status, bytes } = await http.send({ ...request, answerAs: 'bytes', signedContent: true }, signal);
    if (status !== 200) return unusable(`${hostOf(request.url)} answered with status ${status}`);
    return bytes ?? unusable(`${hostOf(request.url)} answered with nothing`);
  } catch (problem) {
    return unusable(`${hostOf(request.url)} did not answer (${problem instanceof Error && 'kind' in problem ? String(problem.kind) : 'failed'})`);
  }
}

function hostOf(url: string): string {
  return new URL(url).host;
}
