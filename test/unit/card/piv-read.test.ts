import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asksForGlobalPasscode, readCertificateObject } from '../../../main/card/piv/certificate.ts';
import { readPivCard } from '../../../main/card/piv/read.ts';
import { algorithmOf } from '../../../main/card/piv/signature.ts';
import { encodeTlv } from '../../../main/card/tlv.ts';
import { OtherCard } from '../../../simulator/card/other-card.ts';
import { authority, makeCard } from './cards.ts';
import { answeringChannel, cardChannel, scriptedChannel } from './scripted-channel.ts';
import { generateCardKeys } from '../../../simulator/card/certificate-authority.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const object = (stored: Uint8Array, info = 0) =>
  encodeTlv(0x53, Uint8Array.from([...encodeTlv(0x70, stored), 0x71, 0x01, info, 0xfe, 0x00]));

const { publicKey } = await generateCardKeys('P-256');
const someCertificate = await authority.issue({ commonName: 'A', userId: '1', publicKey, notBefore: new Date(), notAfter: new Date() });

describe('reading a PIV card', () => {
  test.each([
    ['a plain certificate', {}],
    ['a compressed certificate', { behaviour: { certificate: 'gzip' } }],
    ['a plain certificate flagged as compressed', { behaviour: { certificate: 'plain-flagged-gzip' } }],
    ['a compressed certificate flagged as plain', { behaviour: { certificate: 'gzip-flagged-plain' } }],
    ['no Discovery object', { behaviour: { discovery: 'missing' } }],
    ['an application name without its provider', { behaviour: { selectedName: 'extension-only' } }],
    ['answers of one byte', { behaviour: { answerBytes: 5 } }],
    ['630X', { behaviour: { wrongPasscode: '630x' } }],
  ] as const)('with %s', async (_name, order) => {
    const { status, card } = await readPivCard(cardChannel(await makeCard(order)));
    expect(status).toMatchObject({ kind: 'ready', driver: 'piv', triesLeft: 3 });
    expect(status).toMatchObject({ holder: { commonName: 'Priya NAIR', userId: '555254240100' } });
    expect(card?.scheme.jose).toBe('ES256');
  });

  test.each([['RSA-2048', 'RS256', 0x07], ['RSA-3072', 'RS256', 0x05], ['P-256', 'ES256', 0x11], ['P-384', 'ES384', 0x14]] as const)(
    'takes the algorithm of %s from the certificate',
    async (algorithm, jose, identifier) => {
      const { card } = await readPivCard(cardChannel(await makeCard({ algorithm })));
      expect(card?.scheme.jose).toBe(jose);
      expect(algorithmOf(card!.scheme)).toBe(identifier);
    },
  );

  test('tells holder and validity as the certificate has them', async () => {
    const notBefore = new Date('2026-03-01T10:00:00Z');
    const card = await makeCard({ commonName: "Siân O’Brien, jr", notBefore });
    const { status } = await readPivCard(cardChannel(card));
    expect(status).toMatchObject({
      holder: { commonName: 'Siân O’Brien, jr', notBefore: '2026-03-01T10:00:00.000Z', notAfter: '2028-03-01T10:00:00.000Z' },
    });
  });

  test('takes only 12 digits for a user identifier', async () => {
    const { status } = await readPivCard(cardChannel(await makeCard({ userId: 'NHS-1' })));
    expect(status).toMatchObject({ holder: { userId: null } });
  });

  test('spends no try', async () => {
    const card = await makeCard();
    const channel = cardChannel(card);
    await readPivCard(channel);
    expect(channel.sent.some((command) => command.startsWith('0020008008'))).toBe(false);
    expect(card.triesLeft).toBe(3);
  });

  test.each(['63C0', '6983'] as const)('says blocked where the card says %s', async (lastWrongTry) => {
    const card = await makeCard({ behaviour: { lastWrongTry } });
    card.block();
    expect((await readPivCard(cardChannel(card))).status).toMatchObject({ kind: 'unusable', reason: 'blocked' });
  });

  test('says so where the card does not tell its tries', async () => {
    const card = await makeCard({ behaviour: { triesQuery: 'refused' } });
    expect((await readPivCard(cardChannel(card))).status).toMatchObject({ kind: 'ready', triesLeft: null });
  });

  test('a card of another trade is not PIV', async () => {
    expect((await readPivCard(cardChannel(new OtherCard()))).status).toMatchObject({ reason: 'not-piv' });
    expect((await readPivCard(cardChannel(await makeCard({ behaviour: { application: 'other' } })))).status).toMatchObject({ reason: 'not-piv' });
  });

  test('a card without the certificate', async () => {
    const channel = scriptedChannel([
      ['00a4040009 a00000030800001000 00', '6105 9000'],
      ['00cb3fff03 5c017e 00', '6a82'],
      ['00cb3fff05 5c035fc105 00', '6a82'],
    ]);
    expect((await readPivCard(channel)).status).toMatchObject({ reason: 'no-certificate' });
    expect(channel.left).toEqual([]);
  });

  test('asks for the global passcode where the Discovery object says it is the primary one', async () => {
    const whole = Buffer.from(object(someCertificate)).toString('hex');
    const channel = scriptedChannel([
      [/^00a40400/, '9000'],
      ['00cb3fff03 5c017e 00', '7e124f0ba0000003080000100001005f2f026020 9000'],
      [/5c035fc105/, `${whole}9000`],
      ['00200000', '63c2'],
    ]);
    expect(await readPivCard(channel)).toMatchObject({ status: { triesLeft: 2 }, card: { passcodeReference: 0x00 } });
  });

  test('any card leads to a status or a typed failure', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 2, maxLength: 40 }), { minLength: 1, maxLength: 5 }), async (answers) => {
        const channel = answeringChannel((_command, count) => Uint8Array.from([...answers[count % answers.length]!, 0x90, 0x00]));
        const { status } = await readPivCard(channel);
        expect(['ready', 'unusable']).toContain(status.kind);
      }),
    );
  });
});

describe('a certificate object', () => {
  test.each([
    ['no certificate inside', bytes('53 00')],
    ['no bytes', new Uint8Array(0)],
    ['bytes that are no certificate', object(bytes('3003020101'))],
    ['a gzip stream cut off', object(gzipSync(Buffer.alloc(200)).subarray(0, 12))],
    ['a certificate that unpacks to megabytes', object(gzipSync(Buffer.concat([someCertificate, Buffer.alloc(5_000_000)])))],
    ['a length that lies', bytes('53 10 70 0f 30')],
  ])('with %s is unreadable', (_name, stored) => {
    expect(readCertificateObject(stored)).toEqual({ kind: 'unreadable' });
  });

  test('with a compressed certificate within bounds is read', () => {
    expect(readCertificateObject(object(gzipSync(someCertificate)))).toMatchObject({ kind: 'certificate' });
  });
});

test.each([
  ['7e 12 4f 0b a000000308000010000100 5f2f 02 4000', false],
  ['7e 12 4f 0b a000000308000010000100 5f2f 02 4010', false],
  ['7e 12 4f 0b a000000308000010000100 5f2f 02 6010', false],
  ['7e 12 4f 0b a000000308000010000100 5f2f 02 6020', true],
  ['53 00', false],
])('Discovery object %s asks for the global passcode: %s', (hex, expected) => {
  expect(asksForGlobalPasscode(bytes(hex))).toBe(expected);
});
