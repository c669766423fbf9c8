import type { X509Certificate } from 'node:crypto';
import { findTlv, parseTlvs, TlvError } from '../tlv.ts';

/** `id-ce-keyUsage`, 2.5.29.15 */
const keyUsageName = Buffer.from('551d0f', 'hex');
const digitalSignature = 0x80;
/** `id-kp-clientAuth`, `anyExtendedKeyUsage`, and Microsoft's smartcard logon. */
const authenticationPurposes = new Set(['1.3.6.1.5.5.7.3.2', '2.5.29.37.0', '1.3.6.1.4.1.311.20.2.2']);

/**
 * Whether the certified key may sign to authenticate: without a key usage any key may, with one it must name
 * `digitalSignature` (RFC 5280 section 4.2.1.3). Node tells the extended usages only, so the extension is read here.
 */
export function signsDigitally(certificate: X509Certificate): boolean {
  try {
    const usage = readKeyUsage(certificate.raw);
    return usage === null || ((usage[1] ?? 0) & digitalSignature) !== 0;
  } catch (error) {
    // A certificate that hides its usage proves nothing.
    if (error instanceof TlvError) return false;
    throw error;
  }
}

/** How plainly the extended key usage (RFC 5280 section 4.2.1.12) fits: named, not restricted, or named for other ends. */
export function authenticationFitness(certificate: X509Certificate): 'named' | 'unrestricted' | 'other' {
  // Typed as always there; `undefined` where the certificate has no such extension.
  const purposes = certificate.keyUsage as readonly string[] | undefined;
  if (purposes === undefined) return 'unrestricted';
  return purposes.some((purpose) => authenticationPurposes.has(purpose)) ? 'named' : 'other';
}

/** The BIT STRING's bytes, the first of which counts unused bits; `null` without the extension. @throws {TlvError} */
function readKeyUsage(der: Uint8Array): Uint8Array | null {
  const [toBeSigned] = parseTlvs(findTlv(der, 0x30) ?? new Uint8Array(0));
  const extensions = findTlv(toBeSigned?.value ?? new Uint8Array(0), 0xa3);
  if (extensions === null) return null;
  for (const extension of parseTlvs(findTlv(extensions, 0x30) ?? new Uint8Array(0))) {
    const [name, ...rest] = parseTlvs(extension.value);
    if (name === undefined || !keyUsageName.equals(name.value)) continue;
    const value = rest.find(({ tag }) => tag === 0x04)?.value;
    const bits = value === undefined ? null : findTlv(value, 0x03);
    if (bits === null) throw new TlvError('A key usage that is none');
    return bits;
  }
  return null;
}
