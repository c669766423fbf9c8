/** The engine under the one door to the network: an Electron session of its own, in memory, with the site's authorities. */
import type { Certificate, Session } from 'electron';
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
  trustAlso(session, authorities, now);
  return ((input: string, init?: RequestInit) => session.fetch(input, init)) as typeof globalThis.fetch;
}

/** Beside the operating system's authorities these, for every connection of the session. @param authorities PEM texts */
export function trustAlso(session: Session, authorities: readonly string[], now: () => Date): void {
  if (authorities.length > 0) session.setCertificateVerifyProc(verifier(authorities, now));
}

type VerifyProc = Parameters<Session['setCertificateVerifyProc']>[0];

/** Most certificates of a server's that are looked at. */
const MOST_CERTIFICATES = 8;

function verifier(authorities: readonly string[], now: () => Date): VerifyProc {
  return ({ verificationResult, certificate, hostname }, answer) => {
    const mayBeOurs = verificationResult === UNKNOWN_AUTHORITY && leadsToAnchor({ chain: chainOf(certificate), hostname }, authorities, now());
    answer(mayBeOurs ? ACCEPT : LEAVE_TO_CHROMIUM);
  };
}

/** PEM of a server's certificate and of those it sent along, leaf first. */
function chainOf(leaf: Certificate): readonly string[] {
  const chain: string[] = [];
  let next: Certificate | undefined = leaf;
  while (next !== undefined && chain.length < MOST_CERTIFICATES) {
    chain.push(next.data);
    next = next.issuerCert;
  }
  return [...new Set(chain)];
}
