import 'reflect-metadata';
import { KeyObject, sign } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Issued as Link } from '../../../../../main/identity/trust/revocation/answer.ts';
import { readRevocationList } from '../../../../../main/identity/trust/revocation/revocation-list.ts';
import { childrenOf, type Element, only } from '../../../../../main/net/der.ts';
import { type Issued, issue } from '../../../../support/certificates.ts';
import { sequence, usage } from '../certificate-set.ts';
import { type ListWish, listBy, read } from './answers.ts';

const NOW = new Date();
const AT = new Date('2026-03-04T05:06:07Z');
const ADDRESS = 'http://lists.example/cards.crl';

let issuer: Issued;
let card: Issued;
let authority: Issued;
let link: Link;

beforeAll(async () => {
  issuer = await issue({ name: 'Issuing', authority: true });
  card = await issue({ name: 'Priya NAIR', issuer });
  authority = await issue({ name: 'Lower', issuer, authority: true });
  link = { certificate: read(card), issuer: read(issuer) };
});

const heard = async (wish: Partial<ListWish> = {}, of: Link = link) => readRevocationList(await listBy({ signer: issuer, ...wish }), of, [ADDRESS], NOW);
const why = async (wish: Partial<ListWish>, of: Link = link): Promise<string> => {
  const answer = await heard(wish, of);
  return answer.kind === 'unusable' ? answer.why : answer.kind;
};
const entry = (extensions: x509.Extension[] = [], serialNumber = card.certificate.serialNumber): x509.X509CrlEntryParams => ({ serialNumber, revocationDate: AT, extensions });

const reason = new x509.Extension('2.5.29.21', false, Buffer.from('0a0101', 'hex'));

/** IssuingDistributionPoint from its parts in hexadecimal. */
const point = (...parts: readonly string[]): x509.Extension => {
  const content = Buffer.from(parts.join(''), 'hex');
  return new x509.Extension('2.5.29.28', true, Buffer.concat([Buffer.from([0x30, content.length]), content]));
};
const named = (address: string): string => {
  const uri = Buffer.concat([Buffer.from([0x86, address.length]), Buffer.from(address)]);
  const full = Buffer.concat([Buffer.from([0xa0, uri.length]), uri]);
  return Buffer.concat([Buffer.from([0xa0, full.length]), full]).toString('hex');
};

describe('a revocation list', () => {
  test('without the certificate says good, empty or not', async () => {
    expect(await heard()).toMatchObject({ kind: 'good' });
    expect(await heard({ revoked: [entry([], '01'), entry([], '7fff')] })).toMatchObject({ kind: 'good' });
  });

  test('with it says revoked and since when, wherever it is on the list', async () => {
    const others = Array.from({ length: 50 }, (_, index) => entry([], (index + 1).toString(16).padStart(4, '0')));
    for (const revoked of [[entry(), ...others], [...others, entry()], [...others.slice(25), entry(), ...others.slice(0, 25)]]) expect(await heard({ revoked })).toMatchObject({ kind: 'revoked', since: AT });
  });

  test('whatever the number looks like: a leading one bit, a single byte', async () => {
    for (const serialNumber of ['ff01', '80', '7f', '01']) {
      const numbered = await withNumber(serialNumber);
      expect(await heard({ revoked: [entry([], serialNumber)] }, numbered)).toMatchObject({ kind: 'revoked' });
      expect(await heard({ revoked: [entry([], '0201')] }, numbered)).toMatchObject({ kind: 'good' });
    }
  });

  test('says revoked with a reason and with an invalidity date', async () => {
    expect(await heard({ revoked: [entry([reason])] })).toMatchObject({ kind: 'revoked' });
  });

  test('for holders, for this address, says what it says', async () => {
    for (const scope of [point('8101ff'), point(named(ADDRESS)), point(named(ADDRESS), '8101ff')]) {
      expect(await heard({ extensions: [scope] })).toMatchObject({ kind: 'good' });
      expect(await heard({ extensions: [scope], revoked: [entry()] })).toMatchObject({ kind: 'revoked' });
    }
    expect(await heard({ extensions: [point('8201ff')] }, { ...link, certificate: read(authority) })).toMatchObject({ kind: 'good' });
  });
});

describe('a revocation list is as good as none', () => {
  const scope = 'the revocation list is for other certificates';
  const condition = 'the revocation list carries an unknown condition, or holds only changes';

  test.each<[string, () => Promise<Partial<ListWish>> | Partial<ListWish>, string]>([
    ['by another authority of the same name', async () => ({ signer: await issue({ name: 'Issuing', authority: true }) }), 'the signature of the revocation list does not hold'],
    ['by another authority', async () => ({ signer: await issue({ name: 'Other', authority: true }) }), 'the revocation list is by another issuer'],
    ['in another name', () => ({ issuer: 'CN=Other' }), 'the revocation list is by another issuer'],
    ['signed with SHA-1', () => ({ hash: 'SHA-1' }), 'the signature of the revocation list does not hold'],
    ['of the future', () => ({ thisUpdate: 10 }), 'the revocation list is not of this time'],
    ['of the past', () => ({ thisUpdate: -20, nextUpdate: -10 }), 'the revocation list is not of this time'],
    ['without an end', () => ({ nextUpdate: null }), 'the revocation list is not of this time'],
    ['of changes alone', () => ({ extensions: [new x509.Extension('2.5.29.27', true, Buffer.from('020101', 'hex'))] }), condition],
    ['with an unknown critical extension', () => ({ extensions: [new x509.Extension('1.3.6.1.4.1.55555.1', true, Buffer.from('0500', 'hex'))] }), condition],
    ['for authorities', () => ({ extensions: [point('8201ff')] }), scope],
    ['for attributes', () => ({ extensions: [point('8501ff')] }), scope],
    ['for some reasons', () => ({ extensions: [point('83020640')] }), scope],
    ['of several issuers', () => ({ extensions: [point('8401ff')] }), scope],
    ['for another address', () => ({ extensions: [point(named('http://lists.example/other.crl'))] }), scope],
    ['with an entry of another issuer\'s', () => ({ revoked: [entry([new x509.Extension('2.5.29.29', true, Buffer.from('3000', 'hex'))], '01')] }), 'an entry of the revocation list carries an unknown condition'],
  ])('%s', async (_name, wish, expected) => {
    expect(await why(await wish())).toBe(expected);
  });

  test('for holders, where an authority is asked about', async () => {
    expect(await why({ extensions: [point('8101ff')] }, { ...link, certificate: read(authority) })).toBe(scope);
  });

  test('by an issuer that may not sign lists', async () => {
    const strict = await issue({ name: 'Issuing', authority: true, extensions: [usage(x509.KeyUsageFlags.keyCertSign)] });
    const of = { certificate: read(await issue({ name: 'Priya NAIR', issuer: strict })), issuer: read(strict) };
    expect(await why({ signer: strict }, of)).toBe('the issuer may not sign revocation lists');
  });

  test('that is garbage, or has something behind it', async () => {
    const whole = await listBy({ signer: issuer });
    for (const der of [Buffer.alloc(0), Buffer.from('3000', 'hex'), whole.subarray(0, -1), Buffer.concat([whole, Buffer.from([0])]), Buffer.alloc(5_000, 0x30)]) {
      expect(await readRevocationList(der, link, [], NOW)).toMatchObject({ kind: 'unusable' });
    }
  });

  test('with entries in two places, of which one would not be looked at', async () => {
    const split = await listBy({ signer: issuer, revoked: [entry([reason])] }).then((der) => {
      const whole = Buffer.from(der);
      const bytes = ({ from, end }: Element): Buffer => whole.subarray(from, end);
      const [tbs, algorithm] = childrenOf(whole, only(whole)) as [Element, Element];
      const parts = childrenOf(whole, tbs);
      const entries = parts.findIndex(({ tag }, index) => tag === 0x30 && parts[index - 1]?.tag === 0x17);
      const first = sequence(0x30, Buffer.from('3013020207ff170d3236303330343035303630375a', 'hex'));
      const newTbs = sequence(0x30, Buffer.concat([...parts.slice(0, entries).map(bytes), first, ...parts.slice(entries).map(bytes)]));
      const signature = sign('sha256', newTbs, KeyObject.from(issuer.keys.privateKey));
      return sequence(0x30, Buffer.concat([newTbs, bytes(algorithm), sequence(0x03, Buffer.concat([Buffer.alloc(1), signature]))]));
    });
    expect(await readRevocationList(split, link, [], NOW)).toEqual({ kind: 'unusable', why: 'the revocation list is put together in an unknown way' });
  });

  test('that is a heap of small or of large things', async () => {
    const heap = (element: string, count: number): Buffer => {
      const content = Buffer.from(element.repeat(count), 'hex');
      const header = Buffer.alloc(6);
      header.writeUInt16BE(0x3084);
      header.writeUInt32BE(content.length, 2);
      return Buffer.concat([header, content]);
    };
    for (const der of [heap('0500', 4_000_000), heap('30020500', 2_000_000), heap('3000', 4_000_000), heap(`3084000f4240${'00'.repeat(1_000_000)}`, 3)]) {
      expect(await readRevocationList(der, link, [], NOW)).toMatchObject({ kind: 'unusable' });
    }
  });

  test('changed in any byte never says good', async () => {
    const whole = await listBy({ signer: issuer, revoked: [entry([], '0101'), entry()] });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const changed = Uint8Array.from(whole);
        changed[place] = (changed[place] as number) ^ change;
        expect((await readRevocationList(changed, link, [], NOW)).kind).not.toBe('good');
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});

/** A card with a serial number of one's choice. */
async function withNumber(serialNumber: string): Promise<Link> {
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber,
    subject: 'CN=Priya NAIR',
    issuer: issuer.certificate.subject,
    publicKey: card.keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  return { certificate: read({ certificate, keys: card.keys }), issuer: read(issuer) };
}
