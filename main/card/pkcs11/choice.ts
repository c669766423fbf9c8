import type { X509Certificate } from 'node:crypto';
import type { SignatureScheme } from '../signature.ts';
import { tokenFlags } from './constants.ts';
import { authenticationFitness, signsDigitally } from './key-usage.ts';
import type { Handle, TokenInfo } from './module.ts';

/** A certificate of a token that might sign in. */
export interface TokenCertificate {
  readonly slot: Handle;
  readonly token: TokenInfo;
  /** CKA_ID: the private key has the same. */
  readonly id: Uint8Array;
  readonly certificate: X509Certificate;
  readonly scheme: SignatureScheme;
}

/**
 * The one certificate that a card signs in with, or `null`. Never an authority's, nor one whose key may not sign. Of
 * several, by these rules in this order: valid now before not yet before no longer; meant for authentication before
 * unrestricted before other purposes; on a token that is not blocked; the latest issued; the longest valid; and, so that
 * the answer is the same whatever order the module lists them in, the lowest SHA-256 fingerprint and slot number.
 */
export function chooseCertificate(certificates: readonly TokenCertificate[], now: Date): TokenCertificate | null {
  const usable = certificates.filter(({ certificate }) => !certificate.ca && signsDigitally(certificate));
  const [best] = usable.map((entry) => ({ entry, rank: rankOf(entry, now) })).sort((a, b) => compareRanks(a.rank, b.rank));
  return best?.entry ?? null;
}

export const isBlocked = ({ flags }: TokenInfo): boolean => (flags & tokenFlags.userPinLocked) !== 0;

type Rank = readonly (number | string)[];

const fitnessRanks = { named: 0, unrestricted: 1, other: 2 } as const;

function rankOf({ certificate, token, slot }: TokenCertificate, now: Date): Rank {
  const issued = new Date(certificate.validFrom).getTime();
  const ends = new Date(certificate.validTo).getTime();
  return [
    validityRank(issued, ends, now.getTime()),
    fitnessRanks[authenticationFitness(certificate)],
    isBlocked(token) ? 1 : 0,
    -issued,
    -ends,
    certificate.fingerprint256,
    Number(slot),
  ];
}

function validityRank(issued: number, ends: number, now: number): number {
  if (now > ends) return 2;
  return now < issued ? 1 : 0;
}

function compareRanks(a: Rank, b: Rank): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  if (index < 0) return 0;
  return a[index]! < b[index]! ? -1 : 1;
}
