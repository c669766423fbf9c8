/** Cards and authorities with one thing wrong at a time, and what is to be thought of each. Used against OpenSSL as well. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { type Issued, issue, pemOf } from '../../../support/certificates.ts';

export interface Case {
  readonly name: string;
  /** `holds`, or the reason it is refused for. */
  readonly expected: string;
  readonly card: Issued;
  /** What the site names. */
  readonly authorities: readonly Issued[];
  /** Where OpenSSL rightly thinks otherwise: why. */
  readonly openssl?: string;
}

export const derOf = ({ certificate }: Issued): Buffer => Buffer.from(certificate.rawData);
export const base64Of = (issued: Issued): string => derOf(issued).toString('base64');
export { pemOf };

const { keyCertSign, cRLSign, digitalSignature, keyEncipherment } = x509.KeyUsageFlags;
export const usage = (flags: number): x509.Extension => new x509.KeyUsagesExtension(flags, true);
export const forUses = (...uses: string[]): x509.Extension => new x509.ExtendedKeyUsageExtension(uses);
const signsCertificates = usage(keyCertSign | cRLSign);
const CLIENT = x509.ExtendedKeyUsage.clientAuth;
const SERVER = x509.ExtendedKeyUsage.serverAuth;
const SMART_CARD_LOGON = '1.3.6.1.4.1.311.20.2.2';
const ONE_KEY_A_NAME = 'without key identifiers it tries one key a name';
const RSA = (modulusLength: number): RsaHashedKeyGenParams => ({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength });
const EC = (namedCurve: string): EcKeyGenParams => ({ name: 'ECDSA', namedCurve });

/** NameConstraints ::= SEQUENCE { permitted [0], excluded [1] } with one subtree, its base as DER. */
export function nameConstraints(which: 'permitted' | 'excluded', base: Buffer): x509.Extension {
  const subtree = sequence(0x30, base);
  return new x509.Extension('2.5.29.30', true, Uint8Array.from(sequence(0x30, sequence(which === 'permitted' ? 0xa0 : 0xa1, subtree))));
}

export function sequence(tag: number, content: Buffer): Buffer {
  return content.length < 0x80 ? Buffer.concat([Buffer.from([tag, content.length]), content]) : Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 0xff]), content]);
}

export const directory = (name: string): Buffer => sequence(0xa4, Buffer.from(new x509.Name(name).toArrayBuffer()));
export const dns = (name: string): Buffer => sequence(0x82, Buffer.from(name));
export const mail = (name: string): Buffer => sequence(0x81, Buffer.from(name));
const uri = (name: string): Buffer => sequence(0x86, Buffer.from(name));
const address = (octets: readonly number[]): Buffer => sequence(0x87, Buffer.from(octets));
const alternative = (...names: x509.JsonGeneralNames): x509.Extension => new x509.SubjectAlternativeNameExtension(names);

const unknownCritical = new x509.Extension('1.3.6.1.4.1.55555.1', true, Buffer.from('0500', 'hex'));
const unknownOrdinary = new x509.Extension('1.3.6.1.4.1.55555.1', false, Buffer.from('0500', 'hex'));

export async function certificateSet(): Promise<readonly Case[]> {
  const root = await issue({ name: 'Root', authority: true, extensions: [signsCertificates] });
  const issuing = await issue({ name: 'Issuing', issuer: root, authority: true, extensions: [signsCertificates] });
  const card = (issuer: Issued, wish: Partial<Parameters<typeof issue>[0]> = {}): Promise<Issued> => issue({ name: 'Priya NAIR', issuer, extensions: [usage(digitalSignature), forUses(CLIENT)], ...wish });
  const authority = (wish: Partial<Parameters<typeof issue>[0]> = {}): Promise<Issued> => issue({ name: 'Issuing', issuer: root, authority: true, extensions: [signsCertificates], ...wish });
  const good = await card(issuing);
  const below = async (wish: Partial<Parameters<typeof issue>[0]>, ofCard: Partial<Parameters<typeof issue>[0]> = {}): Promise<Pick<Case, 'card' | 'authorities'>> => {
    const between = await authority(wish);
    return { card: await card(between, ofCard), authorities: [root, between] };
  };
  const alone = async (wish: Partial<Parameters<typeof issue>[0]>): Promise<Pick<Case, 'card' | 'authorities'>> => ({ card: await card(issuing, wish), authorities: [root, issuing] });

  const rootKey2 = await issue({ name: 'Root', authority: true, extensions: [signsCertificates] });
  const impostor = await issue({ name: 'Issuing', authority: true, extensions: [signsCertificates] });
  const renewed = await issue({ name: 'Root', issuer: root, authority: true, extensions: [signsCertificates] });
  const limited = await issue({ name: 'Limited', authority: true, pathLength: 0, extensions: [signsCertificates] });
  const limitedRenewed = await issue({ name: 'Limited', issuer: limited, authority: true, pathLength: 0, extensions: [signsCertificates] });
  const belowLimited = await issue({ name: 'Below', issuer: limited, authority: true, extensions: [signsCertificates] });
  const rsa = await issue({ name: 'RSA', authority: true, algorithm: RSA(3072), extensions: [signsCertificates] });
  const weakRsa = await issue({ name: 'Weak RSA', authority: true, algorithm: RSA(1024), extensions: [signsCertificates] });
  const p521 = await issue({ name: 'P-521', authority: true, algorithm: EC('P-521'), extensions: [signsCertificates] });
  const p384 = await issue({ name: 'P-384', authority: true, algorithm: EC('P-384'), extensions: [signsCertificates] });
  const chained = await chain(root, 9);

  return [
    { name: 'root and issuing authority', expected: 'holds', card: good, authorities: [root, issuing] },
    { name: 'in whatever order they are named', expected: 'holds', card: good, authorities: [issuing, root] },
    { name: 'the issuing authority alone', expected: 'holds', card: good, authorities: [issuing] },
    { name: 'the root alone: nothing is fetched', expected: 'unknown-authority', card: good, authorities: [root] },
    { name: 'a card of the root itself', expected: 'holds', card: await card(root), authorities: [root] },
    { name: 'a card without any usage named', expected: 'holds', ...(await alone({ extensions: [] })) },
    { name: 'a card for smart card logon', expected: 'holds', ...(await alone({ extensions: [forUses(SMART_CARD_LOGON)] })), openssl: 'its purpose is TLS alone' },
    { name: 'a card for any use', expected: 'holds', ...(await alone({ extensions: [forUses('2.5.29.37.0')] })), openssl: 'its purpose is TLS alone' },
    { name: 'a card with an unknown extension that is not critical', expected: 'holds', ...(await alone({ extensions: [unknownOrdinary] })) },
    { name: 'a renewed key of the root', expected: 'holds', card: await card(renewed), authorities: [root, renewed], openssl: ONE_KEY_A_NAME },
    { name: 'RSA-3072 throughout', expected: 'holds', card: await card(rsa, { algorithm: RSA(2048) }), authorities: [rsa] },
    { name: 'P-384', expected: 'holds', card: await card(p384, { algorithm: EC('P-384') }), authorities: [p384] },
    { name: 'P-521', expected: 'holds', card: await card(p521, { algorithm: EC('P-521') }), authorities: [p521] },
    { name: 'another key under the same name', expected: 'unknown-authority', card: good, authorities: [impostor] },
    { name: 'an intermediate of another root of the same name', expected: 'unknown-authority', card: good, authorities: [rootKey2, issuing] },
    { name: 'the right key under another name', expected: 'unknown-authority', card: good, authorities: [await sameKey(issuing, root, 'Elsewhere')] },
    { name: 'the card itself, named', expected: 'unknown-authority', card: good, authorities: [good], openssl: 'a card may be its own anchor' },
    { name: 'a card that signed itself', expected: 'unknown-authority', card: await issue({ name: 'Priya NAIR' }), authorities: [root, issuing] },
    { name: 'an expired card', expected: 'expired', ...(await alone({ until: -1 })) },
    { name: 'a card of tomorrow', expected: 'not-yet-valid', ...(await alone({ from: 1 })) },
    { name: 'an expired intermediate', expected: 'unknown-authority', ...(await below({ until: -1 })) },
    { name: 'an intermediate of tomorrow', expected: 'unknown-authority', ...(await below({ from: 1 })) },
    { name: 'an expired root', expected: 'unknown-authority', ...(await onlyRoot({ until: -1 })) },
    { name: 'an intermediate that is no authority', expected: 'unknown-authority', ...(await below({ authority: false })) },
    { name: 'an intermediate that may not sign certificates', expected: 'unknown-authority', ...(await below({ extensions: [usage(digitalSignature)] })) },
    { name: 'an intermediate with an unknown critical extension', expected: 'unknown-authority', ...(await below({ extensions: [signsCertificates, unknownCritical] })) },
    { name: 'an intermediate for servers alone', expected: 'unknown-authority', ...(await below({ extensions: [signsCertificates, forUses(SERVER)] })) },
    { name: 'an intermediate signed with SHA-1', expected: 'weak', ...(await below({ hash: 'SHA-1' })) },
    { name: 'a path within its limit', expected: 'holds', card: await card(limited), authorities: [limited] },
    { name: 'a path longer than the limit', expected: 'unknown-authority', card: await card(belowLimited), authorities: [limited, belowLimited] },
    { name: 'a renewed key, which does not count for the limit', expected: 'holds', card: await card(limitedRenewed), authorities: [limited, limitedRenewed], openssl: ONE_KEY_A_NAME },
    { name: 'a chain of nine authorities', expected: 'unknown-authority', card: await card(chained.at(-1) as Issued), authorities: chained, openssl: 'it follows a hundred' },
    { name: 'a card with an unknown critical extension', expected: 'wrong-use', ...(await alone({ extensions: [unknownCritical] })) },
    { name: 'a card for encryption', expected: 'wrong-use', ...(await alone({ extensions: [usage(keyEncipherment)] })) },
    { name: 'a card for servers', expected: 'wrong-use', ...(await alone({ extensions: [forUses(SERVER)] })) },
    { name: 'a card signed with SHA-1', expected: 'weak', ...(await alone({ hash: 'SHA-1' })) },
    { name: 'a card with RSA-1024', expected: 'weak', ...(await alone({ algorithm: RSA(1024) })) },
    { name: 'an authority with RSA-1024', expected: 'weak', card: await card(weakRsa), authorities: [weakRsa] },
    { name: 'names within the limits', expected: 'holds', ...(await below({ extensions: [signsCertificates, nameConstraints('permitted', directory('CN=Priya NAIR'))] })) },
    { name: 'a name outside of what is permitted', expected: 'unknown-authority', ...(await below({ extensions: [signsCertificates, nameConstraints('permitted', directory('O=Elsewhere'))] })) },
    { name: 'a name that is excluded', expected: 'unknown-authority', ...(await below({ extensions: [signsCertificates, nameConstraints('excluded', directory('CN=Priya NAIR'))] })) },
    { name: 'a host below what is permitted', expected: 'holds', ...(await below({ extensions: [signsCertificates, nameConstraints('permitted', dns('nhs.example'))] }, { extensions: [alternative({ type: 'dns', value: 'ward.nhs.example' })] })) },
    { name: 'a host that only looks like it', expected: 'unknown-authority', ...(await below({ extensions: [signsCertificates, nameConstraints('permitted', dns('nhs.example'))] }, { extensions: [alternative({ type: 'dns', value: 'evil-nhs.example' })] })) },
    { name: 'a mail address that is permitted', expected: 'holds', ...(await below({ extensions: [signsCertificates, nameConstraints('permitted', mail('nhs.example'))] }, { extensions: [alternative({ type: 'email', value: 'priya@nhs.example' })] })) },
    { name: 'a mail address that is not', expected: 'unknown-authority', ...(await below({ extensions: [signsCertificates, nameConstraints('permitted', mail('nhs.example'))] }, { extensions: [alternative({ type: 'email', value: 'priya@elsewhere.example' })] })) },
    { name: 'an address of the web below what is permitted: not compared', expected: 'unknown-authority', ...(await below({ extensions: [signsCertificates, nameConstraints('permitted', uri('.nhs.example'))] }, { extensions: [alternative({ type: 'url', value: 'https://ward.nhs.example/' })] })), openssl: 'it compares them too' },
    { name: 'a constrained kind of name that is not compared', expected: 'unknown-authority', ...(await below({ extensions: [signsCertificates, nameConstraints('permitted', address([10, 0, 0, 0, 255, 0, 0, 0]))] }, { extensions: [alternative({ type: 'ip', value: '10.1.2.3' })] })), openssl: 'it compares addresses too' },
  ];

  async function onlyRoot(wish: Partial<Parameters<typeof issue>[0]>): Promise<Pick<Case, 'card' | 'authorities'>> {
    const own = await issue({ name: 'Own root', authority: true, extensions: [signsCertificates], ...wish });
    return { card: await card(own), authorities: [own] };
  }
}

/** `root` and so many authorities below each other. */
async function chain(root: Issued, length: number): Promise<readonly Issued[]> {
  const links = [root];
  for (let index = 1; index <= length; index += 1) links.push(await issue({ name: `Level ${index}`, issuer: links.at(-1) as Issued, authority: true, extensions: [signsCertificates] }));
  return links;
}

/** The same key in a certificate under another name. */
async function sameKey({ keys }: Issued, issuer: Issued, name: string): Promise<Issued> {
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '77',
    subject: `CN=${name}`,
    issuer: issuer.certificate.subject,
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true), signsCertificates],
  });
  return { certificate, keys };
}
