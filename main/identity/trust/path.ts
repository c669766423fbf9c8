/** From a card's certificate to an anchor: which chains there are, and whether one of them holds. Pure. */
import { signed } from '../../net/tls-trust.ts';
import type { Authorities } from './authorities.ts';
import { type ReadCertificate, readCertificate, sameCertificate } from './certificate.ts';
import { cardFault, type Chain, dateFault, issuersFault } from './rules.ts';
import { refused, type Refused } from './verdict.ts';

/** A card read and followed upwards: everything that does not depend on the time of day. */
export interface CardPath {
  readonly card: ReadCertificate;
  /** Complete ones, by signature alone; the shortest first. */
  readonly chains: readonly Chain[];
  /** Whether the site names no authority at all: then the identity service alone decides. */
  readonly isOpen: boolean;
}

export type PathVerdict =
  /** `chain: null` where the site names no authority. `until`: when the first certificate in it ends. */
  { readonly kind: 'holds'; readonly chain: Chain | null; readonly until: number } | Refused;

/** Longest chain that is followed, the card's certificate and the anchor included. */
const LONGEST_CHAIN = 8;
/** Cross-signed authorities make as many chains as there are ways through them: after so many signatures it is enough. */
const MOST_SIGNATURES = 64;
/** As many whole chains as are judged. */
const MOST_CHAINS = 8;

/**
 * Reads a card's certificate and finds its chains. Nothing is fetched: a site names its intermediates beside its roots.
 * @param der as the card gave it. Never throws, whatever it holds
 */
export function findPath(der: Buffer, authorities: Authorities): CardPath | Refused {
  try {
    const card = readCertificate(der);
    return { card, chains: chainsOf(card, authorities), isOpen: authorities.anchors.length + authorities.intermediates.length === 0 };
  } catch {
    return refused.unreadable();
  }
}

/** Whether the card's certificate and one of its chains hold at `now` (RFC 5280 section 6.1). Never throws. */
export function judgePath({ card, chains, isOpen }: CardPath, now: Date): PathVerdict {
  try {
    const own = isOpen ? dateFault(card, now) : cardFault(card, now);
    if (own !== null) return own;
    return isOpen ? { kind: 'holds', chain: null, until: card.validTo } : judgeChains(chains, now);
  } catch {
    return refused.unreadable();
  }
}

/** The fault that is told is the first chain's: the nearest to what the site meant. */
function judgeChains(chains: readonly Chain[], now: Date): PathVerdict {
  let fault: Refused | null = null;
  for (const chain of chains) {
    const found = issuersFault(chain, now);
    if (found === null) return { kind: 'holds', chain, until: Math.min(...chain.map(({ validTo }) => validTo)) };
    fault ??= found;
  }
  return fault ?? refused.unknownAuthority();
}

/** Breadth first, so that the shortest come first; a certificate is never in a chain twice, so that loops end. */
function chainsOf(card: ReadCertificate, { anchors, intermediates }: Authorities): readonly Chain[] {
  const whole: Chain[] = [];
  let signatures = 0;
  const isIssuedBy = (issuer: ReadCertificate, certificate: ReadCertificate): boolean => {
    if (signatures >= MOST_SIGNATURES || !certificate.x509.checkIssued(issuer.x509)) return false;
    signatures += 1;
    return hasSigned(issuer, certificate);
  };
  let open: readonly Chain[] = [[card]];
  for (let length = 2; length <= LONGEST_CHAIN && open.length > 0 && whole.length < MOST_CHAINS; length += 1) {
    whole.push(...open.flatMap((chain) => anchors.filter((anchor) => isIssuedBy(anchor, top(chain))).map((anchor): Chain => [...chain, anchor])));
    open = open.flatMap((chain) =>
      intermediates.filter((issuer) => !chain.some((link) => sameCertificate(link, issuer)) && isIssuedBy(issuer, top(chain))).map((issuer): Chain => [...chain, issuer]),
    );
  }
  return whole.slice(0, MOST_CHAINS);
}

/** An authority whose kind of key OpenSSL does not know has signed nothing that could be checked. */
function hasSigned(issuer: ReadCertificate, certificate: ReadCertificate): boolean {
  try {
    return signed(issuer.x509, certificate.x509);
  } catch {
    return false;
  }
}

function top(chain: Chain): ReadCertificate {
  return chain[chain.length - 1] as ReadCertificate;
}
