/** The same cards and authorities before OpenSSL: somebody else's reading of RFC 5280. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAuthorities } from '../../../main/identity/trust/authorities.ts';
import { findPath, judgePath } from '../../../main/identity/trust/path.ts';
import { type Case, certificateSet, derOf, pemOf } from '../../unit/identity/trust/certificate-set.ts';
import { type OpensslFolder, opensslFolder } from './openssl.ts';

let folder: OpensslFolder;
let cases: readonly Case[];

beforeAll(async () => {
  folder = opensslFolder();
  cases = await certificateSet();
});
afterAll(() => folder.remove());

describe('openssl verify', () => {
  test('thinks the same of every card, but where its rules are known to be others', async () => {
    const others: string[] = [];
    for (const [index, one] of cases.entries()) {
      if ((await accepts(index, one)) !== (one.expected === 'holds')) others.push(one.name);
    }
    expect(others).toEqual(cases.filter(({ openssl }) => openssl !== undefined).map(({ name }) => name));
  });

  test('brainpool curves: a card that OpenSSL reads and Lanyard does not know is refused with a sentence', async () => {
    const { openssl, path, write } = folder;
    await openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:brainpoolP256r1', '-nodes', '-keyout', path('bp.key'), '-out', path('bp.pem'), '-subj', '/CN=Brainpool', '-days', '2', '-config', write('empty.cnf', '[req]\ndistinguished_name=dn\n[dn]\n'));
    await openssl('x509', '-in', path('bp.pem'), '-outform', 'DER', '-out', path('bp.der'));
    const pem = await openssl('x509', '-in', path('bp.pem'));
    const der = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
    expect(judged(der, [pem])).toMatchObject({ kind: 'refused', reason: 'weak', sentence: expect.stringContaining('kind of key') as string });
    expect(judged(derOf((cases[0] as Case).card), [pem])).toMatchObject({ kind: 'refused', reason: 'unknown-authority' });
  });

  test('RSA-PSS signatures with SHA-256 hold, with SHA-1 they do not', async () => {
    const { openssl, path, write } = folder;
    write('ca.cnf', '[req]\ndistinguished_name=dn\nx509_extensions=ca\n[dn]\n[ca]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\n');
    await openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', path('pss.key'), '-out', path('pss.pem'), '-subj', '/CN=PSS', '-days', '2', '-config', path('ca.cnf'));
    await openssl('req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', path('card.key'), '-out', path('card.csr'), '-subj', '/CN=Priya NAIR', '-config', path('ca.cnf'));
    const anchor = await openssl('x509', '-in', path('pss.pem'));
    const verdicts: unknown[] = [];
    for (const hash of ['sha256', 'sha1']) {
      const pem = await openssl('x509', '-req', '-in', path('card.csr'), '-CA', path('pss.pem'), '-CAkey', path('pss.key'), '-set_serial', '7', '-days', '1', `-${hash}`, '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest');
      verdicts.push(judged(Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64'), [anchor]));
    }
    expect(verdicts).toEqual([expect.objectContaining({ kind: 'holds' }), expect.objectContaining({ reason: 'weak' })]);
  });
});

function judged(der: Buffer, pems: readonly string[]) {
  const path = findPath(der, readAuthorities(pems));
  return 'kind' in path ? path : judgePath(path, new Date());
}

/** With the anchors that Lanyard takes; the level refuses SHA-1 and RSA below 2048 bits. */
async function accepts(index: number, { card, authorities }: Case): Promise<boolean> {
  const known = readAuthorities(authorities.map(pemOf));
  const pem = (certificates: readonly { readonly x509: { toString(): string } }[]): string => certificates.map(({ x509 }) => x509.toString()).join('\n');
  const anchors = folder.write(`${index}-anchors.pem`, pem(known.anchors));
  const others = known.intermediates.length === 0 ? [] : ['-untrusted', folder.write(`${index}-others.pem`, pem(known.intermediates))];
  const words = ['verify', '-no-CApath', '-no-CAstore', '-partial_chain', '-auth_level', '2', '-purpose', 'sslclient', '-CAfile', anchors, ...others, folder.write(`${index}-card.pem`, pemOf(card))];
  return folder.openssl(...words).then(
    () => true,
    () => false,
  );
}
