import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foreignCards, type ForeignCardName } from './cards.ts';
import { openssl } from './openssl.ts';

/** A card issuer of its own: a root, an authority below it, and one card, all made by the openssl command line in a folder. */
export interface ForeignIssuer {
  /** Where everything lies: the card's own `card.der` and `card.key` (PEM) too. */
  readonly folder: string;
  /** PEM file of the authority that issued the card's certificate. */
  readonly issuing: string;
  /** PEM file of that authority and the root above it. */
  readonly chain: string;
  remove(): void;
}

export function makeForeignIssuer(name: ForeignCardName): ForeignIssuer {
  const plan = foreignCards[name];
  const folder = mkdtempSync(join(tmpdir(), `lanyard-foreign-${name}-`));
  const file = (base: string): string => join(folder, base);
  writeFileSync(file('authority.cnf'), sections({ req: ['distinguished_name = none', 'prompt = no'], none: [], root: authority('critical, CA:true'), issuing: authority('critical, CA:true, pathlen:0') }));
  writeFileSync(file('card.cnf'), sections({ req: ['distinguished_name = subject', 'prompt = no', 'utf8 = yes', `string_mask = MASK:${plan.strings}`], subject: plan.subject, card: plan.extensions }));
  openssl(folder, 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'root.key');
  openssl(folder, 'req', '-x509', '-new', '-key', 'root.key', '-sha384', '-days', '3650', '-subj', `/CN=${name} root/O=Elsewhere`, '-config', 'authority.cnf', '-extensions', 'root', '-out', 'root.pem');
  openssl(folder, 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'issuing.key');
  openssl(folder, 'req', '-new', '-key', 'issuing.key', '-subj', `/DC=elsewhere/CN=${name} cards 3`, '-config', 'authority.cnf', '-out', 'issuing.csr');
  sign(folder, { request: 'issuing.csr', issuer: 'root', extensions: ['authority.cnf', 'issuing'], out: 'issuing.pem' });
  openssl(folder, 'genpkey', ...plan.key.make, '-out', 'card.key');
  openssl(folder, 'req', '-new', '-key', 'card.key', '-config', 'card.cnf', '-out', 'card.csr');
  sign(folder, { request: 'card.csr', issuer: 'issuing', extensions: ['card.cnf', 'card'], out: 'card.pem' });
  openssl(folder, 'x509', '-in', 'card.pem', '-outform', 'DER', '-out', 'card.der');
  writeFileSync(file('chain.pem'), readFileSync(file('issuing.pem'), 'utf8') + readFileSync(file('root.pem'), 'utf8'));
  return { folder, issuing: file('issuing.pem'), chain: file('chain.pem'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

interface Signing {
  readonly request: string;
  /** Its files are `NAME.pem` and `NAME.key`. */
  readonly issuer: string;
  readonly extensions: readonly [file: string, section: string];
  readonly out: string;
}

function sign(folder: string, { request, issuer, extensions: [file, section], out }: Signing): void {
  openssl(folder, 'x509', '-req', '-in', request, '-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial', '-sha256', '-days', '400', '-extfile', file, '-extensions', section, '-out', out);
}

const authority = (constraints: string): readonly string[] => [`basicConstraints = ${constraints}`, 'keyUsage = critical, keyCertSign, cRLSign'];

const sections = (content: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(content).map(([name, lines]) => [`[ ${name} ]`, ...lines, ''].join('\n')).join('\n');
