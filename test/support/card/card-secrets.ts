import type { KeyObject } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { createCardAuthority, generateCardKeys, type CardAlgorithm } from '../../../simulator/card/certificate-authority.ts';
import { operate, type CardKey } from '../../../simulator/card/card-key.ts';
import { encodeTlv, findTlv, parseTlvs } from '../../../main/card/tlv.ts';
import type { CertificateStorage } from './apdu-script.ts';

/** What is the holder's alone on a scripted card: a key, and a certificate for it. */
export interface CardSecrets {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly key: CardKey;
}

const authority = createCardAuthority();
const made = new Map<CardAlgorithm, Promise<CardSecrets>>();

/** The same for one algorithm as long as the tests of a file run: keys take their time. */
export function cardSecrets(algorithm: CardAlgorithm): Promise<CardSecrets> {
  const known = made.get(algorithm) ?? makeSecrets(algorithm);
  made.set(algorithm, known);
  return known;
}

async function makeSecrets(algorithm: CardAlgorithm): Promise<CardSecrets> {
  const { publicKey, privateKey } = await generateCardKeys(algorithm);
  const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2028-01-01T00:00:00Z') };
  const certificate = await (await authority).issue({ commonName: 'Priya NAIR', userId: '555254240100', publicKey, ...validity });
  return { certificate, key: keyOf(algorithm, privateKey) };
}

function keyOf(algorithm: CardAlgorithm, privateKey: KeyObject): CardKey {
  if (algorithm === 'RSA-2048') return { kind: 'rsa', bytes: 256, privateKey };
  if (algorithm === 'RSA-3072') return { kind: 'rsa', bytes: 384, privateKey };
  return { kind: 'ec', curve: algorithm, secret: Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url') };
}

/** The certificate object of SP 800-73-5 part 1, appendix A, as issued cards store it. */
export function certificateObject({ certificate }: CardSecrets, stored: CertificateStorage): Uint8Array {
  const isFlagged = stored !== 'plain' && stored !== 'gzip-flagged-plain';
  const body = encodeTlv(0x70, storedForm(certificate, stored));
  return encodeTlv(0x53, Uint8Array.from([...body, 0x71, 0x01, isFlagged ? 0x01 : 0x00, 0xfe, 0x00]));
}

function storedForm(certificate: Uint8Array, stored: CertificateStorage): Uint8Array {
  if (stored === 'plain' || stored === 'plain-flagged-gzip') return certificate;
  if (stored !== 'net-id') return gzipSync(certificate);
  return Buffer.concat([Buffer.of(0x01, 0x00, certificate.length & 0xff, certificate.length >>> 8), deflateSync(certificate)]);
}

/**
 * The answer of GENERAL AUTHENTICATE to a template `7C { 82 empty, 81 input }`: its one right form, and no other
 * (SP 800-73-5 part 2, section 3.2.4). @throws where the driver sent another
 */
export function signatureAnswer({ key }: CardSecrets, template: Uint8Array): Uint8Array {
  const inner = findTlv(template, 0x7c) ?? new Uint8Array(0);
  const fields = parseTlvs(inner);
  const input = fields[1]?.value ?? new Uint8Array(0);
  const expected = encodeTlv(0x7c, Uint8Array.from([0x82, 0x00, ...encodeTlv(0x81, input)]));
  const signature = Buffer.from(template).equals(expected) ? operate(key, Buffer.from(input)) : null;
  if (signature === null) throw new Error(`No template to sign: ${Buffer.from(template).toString('hex')}`);
  return encodeTlv(0x7c, encodeTlv(0x82, signature));
}
