/** OCSP answers about the card authority's certificates (RFC 6960), made with pkijs. Loaded when somebody first asks. */
import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import type { CardAuthority } from '../card/index.ts';
import type { Revocation, RevocationReason } from '../card/revocations.ts';
import type { RevocationMode } from './modes.ts';
import type { Signer, SignerKind } from './signers.ts';

export interface OcspParts {
  readonly authority: CardAuthority;
  readonly signer: (kind: SignerKind) => Promise<Signer>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const NONCE = '1.3.6.1.5.5.7.48.1.2';
const DAY_MS = 86_400_000;
/** CRLReason (RFC 5280 section 5.3.1). */
const REASONS: Readonly<Record<RevocationReason, number>> = { unspecified: 0, keyCompromise: 1, affiliationChanged: 3, superseded: 4, cessationOfOperation: 5, certificateHold: 6, privilegeWithdrawn: 9 };
/** OCSPResponseStatus (section 4.2.1). */
const STATUS = { successful: 0, malformedRequest: 1, tryLater: 3, unauthorized: 6 } as const;
/** What authorities and their clients name certificates with. */
const HASHES: Readonly<Record<string, string>> = { '1.3.14.3.2.26': 'sha1', '2.16.840.1.101.3.4.2.1': 'sha256', '2.16.840.1.101.3.4.2.2': 'sha384', '2.16.840.1.101.3.4.2.3': 'sha512' };

/** DER in, DER out. */
export async function answerOcsp(request: Uint8Array, mode: RevocationMode, parts: OcspParts): Promise<Uint8Array> {
  if (mode.answers === 'try-later') return refusal(STATUS.tryLater);
  if (mode.answers === 'unauthorized') return refusal(STATUS.unauthorized);
  const asked = parse(request);
  if (asked === null) return refusal(STATUS.malformedRequest);
  const signer = await parts.signer(signerOf(mode));
  const basic = new pkijs.BasicOCSPResponse({
    tbsResponseData: new pkijs.ResponseData({
      responderID: responderId(signer, mode),
      producedAt: seconds(parts.now()),
      responses: asked.tbsRequest.requestList.map(({ reqCert }) => single(reqCert, mode, parts)),
      ...nonce(asked, mode),
    }),
    ...(mode.signer === 'authority' ? {} : { certs: [read(signer)] }),
  });
  await basic.sign(signer.keys.privateKey, 'SHA-256');
  const response = new pkijs.OCSPResponse({
    responseStatus: new asn1js.Enumerated({ value: STATUS.successful }),
    responseBytes: new pkijs.ResponseBytes({ responseType: pkijs.id_PKIX_OCSP_Basic, response: new asn1js.OctetString({ valueHex: basic.toSchema().toBER() }) }),
  });
  return der(response);
}

function parse(request: Uint8Array): pkijs.OCSPRequest | null {
  try {
    return pkijs.OCSPRequest.fromBER(Uint8Array.from(request).buffer);
  } catch {
    // Whatever cannot be read is malformed: that is what the protocol has to say of it.
    return null;
  }
}

function refusal(status: number): Uint8Array {
  return der(new pkijs.OCSPResponse({ responseStatus: new asn1js.Enumerated({ value: status }) }));
}

const der = (response: pkijs.OCSPResponse): Uint8Array => new Uint8Array(response.toSchema().toBER());

function signerOf({ answers, signer = 'delegated' }: RevocationMode): SignerKind {
  if (answers === 'wrong-signer') return 'stranger';
  return answers === 'signer-without-purpose' ? 'without-purpose' : signer;
}

/** By name where the authority signs, by key where its delegate does: clients must take both. */
function responderId(signer: Signer, mode: RevocationMode): pkijs.RelativeDistinguishedNames | asn1js.OctetString {
  const certificate = read(signer);
  return mode.signer === 'authority' ? certificate.subject : new asn1js.OctetString({ valueHex: Uint8Array.from(hash('sha1', keyBits(certificate))).buffer });
}

const read = ({ certificate }: Signer): pkijs.Certificate => pkijs.Certificate.fromBER(certificate.rawData);

const keyBits = (certificate: pkijs.Certificate): Uint8Array => certificate.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;

const hash = (algorithm: string, bytes: Uint8Array): Buffer => createHash(algorithm).update(bytes).digest();

function single(asked: pkijs.CertID, mode: RevocationMode, parts: OcspParts): pkijs.SingleResponse {
  const now = parts.now();
  const [from, until] = validity(mode, now);
  return new pkijs.SingleResponse({
    certID: mode.answers === 'another-certificate' ? another(asked) : asked,
    certStatus: statusOf(asked, parts),
    thisUpdate: from,
    ...(until === null ? {} : { nextUpdate: until }),
  });
}

/** Whole seconds, as RFC 5280 section 4.1.2.5.2 has it, and not later than the time itself. */
const seconds = (milliseconds: number): Date => new Date(Math.floor(milliseconds / 1_000) * 1_000);

function validity({ answers }: RevocationMode, now: number): readonly [from: Date, until: Date | null] {
  switch (answers) {
    case 'stale':
      return [seconds(now - 3 * DAY_MS), seconds(now - DAY_MS)];
    case 'from-the-future':
      return [seconds(now + DAY_MS), seconds(now + 2 * DAY_MS)];
    case 'without-next-update':
      return [seconds(now), null];
    default:
      return [seconds(now), seconds(now + DAY_MS)];
  }
}

function another(asked: pkijs.CertID): pkijs.CertID {
  const { hashAlgorithm, issuerNameHash, issuerKeyHash } = asked;
  return new pkijs.CertID({ hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber: new asn1js.Integer({ value: 4_711 }) });
}

/** CertStatus: good [0], revoked [1] with its time and reason, unknown [2] (section 4.2.1). */
function statusOf(asked: pkijs.CertID, { authority }: OcspParts): asn1js.Primitive | asn1js.Constructed {
  const status = isOurs(asked, authority) ? authority.statusOf(Buffer.from(asked.serialNumber.valueBlock.valueHexView).toString('hex')) : 'unknown';
  if (typeof status === 'object') return revoked(status);
  return new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber: status === 'good' ? 0 : 2 }, lenBlock: { length: 1 } } as never);
}

function revoked({ at, reason }: Revocation): asn1js.Constructed {
  const explicitReason = new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [new asn1js.Enumerated({ value: REASONS[reason] })] });
  return new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber: 1 }, value: [new asn1js.GeneralizedTime({ valueDate: seconds(at.getTime()) }), explicitReason] });
}

function isOurs({ hashAlgorithm, issuerNameHash, issuerKeyHash }: pkijs.CertID, { issuing }: CardAuthority): boolean {
  const algorithm = HASHES[hashAlgorithm.algorithmId];
  if (algorithm === undefined) return false;
  const certificate = pkijs.Certificate.fromBER(issuing.certificate.rawData);
  const isSame = (given: asn1js.OctetString, bytes: Uint8Array): boolean => hash(algorithm, bytes).equals(given.valueBlock.valueHexView);
  return isSame(issuerNameHash, new Uint8Array(certificate.subject.toSchema().toBER())) && isSame(issuerKeyHash, keyBits(certificate));
}

/** The request's, sent back as it came (RFC 8954). */
function nonce(asked: pkijs.OCSPRequest, mode: RevocationMode): { responseExtensions?: pkijs.Extension[] } {
  const sent = asked.tbsRequest.requestExtensions?.find(({ extnID }) => extnID === NONCE);
  if (sent === undefined || mode.answers === 'no-nonce') return {};
  if (mode.answers !== 'wrong-nonce') return { responseExtensions: [sent] };
  const other = new asn1js.OctetString({ valueHex: new Uint8Array(16).fill(7).buffer });
  return { responseExtensions: [new pkijs.Extension({ extnID: NONCE, extnValue: other.toBER() })] };
}
