/** Asking a responder about one certificate, and what its answer is worth (RFC 6960). */
import { createHash, randomBytes } from 'node:crypto';
import { OctetString } from 'asn1js';
import { BasicOCSPResponse, CertID, Extension, OCSPRequest, OCSPResponse, RelativeDistinguishedNames, Request, type ResponseData, type SingleResponse } from 'pkijs';
import { isStrong } from '../../../net/certificate-rules.ts';
import { signed } from '../../../net/tls-trust.ts';
import { allows, EXTENSION, readCertificate, type ReadCertificate, sameCertificate } from '../certificate.ts';
import { CLOCK_SKEW_MS } from '../rules.ts';
import { hasUnknownCritical, isCurrent, isPast, type Issued, isSignedBy, keptUntil, type RevocationAnswer, unusable } from './answer.ts';

const NONCE = '1.3.6.1.5.5.7.48.1.2';
const BASIC = '1.3.6.1.5.5.7.48.1.1';
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
/** RFC 9654 section 2.1: 32 octets or more. */
const NONCE_BYTES = 32;
const SUCCESSFUL = 0;
/** Certificates that a responder sends along; it needs to send one. */
const MOST_RESPONDERS = 4;

export interface OcspQuestion {
  /** DER of the request. */
  readonly der: Uint8Array;
  readonly nonce: Uint8Array;
  readonly id: CertID;
}

/** A question about one certificate. SHA-1 only names the issuer, as RFC 5019 section 2.1.1 has it: nothing rests on it. */
export async function ocspQuestion({ certificate, issuer }: Issued): Promise<OcspQuestion> {
  const id = await CertID.create(certificate.parsed, { hashAlgorithm: 'SHA-1', issuerCertificate: issuer.parsed });
  const nonce = randomBytes(NONCE_BYTES);
  const request = new OCSPRequest();
  request.tbsRequest.requestList = [new Request({ reqCert: id })];
  request.tbsRequest.requestExtensions = [new Extension({ extnID: NONCE, extnValue: new OctetString({ valueHex: nonce }).toBER() })];
  return { der: new Uint8Array(request.toSchema(true).toBER()), nonce, id };
}

/** What a responder's answer says. Whatever is not as it should be makes it unusable, never good; never rejects. */
export async function readOcspAnswer(der: Uint8Array, question: OcspQuestion, issued: Issued, now: Date): Promise<RevocationAnswer> {
  try {
    return await read(der, question, issued, now);
  } catch {
    return unusable('the OCSP answer cannot be read');
  }
}

async function read(der: Uint8Array, question: OcspQuestion, { issuer }: Issued, now: Date): Promise<RevocationAnswer> {
  const { responseStatus, responseBytes } = OCSPResponse.fromBER(der as Uint8Array<ArrayBuffer>);
  if (responseStatus.valueBlock.valueDec !== SUCCESSFUL) return unusable(`the OCSP responder refused (${responseStatus.valueBlock.valueDec})`);
  if (responseBytes?.responseType !== BASIC) return unusable('the OCSP answer is of an unknown kind');
  const basic = BasicOCSPResponse.fromBER(responseBytes.response.valueBlock.valueHexView as Uint8Array<ArrayBuffer>);
  const data = basic.tbsResponseData;
  const signer = signerOf(basic, issuer, now);
  if (signer === null) return unusable('the OCSP answer is by nobody whom the issuer authorised');
  if (!(await isSignedBy(signer, data.tbsView, basic.signature, basic.signatureAlgorithm))) return unusable('the signature of the OCSP answer does not hold');
  return judge(data, question, now);
}

function judge(data: ResponseData, question: OcspQuestion, now: Date): RevocationAnswer {
  const extensions = data.responseExtensions ?? [];
  if (hasUnknownCritical(extensions, [NONCE])) return unusable('the OCSP answer carries an unknown condition');
  const nonce = nonceOf(extensions);
  if (nonce !== null && !nonce.equals(question.nonce)) return unusable('the OCSP answer is to another question');
  const answers = data.responses.filter(({ certID }) => certID.isEqual(question.id)).map((response) => statusOf(response, nonce !== null, data.producedAt, now));
  // Of several answers about the same certificate the worst counts.
  return answers.find(({ kind }) => kind === 'revoked') ?? answers.find(({ kind }) => kind === 'unusable') ?? answers[0] ?? unusable('the OCSP answer is about another certificate');
}

/** The context tags of CertStatus. */
const GOOD = 0;
const REVOKED = 1;

function statusOf(response: SingleResponse, isFresh: boolean, producedAt: Date, now: Date): RevocationAnswer {
  if (hasUnknownCritical(response.singleExtensions ?? [], [])) return unusable('the OCSP answer carries an unknown condition');
  if (!isTimely(response, isFresh, producedAt, now)) return unusable('the OCSP answer is not of this time');
  const until = keptUntil(response.nextUpdate ?? null, now);
  const status = response.certStatus as CertStatus;
  if (status.idBlock.tagNumber === GOOD) return { kind: 'good', until };
  if (status.idBlock.tagNumber === REVOKED) return { kind: 'revoked', since: status.valueBlock.value?.[0]?.toDate() ?? null, until };
  return unusable('the OCSP responder does not know the certificate');
}

interface CertStatus {
  readonly idBlock: { readonly tagNumber: number };
  readonly valueBlock: { readonly value?: readonly { toDate(): Date }[] };
}

/**
 * An answer without an end ("newer information is always available", section 4.2.2.1) is believed only where it was made
 * for this question: without a nonce it could be one that somebody kept.
 */
function isTimely({ thisUpdate, nextUpdate }: SingleResponse, isFresh: boolean, producedAt: Date, now: Date): boolean {
  if (nextUpdate !== undefined) return isCurrent(thisUpdate, nextUpdate, now);
  return isFresh && isPast(thisUpdate, now) && Math.abs(now.getTime() - producedAt.getTime()) <= CLOCK_SKEW_MS;
}

function nonceOf(extensions: readonly Extension[]): Buffer | null {
  const extension = extensions.find(({ extnID }) => extnID === NONCE);
  if (extension === undefined) return null;
  const value = extension.parsedValue as unknown;
  // Some responders send the bytes without the OCTET STRING that RFC 8954 asks for.
  return Buffer.from(value instanceof OctetString ? value.valueBlock.valueHexView : extension.extnValue.valueBlock.valueHexView);
}

/** Whoever signed: the issuer itself, or one that it authorised for nothing else than this (section 4.2.2.2). */
function signerOf({ certs = [], tbsResponseData: { responderID } }: BasicOCSPResponse, issuer: ReadCertificate, now: Date): ReadCertificate | null {
  const sent = certs.slice(0, MOST_RESPONDERS).flatMap((certificate) => readOrNone(Buffer.from(certificate.toSchema().toBER())));
  const named = [issuer, ...sent].filter((candidate) => isNamed(candidate, responderID));
  return named.find((candidate) => sameCertificate(candidate, issuer) || isAuthorised(candidate, issuer, now)) ?? null;
}

function readOrNone(der: Buffer): readonly ReadCertificate[] {
  try {
    return [readCertificate(der)];
  } catch {
    return [];
  }
}

function isNamed({ parsed }: ReadCertificate, responderID: unknown): boolean {
  if (responderID instanceof RelativeDistinguishedNames) return parsed.subject.isEqual(responderID);
  if (!(responderID instanceof OctetString)) return false;
  const keyHash = createHash('sha1').update(parsed.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView).digest();
  return keyHash.equals(responderID.valueBlock.valueHexView);
}

/**
 * Issued directly by the issuer, in its dates, strong and for OCSP signing by name. The issuer must vouch that it need not
 * be checked for revocation itself (id-pkix-ocsp-nocheck, section 4.2.2.2.1): nobody is asked about it here.
 */
function isAuthorised(responder: ReadCertificate, issuer: ReadCertificate, now: Date): boolean {
  const isMeantForIt = responder.extendedUsages?.includes(OCSP_SIGNING) === true && allows(responder, 'digitalSignature') && responder.extensions.has(EXTENSION.ocspNoCheck);
  if (!isMeantForIt || !isCurrent(new Date(responder.validFrom), new Date(responder.validTo), now)) return false;
  const understood: readonly string[] = [EXTENSION.keyUsage, EXTENSION.extendedKeyUsage, EXTENSION.basicConstraints, EXTENSION.subjectAltName, EXTENSION.certificatePolicies, EXTENSION.crlDistributionPoints];
  if (hasUnknownCritical([...responder.extensions.values()], understood)) return false;
  return isStrong(responder.x509) && signed(issuer.x509, responder.x509);
}
