import { X509Certificate } from 'node:crypto';
import { gunzipSync, inflateSync } from 'node:zlib';
import { readHolder } from '../holder.ts';
import type { CardHolder } from '../messages.ts';
import { schemeFor, type SignatureScheme } from '../signature.ts';
import { findTlv, parseTlvs } from '../tlv.ts';

/** The largest certificate object of SP 800-73-5 is under 4 KiB; a hostile one may claim to unpack to gigabytes. */
const longestCertificate = 65_536;

const objectTag = 0x53;
const certificateTag = 0x70;

export type CertificateReading =
  | { readonly kind: 'certificate'; readonly certificate: X509Certificate; readonly holder: CardHolder; readonly scheme: SignatureScheme }
  /** A certificate whose key is of a kind that Lanyard does not sign with. */
  | { readonly kind: 'unsupported-key' }
  /** The object is there but holds nothing that is a certificate. */
  | { readonly kind: 'unreadable' };

/**
 * The certificate inside a certificate object: `53 { 70 certificate, 71 CertInfo, FE }` (SP 800-73-5 part 1, appendix A).
 * CertInfo says whether it is compressed, but issued cards get that wrong both ways, so the bytes themselves decide.
 */
export function readCertificateObject(object: Uint8Array): CertificateReading {
  try {
    const stored = findTlv(findTlv(object, objectTag) ?? new Uint8Array(0), certificateTag);
    if (stored === null) return { kind: 'unreadable' };
    const certificate = new X509Certificate(unpack(stored));
    const scheme = schemeFor(certificate);
    return scheme === null ? { kind: 'unsupported-key' } : { kind: 'certificate', certificate, holder: readHolder(certificate), scheme };
  } catch {
    // Nothing but parsing and unpacking happens above, so whatever is thrown means: the card's bytes are no certificate.
    return { kind: 'unreadable' };
  }
}

/** DER as it is, gzip (part 1, appendix A), or as Net iD writes it: 01 00, the length of two bytes low first, zlib. */
function unpack(stored: Uint8Array): Uint8Array {
  const [first, second] = stored;
  if (first === 0x1f && second === 0x8b) return gunzipSync(stored, { maxOutputLength: longestCertificate });
  if (first === 0x01 && second === 0x00) return inflateSync(stored.subarray(4), { maxOutputLength: longestCertificate });
  return stored;
}

/** Whether the Discovery object asks for the card's global passcode (SP 800-73-5 part 1, section 3.3.2). @throws {TlvError} */
export function asksForGlobalPasscode(discovery: Uint8Array): boolean {
  const template = findTlv(discovery, 0x7e);
  if (template === null) return false;
  const policy = parseTlvs(template).find((tlv) => tlv.tag === 0x5f2f)?.value;
  if (policy === undefined || policy.length !== 2) return false;
  return (policy[0]! & 0x20) !== 0 && policy[1] === 0x20;
}
