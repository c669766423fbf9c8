/**
 * A card authority and cards made by another library than the simulator's own, so that what the simulator accepts is
 * not merely what it makes itself.
 */
import 'reflect-metadata';
import { createHash } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { SignJWT } from 'jose';

export type CardKind = 'RS256' | 'ES256' | 'ES384';

const KEYS = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
} as const;

export interface Authority {
  readonly pem: string;
  readonly card: (order: CardOrder) => Promise<Card>;
}

export interface CardOrder {
  /** An X.500 name: `CN=…, serialNumber=…`. */
  readonly subject: string;
  readonly kind?: CardKind;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly isAuthority?: boolean;
}

export interface Card {
  readonly certificate: Buffer;
  /** Signs a statement; every part can be changed to make a bad one. */
  readonly sign: (statement: Statement) => Promise<string>;
}

export interface Statement {
  readonly audience: string;
  readonly nonce: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly purpose?: string;
  readonly id?: string;
  readonly issuedAt?: number;
  readonly expiresAt?: number;
  readonly chain?: readonly Buffer[];
}

export async function createAuthority(name = 'Test card authority'): Promise<Authority> {
  x509.cryptoProvider.set(globalThis.crypto);
  const keys = (await crypto.subtle.generateKey(KEYS.ES256, true, ['sign', 'verify'])) as CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${name}`,
    notBefore: daysFromNow(-1),
    notAfter: daysFromNow(365),
    signingAlgorithm: KEYS.ES256,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true)],
  });
  return { pem: certificate.toString('pem'), card: (order) => issue(certificate, keys, order) };
}

async function issue(authority: x509.X509Certificate, authorityKeys: CryptoKeyPair, order: CardOrder): Promise<Card> {
  const kind = order.kind ?? 'ES256';
  const keys = (await crypto.subtle.generateKey(KEYS[kind], true, ['sign', 'verify'])) as CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '02',
    subject: order.subject,
    issuer: authority.subject,
    notBefore: order.notBefore ?? daysFromNow(-1),
    notAfter: order.notAfter ?? daysFromNow(30),
    signingAlgorithm: KEYS.ES256,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(order.isAuthority ?? false),
      new x509.KeyUsagesExtension(order.isAuthority === true ? x509.KeyUsageFlags.keyCertSign : x509.KeyUsageFlags.digitalSignature, true),
    ],
  });
  const der = Buffer.from(certificate.rawData);
  return { certificate: der, sign: (statement) => sign(der, keys.privateKey, kind, statement) };
}

function sign(der: Buffer, key: CryptoKey, kind: CardKind, statement: Statement): Promise<string> {
  const issuedAt = statement.issuedAt ?? Math.floor(Date.now() / 1_000);
  return new SignJWT({ nonce: statement.nonce, purpose: statement.purpose ?? 'sign-in' })
    .setProtectedHeader({ alg: kind, typ: 'JWT', x5c: (statement.chain ?? [der]).map((link) => link.toString('base64')) })
    .setIssuer(statement.issuer ?? 'lanyard')
    .setSubject(statement.subject ?? createHash('sha256').update(der).digest('base64url'))
    .setAudience(statement.audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(statement.expiresAt ?? issuedAt + 60)
    .setJti(statement.id ?? crypto.randomUUID())
    .sign(key);
}

export function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * 86_400_000);
}
