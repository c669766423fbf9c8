import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { beforeEach, describe, expect, test } from 'vitest';
import type { HttpPort, HttpRequest } from '../../../../../main/net/http.ts';
import type { RevocationAnswer } from '../../../../../main/identity/trust/revocation/answer.ts';
import { askRevocation } from '../../../../../main/identity/trust/revocation/ask.ts';
import { knownRevocations } from '../../../../../main/identity/trust/revocation/known.ts';
import { type Issued, issue } from '../../../../support/certificates.ts';
import { LIST, listAt, OCSP, ocspAt, openWorld, type World } from '../world.ts';
import { MINUTE_MS, read } from './answers.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});

const now = (): Date => new Date();
const link = (card: Issued) => ({ certificate: read(card), issuer: read(world.issuer) });
const ask = (card: Issued, http: HttpPort = world.http, timeoutMs = 2_000): Promise<RevocationAnswer> => askRevocation(link(card), { http, now, timeoutMs }, new AbortController().signal);

describe('asking', () => {
  test('takes OCSP first, and the list only where that does not answer', async () => {
    expect(await ask(await world.card())).toMatchObject({ kind: 'good' });
    expect(world.asked).toEqual([`POST ${OCSP}`]);
    for (const ocsp of ['unreachable', 'broken'] as const) {
      world.services.ocsp = ocsp;
      world.asked.length = 0;
      expect(await ask(await world.card())).toMatchObject({ kind: 'good' });
      expect(world.asked).toEqual([`POST ${OCSP}`, `GET ${LIST}`]);
    }
  });

  test('leaves half of the time to the list where the responder stays silent', async () => {
    world.services.ocsp = 'silent';
    world.services.list = 'says-revoked';
    expect(await ask(await world.card(), world.http, 400)).toMatchObject({ kind: 'revoked' });
  });

  test('ends within its time where nobody answers, and says who did not', async () => {
    Object.assign(world.services, { ocsp: 'silent', list: 'silent' });
    const answer = await ask(await world.card(), world.http, 200);
    expect(answer).toEqual({ kind: 'unusable', why: 'ocsp.example did not answer (timed-out); lists.example did not answer (timed-out)' });
  });

  test('believes a list or a responder that says revoked', async () => {
    world.services.ocsp = 'says-revoked';
    expect(await ask(await world.card())).toMatchObject({ kind: 'revoked' });
  });

  test('asks for signed bytes, bounded, with nothing of the holder in it but the number of the certificate', async () => {
    const sent: HttpRequest[] = [];
    const card = await world.card();
    world.services.ocsp = 'unreachable';
    await ask(card, { send: (request, signal) => (sent.push(request), world.http.send(request, signal)) });
    expect(sent.map(({ answerAs, signedContent }) => [answerAs, signedContent])).toEqual([['bytes', true], ['bytes', true]]);
    expect(sent.map(({ maxBytes }) => (maxBytes ?? Infinity) <= 16 * 1024 * 1024)).toEqual([true, true]);
    expect(Buffer.from(sent[0]?.body as Uint8Array).includes('NAIR')).toBe(false);
  });

  test('asks only web addresses, three of a kind at the most, and no list that is for some reasons alone', async () => {
    world.services.list = 'unreachable';
    const many = [...Array(9).keys()].map((index) => `http://lists.example/${index}.crl`);
    await ask(await world.card({ extensions: [listAt('ldap://directory.example/cn=x')] }));
    await ask(await world.card({ extensions: [ocspAt('file:///etc/passwd')] }));
    await ask(await world.card({ extensions: [new x509.CRLDistributionPointsExtension(many)] }));
    expect(world.asked).toEqual(many.slice(0, 3).map((address) => `GET ${address}`));
    world.asked.length = 0;
    // DistributionPoint ::= SEQUENCE { [0] name, [1] reasons }
    const forSomeReasons = new x509.Extension('2.5.29.31', false, Buffer.from('301c301aa014a0128610687474703a2f2f6c2e6578616d706c6581020640', 'hex'));
    expect(await ask(await world.card({ extensions: [forSomeReasons] }))).toEqual({ kind: 'unusable', why: 'the certificate names nobody to ask' });
    expect(world.asked).toEqual([]);
  });

  test('says so where nobody is named, or where the names cannot be read', async () => {
    expect(await ask(await world.card({ extensions: [] }))).toEqual({ kind: 'unusable', why: 'the certificate names nobody to ask' });
    const garbage = new x509.Extension('2.5.29.31', false, Buffer.from('0401ff', 'hex'));
    expect(await ask(await world.card({ extensions: [garbage] }))).toMatchObject({ kind: 'unusable', why: 'the certificate names addresses that cannot be read' });
  });

  test('rejects with the signal of whoever gave it up', async () => {
    world.services.ocsp = 'silent';
    const abort = new AbortController();
    const asking = askRevocation(link(await world.card()), { http: world.http, now, timeoutMs: 5_000 }, abort.signal);
    abort.abort(new Error('left'));
    await expect(asking).rejects.toThrow('left');
  });
});

describe('what is known', () => {
  let reported: string[];
  beforeEach(() => {
    reported = [];
  });
  const open = (at: { time: number }) =>
    knownRevocations({ http: world.http, now: () => new Date(at.time), timeoutMs: 2_000 }, { leftAloneMs: MINUTE_MS, report: (why) => void reported.push(why) });

  test('is asked once, also by two at the same time, until it runs out', async () => {
    const at = { time: Date.now() };
    const known = open(at);
    const card = link(await world.card());
    expect(known.last(card)).toBeNull();
    await Promise.all([known.check(card), known.check(card)]);
    await known.check(card);
    expect(world.asked).toHaveLength(1);
    at.time = known.last(card)?.until ?? 0;
    await known.check(card);
    expect(world.asked).toHaveLength(2);
  });

  test('is asked again where the clock was put back', async () => {
    const at = { time: Date.now() };
    const known = open(at);
    const card = link(await world.card());
    await known.check(card);
    at.time -= 10 * MINUTE_MS;
    await known.check(card);
    expect(world.asked.filter((request) => request.startsWith('POST'))).toHaveLength(2);
  });

  test('that nobody answered is left alone for its time, then asked again', async () => {
    Object.assign(world.services, { ocsp: 'unreachable', list: 'unreachable' });
    const at = { time: Date.now() };
    const known = open(at);
    const card = link(await world.card());
    expect(await known.check(card)).toMatchObject({ kind: 'unusable' });
    await known.check(card);
    expect(world.asked).toHaveLength(2);
    expect(reported).toEqual(['ocsp.example did not answer (unreachable); lists.example did not answer (unreachable)']);
    at.time += MINUTE_MS;
    Object.assign(world.services, { ocsp: 'answers' });
    expect(await known.check(card)).toMatchObject({ kind: 'good' });
  });

  test('of one certificate is not taken for another, nor for the same number of another issuer', async () => {
    const known = open({ time: Date.now() });
    await known.check(link(await world.card()));
    await known.check(link(await world.card()));
    const other = await issue({ name: 'Issuing', authority: true });
    const card = await world.card();
    await known.check({ certificate: read(card), issuer: read(other) });
    expect(known.last(link(card))).toBeNull();
    expect(world.asked.filter((request) => request.startsWith('POST'))).toHaveLength(3);
  });

  test('is gone when it is closed, and what is under way is given up', async () => {
    world.services.ocsp = 'silent';
    const known = open({ time: Date.now() });
    const card = link(await world.card());
    const checking = known.check(card);
    known.close();
    expect(await checking).toMatchObject({ kind: 'unusable' });
    expect(known.last(card)).toBeNull();
  });
});
