import { randomBytes } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readAuthorities } from '../../../../main/identity/trust/authorities.ts';
import { readCertificate, type ReadCertificate } from '../../../../main/identity/trust/certificate.ts';
import { findPath, judgePath, type PathVerdict } from '../../../../main/identity/trust/path.ts';
import type { Chain } from '../../../../main/identity/trust/rules.ts';
import { type Issued, issue } from '../../../support/certificates.ts';
import { type Case, certificateSet, derOf, pemOf, sequence } from './certificate-set.ts';

const NOW = new Date();
const MINUTE_MS = 60_000;
/** Many runs on a computer that does other things as well. */
const FUZZ_LIMIT_MS = 60_000;

function judged(card: Buffer, authorities: readonly Issued[], now = NOW): PathVerdict {
  const path = findPath(card, readAuthorities(authorities.map(pemOf)));
  return 'kind' in path ? path : judgePath(path, now);
}

const outcome = (verdict: PathVerdict): string => (verdict.kind === 'holds' ? 'holds' : verdict.reason);

let cases: readonly Case[];
beforeAll(async () => {
  cases = await certificateSet();
});

describe('the path of a card', () => {
  test('holds or is refused as each case has it', () => {
    const seen = cases.map(({ name, card, authorities }) => `${name}: ${outcome(judged(derOf(card), authorities))}`);
    expect(seen).toEqual(cases.map(({ name, expected }) => `${name}: ${expected}`));
    expect(seen.length).toBeGreaterThan(40);
  });

  test('where the site names nobody only the dates count', () => {
    for (const { card, expected } of cases) {
      const dated = expected === 'expired' || expected === 'not-yet-valid';
      expect(outcome(judged(derOf(card), []))).toBe(dated ? expected : 'holds');
    }
  });

  test('forgives five minutes of clock at both ends, and no more', async () => {
    const root = await issue({ name: 'Root', authority: true });
    const card = await issue({ name: 'Priya NAIR', issuer: root, from: -1, until: 1 });
    const at = (moment: Date, minutes: number): string => outcome(judged(derOf(card), [root], new Date(moment.getTime() + minutes * MINUTE_MS)));
    const { notBefore, notAfter } = card.certificate;
    expect([at(notBefore, -4), at(notBefore, -6), at(notAfter, 4), at(notAfter, 6)]).toEqual(['holds', 'not-yet-valid', 'holds', 'expired']);
  });

  test('lasts until the first of its certificates ends', async () => {
    const root = await issue({ name: 'Root', authority: true, until: 10 });
    const card = await issue({ name: 'Priya NAIR', issuer: root, until: 20 });
    expect(judged(derOf(card), [root])).toMatchObject({ kind: 'holds', until: root.certificate.notAfter.getTime() });
  });

  test('says since when it is over, and who renews it', async () => {
    const card = await issue({ name: 'Priya NAIR', until: -1 });
    expect(judged(derOf(card), [])).toMatchObject({ sentence: expect.stringMatching(/expired on \d{2}-[A-Z][a-z]{2}-\d{4}\. Ask your Registration Authority to renew it/) as string });
  });

  test('never leads through the same certificate twice, and not through more of them than it needs', async () => {
    const root = await issue({ name: 'Root', authority: true });
    const one = await issue({ name: 'One', issuer: root, authority: true });
    const two = await issue({ name: 'Two', issuer: one, authority: true });
    const path = findPath(derOf(await issue({ name: 'Priya NAIR', issuer: one })), readAuthorities([root, one, two, await crossSigned(one, two)].map(pemOf)));
    const chains = 'kind' in path ? [] : path.chains.map((chain) => chain.map(({ x509: { subject } }) => subject.slice(3)));
    expect(chains).toEqual([
      ['Priya NAIR', 'One', 'Root'],
      ['Priya NAIR', 'One', 'Two', 'One', 'Root'],
    ]);
  });

  test('goes round an authority that ran out where a cross certificate leads to another root', async () => {
    const old = await issue({ name: 'Old root', authority: true, until: -1 });
    const fresh = await issue({ name: 'New root', authority: true });
    const issuing = await issue({ name: 'Issuing', issuer: old, authority: true });
    const crossed = await crossSigned(issuing, fresh);
    const card = await issue({ name: 'Priya NAIR', issuer: issuing });
    expect(outcome(judged(derOf(card), [old, fresh, issuing, crossed]))).toBe('holds');
    expect(outcome(judged(derOf(card), [old, fresh, issuing]))).toBe('unknown-authority');
  });
});

describe('hostile certificates', () => {
  test('are refused as unreadable, and nothing is thrown', () => {
    const whole = derOf((cases[0] as Case).card);
    const bad = [Buffer.alloc(0), Buffer.alloc(1), whole.subarray(0, 100), Buffer.concat([whole, Buffer.from([0])]), Buffer.alloc(70_000, 0x30), randomBytes(40_000), Buffer.from('30803080308030803080', 'hex'), Buffer.from('3084ffffffff', 'hex')];
    for (const der of bad) {
      for (const authorities of [[], (cases[0] as Case).authorities]) expect(outcome(judged(der, authorities))).toBe('unreadable');
    }
  });

  test('changed in any byte they never hold', () => {
    const { card, authorities } = cases[0] as Case;
    const whole = derOf(card);
    const known = readAuthorities(authorities.map(pemOf));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const changed = Buffer.from(whole);
        changed[place] = (changed[place] as number) ^ change;
        const path = findPath(changed, known);
        expect('kind' in path ? path.kind : judgePath(path, NOW).kind).toBe('refused');
      }),
      { numRuns: 300 },
    );
  }, FUZZ_LIMIT_MS);

  test('changed in any byte behind a signature that is taken for granted, they are judged without a fault', () => {
    const { card, authorities } = cases.find(({ name }) => name === 'a host below what is permitted') as Case;
    const { anchors, intermediates } = readAuthorities(authorities.map(pemOf));
    const chainOf = (changed: ReadCertificate, place: number): Chain => {
      const chain = [readCertificate(derOf(card)), ...intermediates, ...anchors] as const;
      return chain.with(place, changed) as unknown as Chain;
    };
    const reasons = new Set<string>();
    fc.assert(
      fc.property(fc.nat(2), fc.nat(), fc.integer({ min: 1, max: 255 }), (place, at, change) => {
        const changed = Buffer.from([derOf(card), ...intermediates.map(({ x509: { raw } }) => raw), ...anchors.map(({ x509: { raw } }) => raw)][place] as Buffer);
        changed[at % changed.length] = (changed[at % changed.length] as number) ^ change;
        const read = findPath(changed, { anchors: [], intermediates: [] });
        if ('kind' in read) return;
        const chain = chainOf(read.card, place);
        reasons.add(outcome(judgePath({ card: chain[0], chains: [chain], isOpen: false }, NOW)));
      }),
      { numRuns: 600 },
    );
    expect(reasons).toContain('unknown-authority');
  }, FUZZ_LIMIT_MS);

  test('an extension that is there twice is not read', async () => {
    const twice = [new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyEncipherment)];
    expect(outcome(judged(derOf(await issue({ name: 'Priya NAIR', extensions: twice })), []))).toBe('unreadable');
  });

  test('larger than any that is in use they are not read', async () => {
    const filled = (bytes: number) => issue({ name: 'Priya NAIR', extensions: [new x509.Extension('1.3.6.1.4.1.55555.1', false, Uint8Array.from(sequence(0x04, Buffer.alloc(bytes))))] });
    expect(outcome(judged(derOf(await filled(8_000)), []))).toBe('holds');
    expect(outcome(judged(derOf(await filled(16_384)), []))).toBe('unreadable');
  });

  test('a web of authorities that all signed each other ends, and a loop without an anchor holds nothing', async () => {
    const web = await webOf(12);
    const card = await issue({ name: 'Priya NAIR', issuer: web.last });
    const known = readAuthorities(web.all.map(pemOf));
    expect(known.anchors).toEqual([]);
    // Twelve names with eleven issuers each: without a limit there are millions of ways through, and the test would not end.
    const path = findPath(derOf(card), known);
    expect('kind' in path ? path.reason : judgePath(path, NOW)).toMatchObject({ reason: 'unknown-authority' });
  });
});

describe('the named authorities', () => {
  test('are anchors, but for those whose issuer is named as well', async () => {
    const root = await issue({ name: 'Root', authority: true });
    const issuing = await issue({ name: 'Issuing', issuer: root, authority: true });
    const other = await issue({ name: 'Other', issuer: await issue({ name: 'Nobody', authority: true }), authority: true });
    const { anchors, intermediates } = readAuthorities([`${pemOf(root)}${pemOf(issuing)}`, pemOf(other), pemOf(root)]);
    expect(anchors.map(({ x509: { subject } }) => subject)).toEqual(['CN=Root', 'CN=Other']);
    expect(intermediates.map(({ x509: { subject } }) => subject)).toEqual(['CN=Issuing']);
  });

  test('that hold no certificate are no site without authorities', () => {
    expect(() => readAuthorities(['# nothing'])).toThrow('hold no certificate');
    expect(readAuthorities([])).toEqual({ anchors: [], intermediates: [] });
  });
});

/** Another certificate for the same name and key, by another issuer. */
async function crossSigned({ certificate, keys }: Issued, issuer: Issued): Promise<Issued> {
  const crossed = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(randomBytes(8)).toString('hex').replace(/^./, '1'),
    subject: certificate.subject,
    issuer: issuer.certificate.subject,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return { certificate: crossed, keys };
}

/** So many authorities, each signed by each other and none by itself. */
async function webOf(count: number): Promise<{ readonly all: readonly Issued[]; readonly last: Issued }> {
  const members = await Promise.all(Array.from({ length: count }, (_, index) => issue({ name: `Member ${index}`, authority: true })));
  const all = await Promise.all(members.flatMap((member) => members.filter((other) => other !== member).map((other) => crossSigned(member, other))));
  return { all, last: members[0] as Issued };
}
