/**
 * What a certificate must be before it may vouch for another or for a server: the rules of RFC 5280 that Node's
 * `X509Certificate` does not look at. Every function throws where the certificate cannot be read.
 */
import type { X509Certificate } from 'node:crypto';
import { childrenOf, hexOf, only } from './der.ts';

/** DER of the object identifiers, content only. */
const BASIC_CONSTRAINTS = '551d13';
const NAME_CONSTRAINTS = '551d1e';

/** RSA with SHA-256, -384, -512; ECDSA with the same (RFC 4055, RFC 5758). */
const SIGNATURES: ReadonlySet<string> = new Set(['2a864886f70d01010b', '2a864886f70d01010c', '2a864886f70d01010d', '2a8648ce3d040302', '2a8648ce3d040303', '2a8648ce3d040304']);
/** RSASSA-PSS names its hash in its parameters: one of SHA-256, -384, -512. */
const PSS = '2a864886f70d01010a';
const STRONG_HASH = /060960864801650304020[123]/;

const CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
const LEAST_RSA_BITS = 2048;

const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';
const ANY_EXTENDED_USAGE = '2.5.29.37.0';

/**
 * Whether a certificate may have issued another with `below` authorities between that one and a server or holder:
 * marked as an authority that signs certificates, with a path of that length (section 4.2.1.9). One with name constraints
 * may not, since they are not looked at here (section 4.2: what is critical and not understood is refused).
 */
export function mayIssue(certificate: X509Certificate, below: number): boolean {
  if (!certificate.ca || !hasStrongKey(certificate)) return false;
  const extensions = extensionsOf(certificate);
  return !extensions.has(NAME_CONSTRAINTS) && below <= pathLength(extensions.get(BASIC_CONSTRAINTS));
}

/** Whether a certificate that names extended key usages names that of a TLS server (section 4.2.1.12). */
export function isForServers({ keyUsage }: X509Certificate): boolean {
  const usages = (keyUsage as readonly string[] | undefined) ?? [];
  return usages.length === 0 || usages.includes(SERVER_AUTHENTICATION) || usages.includes(ANY_EXTENDED_USAGE);
}

/** Whether the issuer's signature is of a kind that cannot be forged today, and the key one that cannot be found. */
export function isStrong(certificate: X509Certificate): boolean {
  return hasStrongSignature(certificate) && hasStrongKey(certificate);
}

/** Whether the key cannot be found from what is public: RSA of 2048 bits or more, or one of the three NIST curves. */
export function hasStrongKey({ publicKey }: X509Certificate): boolean {
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  if (publicKey.asymmetricKeyType === 'ec') return CURVES.has(namedCurve ?? '');
  return (publicKey.asymmetricKeyType === 'rsa' || publicKey.asymmetricKeyType === 'rsa-pss') && (modulusLength ?? 0) >= LEAST_RSA_BITS;
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature } */
function hasStrongSignature({ raw }: X509Certificate): boolean {
  const [algorithm] = childrenOf(raw, only(raw)).slice(1);
  return algorithm !== undefined && isStrongAlgorithm(raw.subarray(algorithm.from, algorithm.end));
}

/** Whether a signature of this kind cannot be forged today: DER of an AlgorithmIdentifier ::= SEQUENCE { OID, parameters }. */
export function isStrongAlgorithm(der: Buffer): boolean {
  const [name, parameters] = childrenOf(der, only(der));
  const oid = hexOf(der, name);
  return SIGNATURES.has(oid) || (oid === PSS && STRONG_HASH.test(hexOf(der, parameters)));
}

/** BasicConstraints ::= SEQUENCE { cA BOOLEAN, pathLenConstraint INTEGER OPTIONAL } */
function pathLength(value: Buffer | undefined): number {
  if (value === undefined) return 0;
  const limit = childrenOf(value, only(value)).find(({ tag }) => tag === 0x02);
  return limit === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(hexOf(value, limit), 16);
}

/** Extension values by the hexadecimal of their identifiers: `[3]` of the tbsCertificate. */
function extensionsOf({ raw }: X509Certificate): ReadonlyMap<string, Buffer> {
  const [tbs] = childrenOf(raw, only(raw));
  const holder = tbs === undefined ? undefined : childrenOf(raw, tbs).find(({ tag }) => tag === 0xa3);
  const [list] = holder === undefined ? [] : childrenOf(raw, holder);
  const extensions = list === undefined ? [] : childrenOf(raw, list);
  return new Map(
    extensions.map((extension) => {
      const parts = childrenOf(raw, extension);
      const value = parts.at(-1);
      return [hexOf(raw, parts[0]), value === undefined ? Buffer.alloc(0) : raw.subarray(value.start, value.end)];
    }),
  );
}
