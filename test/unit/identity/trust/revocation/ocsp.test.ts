import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import * as fc from 'fast-check';
import { OCSPRequest } from 'pkijs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Issued as Link } from '../../../../../main/identity/trust/revocation/answer.ts';
import { ocspQuestion, type OcspQuestion, readOcspAnswer } from '../../../../../main/identity/trust/revocation/ocsp.ts';
import { type Issued, issue } from '../../../../support/certificates.ts';
import { forUses, usage } from '../certificate-set.ts';
import { type AnswerWish, answerTo, criticalExtension, HOUR_MS, MINUTE_MS, noCheck, read, responderOf } from './answers.ts';

const NOW = new Date();
const AT = new Date(Math.floor(NOW.getTime() / 1_000) * 1_000 - 86_400_000);

let root: Issued;
let issuer: Issued;
let other: Issued;
let responder: Issued;
let link: Link;
let question: OcspQuestion;

beforeAll(async () => {
  root = await issue({ name: 'Root', authority: true });
  issuer = await issue({ name: 'Issuing', issuer: root, authority: true });
  other = await issue({ name: 'Issuing', authority: true });
  responder = await responderOf(issuer);
  link = { certificate: read(await issue({ name: 'Priya NAIR', issuer })), issuer: read(issuer) };
  question = await ocspQuestion(link);
});

const heard = async (wish: Partial<AnswerWish> = {}) => readOcspAnswer(await answerTo(question, { signer: issuer, ...wish }), question, link, NOW);
const why = async (wish: Partial<AnswerWish>): Promise<string> => {
  const answer = await heard(wish);
  return answer.kind === 'unusable' ? answer.why : answer.kind;
};

describe('the question', () => {
  test('names one certificate and carries a nonce of its own', async () => {
    const request = OCSPRequest.fromBER(question.der as Uint8Array<ArrayBuffer>);
    expect(request.tbsRequest.requestList).toHaveLength(1);
    expect(request.tbsRequest.requestExtensions?.map(({ extnID }) => extnID)).toEqual(['1.3.6.1.5.5.7.48.1.2']);
    expect(question.nonce).toHaveLength(32);
    expect((await ocspQuestion(link)).nonce).not.toEqual(question.nonce);
  });
});

describe('an answer', () => {
  test('by the issuer, named by name or by key, says good', async () => {
    expect(await heard()).toMatchObject({ kind: 'good' });
    expect(await heard({ by: 'key' })).toMatchObject({ kind: 'good' });
    expect(await heard({ sent: [issuer] })).toMatchObject({ kind: 'good' });
  });

  test('by a responder that the issuer authorised says good', async () => {
    expect(await heard({ signer: responder, sent: [responder] })).toMatchObject({ kind: 'good' });
    expect(await heard({ signer: responder, sent: [responder], by: 'key' })).toMatchObject({ kind: 'good' });
  });

  test('says revoked, and since when', async () => {
    expect(await heard({ status: { kind: 'revoked', at: AT } })).toMatchObject({ kind: 'revoked', since: AT });
  });

  test('of several about the same certificate the worst counts', async () => {
    expect(await heard({ also: [{ kind: 'revoked', at: AT }] })).toMatchObject({ kind: 'revoked' });
    expect(await heard({ also: [{ kind: 'unknown' }] })).toMatchObject({ kind: 'unusable' });
  });

  test('is kept until it ends, an hour at the most and a minute at the least', async () => {
    const kept = async (nextUpdate: number): Promise<number> => {
      const answer = await heard({ nextUpdate });
      return answer.kind === 'good' ? answer.until - NOW.getTime() : Number.NaN;
    };
    expect(await kept(600)).toBe(HOUR_MS);
    expect(await kept(-1)).toBe(MINUTE_MS);
    expect(Math.abs((await kept(30)) - 30 * MINUTE_MS)).toBeLessThan(MINUTE_MS);
  });
});

describe('an answer is as good as none', () => {
  const nobody = 'the OCSP answer is by nobody whom the issuer authorised';
  const notOfThisTime = 'the OCSP answer is not of this time';

  test.each<[string, (() => Partial<AnswerWish>) | (() => Promise<Partial<AnswerWish>>), string]>([
    ['by an authority of the same name', () => ({ signer: other }), 'the signature of the OCSP answer does not hold'],
    ['by an authority of the same name that sends itself along', () => ({ signer: other, sent: [other] }), 'the signature of the OCSP answer does not hold'],
    ['by the issuer\'s issuer', () => ({ signer: root, sent: [root] }), nobody],
    ['by the certificate itself', async () => { const self = await issue({ name: 'Priya NAIR', issuer }); return { signer: self, sent: [self] }; }, nobody],
    ['by a responder that did not send itself', () => ({ signer: responder }), nobody],
    ['by a responder of another authority', async () => { const theirs = await responderOf(other); return { signer: theirs, sent: [theirs] }; }, nobody],
    ['by a responder that the issuer\'s issuer authorised', async () => { const theirs = await responderOf(root); return { signer: theirs, sent: [theirs] }; }, nobody],
    ['by a responder that is not for OCSP', async () => { const theirs = await responderOf(issuer, { extensions: [forUses('1.3.6.1.5.5.7.3.2'), noCheck] }); return { signer: theirs, sent: [theirs] }; }, nobody],
    ['by a responder for any use', async () => { const theirs = await responderOf(issuer, { extensions: [forUses('2.5.29.37.0'), noCheck] }); return { signer: theirs, sent: [theirs] }; }, nobody],
    ['by a responder without usages', async () => { const theirs = await responderOf(issuer, { extensions: [noCheck] }); return { signer: theirs, sent: [theirs] }; }, nobody],
    ['by a responder that would have to be checked itself', async () => { const theirs = await responderOf(issuer, { extensions: [forUses('1.3.6.1.5.5.7.3.9')] }); return { signer: theirs, sent: [theirs] }; }, nobody],
    ['by a responder that may not sign', async () => { const theirs = await responderOf(issuer, { extensions: [usage(x509.KeyUsageFlags.keyEncipherment), forUses('1.3.6.1.5.5.7.3.9'), noCheck] }); return { signer: theirs, sent: [theirs] }; }, nobody],
    ['by a responder that ran out', async () => { const theirs = await responderOf(issuer, { until: -1 }); return { signer: theirs, sent: [theirs] }; }, nobody],
    ['by a responder signed with SHA-1', async () => { const theirs = await responderOf(issuer, { hash: 'SHA-1' }); return { signer: theirs, sent: [theirs] }; }, nobody],
    ['named after another', () => ({ signer: responder, sent: [responder], named: issuer }), 'the signature of the OCSP answer does not hold'],
    ['signed with SHA-1', () => ({ hash: 'SHA-1' }), 'the signature of the OCSP answer does not hold'],
    ['to another question', () => ({ nonce: new Uint8Array(32) }), 'the OCSP answer is to another question'],
    ['of the future', () => ({ thisUpdate: 10, nextUpdate: 20 }), notOfThisTime],
    ['of the past', () => ({ thisUpdate: -20, nextUpdate: -10 }), notOfThisTime],
    ['without an end and without a nonce', () => ({ nextUpdate: null, nonce: null }), notOfThisTime],
    ['without an end, made long ago', () => ({ nextUpdate: null, producedAt: -10 }), notOfThisTime],
    ['that knows nothing', () => ({ status: { kind: 'unknown' } }), 'the OCSP responder does not know the certificate'],
    ['with an unknown critical extension', () => ({ extension: criticalExtension() }), 'the OCSP answer carries an unknown condition'],
    ['with an unknown critical extension of its status', () => ({ singleExtension: criticalExtension() }), 'the OCSP answer carries an unknown condition'],
  ])('%s', async (_name, wish, expected) => {
    expect(await why(await wish())).toBe(expected);
  });

  test('about another certificate', async () => {
    const asked = await ocspQuestion({ certificate: read(await issue({ name: 'Somebody', issuer })), issuer: read(issuer) });
    const der = await answerTo({ ...asked, nonce: question.nonce }, { signer: issuer });
    expect(await readOcspAnswer(der, question, link, NOW)).toEqual({ kind: 'unusable', why: 'the OCSP answer is about another certificate' });
  });

  test('that refuses, or is garbage', async () => {
    expect(await readOcspAnswer(Buffer.from('30030a0106', 'hex'), question, link, NOW)).toEqual({ kind: 'unusable', why: 'the OCSP responder refused (6)' });
    for (const der of ['', '00', '3000', '30030a0100']) expect(await readOcspAnswer(Buffer.from(der, 'hex'), question, link, NOW)).toMatchObject({ kind: 'unusable' });
  });

  test('changed in any byte never says good', async () => {
    const whole = await answerTo(question, { signer: responder, sent: [responder], status: { kind: 'revoked', at: AT } });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const changed = Uint8Array.from(whole);
        changed[place] = (changed[place] as number) ^ change;
        expect((await readOcspAnswer(changed, question, link, NOW)).kind).not.toBe('good');
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  test('without a nonce but with an end it counts, as responders that answer in advance do', async () => {
    expect(await heard({ nonce: null })).toMatchObject({ kind: 'good' });
    expect(await heard({ nextUpdate: null })).toMatchObject({ kind: 'good' });
  });
});
