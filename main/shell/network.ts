/** The engine under the one door to the network: an Electron session of its own, in memory, with the site's authorities. */
import type { Session } from 'electron';
import { leadsToAnchor } from '../net/tls-trust.ts';
import { denyPermissions } from './guards.ts';

/** Electron: 0 accepts, -3 leaves the decision to Chromium, which has the operating system's authorities. */
const ACCEPT = 0;
const LEAVE_TO_CHROMIUM = -3;
const UNKNOWN_AUTHORITY = 'net::ERR_CERT_AUTHORITY_INVALID';

/**
 * `fetch` on a session: system proxy, operating system's certificates and, beside them, the site's own authorities.
 * @param authorities PEM texts from `trust.tls`
 */
export function sessionFetch(session: Session, authorities: readonly string[], now: () => Date): typeof globalThis.fetch {
  denyPermissions(session);
  if (authorities.length > 0) session.setCertificateVerifyProc(verifier(authorities, now));
  return ((input: string, init?: RequestInit) => session.fetch(input, init)) as typeof globalThis.fetch;
}

type VerifyProc = Parameters<Session['setCertificateVerifyProc']>[0];

function verifier(authorities: readonly string[], now: () => Date): VerifyProc {
  return (request, answer) => {
    if (request.verificationResult !== UNKNOWN_AUTHORITY) return answer(LEAVE_TO_CHROMIUM);
    const chain: string[] = [];
    for (let certificate = request.certificate; chain.length < 8; certificate = certificate.issuerCert) {
      chain.push(certificate.data);
      if (certificate.issuerCert === undefined || certificate.issuerCert.data === certificate.data) break;
    }
    answer(leadsToAnchor({ chain, hostname: request.hostname }, authorities, now()) ? ACCEPT : LEAVE_TO_CHROMIUM);
  };
}
