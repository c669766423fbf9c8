/** Responders' answers and revocation lists made for one test, right unless a wish says otherwise. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { Constructed, GeneralizedTime, Null, OctetString, Primitive } from 'asn1js';
import { BasicOCSPResponse, Certificate, Extension, OCSPResponse, ResponseBytes, SingleResponse } from 'pkijs';
import { readCertificate, type ReadCertificate } from '../../../../../main/identity/trust/certificate.ts';
import type { OcspQuestion } from '../../../../../main/identity/trust/revocation/ocsp.ts';
import { type Issued, issue } from '../../../../support/certificates.ts';
import { derOf, forUses, usage } from '../certificate-set.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

export const read = (issued: Issued): ReadCertificate => readCertificate(derOf(issued));

export type Status = { readonly kind: 'good' } | { readonly kind: 'unknown' } | { readonly kind: 'revoked'; readonly at: Date };

export interface AnswerWish {
  /** Whoever signs. */
  readonly signer: Issued;
  /** Sent along with it. */
  readonly sent?: readonly Issued[];
  /** Named as the responder; the signer where left out. */
  readonly named?: Issued;
  readonly by?: 'name' | 'key';
  readonly status?: Status;
  /** Minutes from now; `null`: left out. */
  readonly thisUpdate?: number;
  readonly nextUpdate?: number | null;
  readonly producedAt?: number;
  /** `null`: left out. */
  readonly nonce?: Uint8Array | null;
  readonly hash?: 'SHA-1' | 'SHA-256';
  readonly extension?: Extension;
  readonly singleExtension?: Extension;
  readonly also?: readonly Status[];
}

const parsed = (issued: Issued): Certificate => Certificate.fromBER(Uint8Array.from(derOf(issued)));
const minutesFromNow = (minutes: number): Date => new Date(Date.now() + minutes * MINUTE_MS);

/** DER of an OCSPResponse to a question. */
export async function answerTo(question: OcspQuestion, wish: AnswerWish): Promise<Uint8Array> {
  const { signer, sent = [], named = signer, by = 'name', status = { kind: 'good' }, thisUpdate = -1, nextUpdate = 60, producedAt = 0, nonce = question.nonce, hash = 'SHA-256', also = [] } = wish;
  const basic = new BasicOCSPResponse();
  const responder = parsed(named);
  basic.tbsResponseData.responderID = by === 'name' ? responder.subject : new OctetString({ valueHex: await responder.getKeyHash('SHA-1') });
  basic.tbsResponseData.producedAt = minutesFromNow(producedAt);
  basic.tbsResponseData.responses = [status, ...also].map((one) => {
    const response = new SingleResponse({ certID: question.id, certStatus: statusOf(one), thisUpdate: minutesFromNow(thisUpdate) });
    if (nextUpdate !== null) response.nextUpdate = minutesFromNow(nextUpdate);
    if (wish.singleExtension !== undefined) response.singleExtensions = [wish.singleExtension];
    return response;
  });
  const extensions = [...(nonce === null ? [] : [new Extension({ extnID: '1.3.6.1.5.5.7.48.1.2', extnValue: new OctetString({ valueHex: nonce as Uint8Array<ArrayBuffer> }).toBER() })]), ...(wish.extension === undefined ? [] : [wish.extension])];
  if (extensions.length > 0) basic.tbsResponseData.responseExtensions = extensions;
  if (sent.length > 0) basic.certs = sent.map(parsed);
  await basic.sign(signer.keys.privateKey, hash);
  return wrapped(basic.toSchema().toBER());
}

function wrapped(basic: ArrayBuffer): Uint8Array {
  const response = new OCSPResponse();
  response.responseStatus.valueBlock.valueDec = 0;
  response.responseBytes = new ResponseBytes({ responseType: '1.3.6.1.5.5.7.48.1.1', response: new OctetString({ valueHex: basic }) });
  return new Uint8Array(response.toSchema().toBER());
}

function statusOf(status: Status): unknown {
  if (status.kind === 'revoked') return new Constructed({ idBlock: { tagClass: 3, tagNumber: 1 }, value: [new GeneralizedTime({ valueDate: status.at })] });
  return new Primitive({ idBlock: { tagClass: 3, tagNumber: status.kind === 'good' ? 0 : 2 } });
}

export const criticalExtension = (): Extension => new Extension({ extnID: '1.3.6.1.4.1.55555.9', critical: true, extnValue: new Null().toBER() });

export const noCheck = new x509.Extension('1.3.6.1.5.5.7.48.1.5', false, Buffer.from('0500', 'hex'));

/** A responder that the issuer authorised as RFC 6960 has it. */
export function responderOf(issuer: Issued, wish: Partial<Parameters<typeof issue>[0]> = {}): Promise<Issued> {
  return issue({ name: 'Responder', issuer, extensions: [usage(x509.KeyUsageFlags.digitalSignature), forUses('1.3.6.1.5.5.7.3.9'), noCheck], ...wish });
}

export interface ListWish {
  readonly signer: Issued;
  readonly issuer?: string;
  readonly revoked?: readonly x509.X509CrlEntryParams[];
  readonly thisUpdate?: number;
  readonly nextUpdate?: number | null;
  readonly hash?: 'SHA-1' | 'SHA-256';
  readonly extensions?: x509.Extension[];
}

/** DER of a CertificateList. */
export async function listBy({ signer, issuer = signer.certificate.subject, revoked = [], thisUpdate = -1, nextUpdate = 60, hash = 'SHA-256', extensions = [] }: ListWish): Promise<Uint8Array> {
  const crl = await x509.X509CrlGenerator.create({
    issuer,
    thisUpdate: minutesFromNow(thisUpdate),
    ...(nextUpdate === null ? {} : { nextUpdate: minutesFromNow(nextUpdate) }),
    signingAlgorithm: { ...signer.keys.privateKey.algorithm, hash } as EcdsaParams,
    signingKey: signer.keys.privateKey,
    entries: [...revoked],
    extensions,
  });
  return new Uint8Array(crl.rawData);
}
