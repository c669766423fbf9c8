import { X509Certificate } from 'node:crypto';
import { compactVerify, decodeProtectedHeader, importX509 } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { readPivCard, type PivCard as ReadCard } from '../../../main/card/piv/read.ts';
import { joseSignature, schemeFor } from '../../../main/card/signature.ts';
import { signInWithPiv, type PivSignIn } from '../../../main/card/piv/sign-in.ts';
import type { PivCard } from '../../../simulator/card/piv-card.ts';
import { digits, makeCard, passcode, statement } from './cards.ts';
import { cardChannel, scriptedChannel } from './scripted-channel.ts';

async function read(card: PivCard): Promise<ReadCard> {
  const { card: known } = await readPivCard(cardChannel(card));
  if (!known) throw new Error('The card could not be read');
  return known;
}

const requestFor = (card: ReadCard, changes: Partial<PivSignIn> = {}): PivSignIn => ({
  card, statement, passcode: digits(passcode), lastTryConfirmed: false, eventCounter: 1, signal: new AbortController().signal, ...changes,
});

async function signIn(card: PivCard, changes: Partial<PivSignIn> = {}) {
  const known = await read(card);
  const channel = cardChannel(card);
  return { channel, known, result: await signInWithPiv(channel, requestFor(known, changes)) };
}

const wasAskedToVerify = (sent: readonly string[]) => sent.some((command) => command.startsWith('0020008008'));

describe('signing in', () => {
  test.each(['RSA-2048', 'RSA-3072', 'P-256', 'P-384'] as const)('with %s gives an assertion that its certificate verifies', async (algorithm) => {
    const card = await makeCard({ algorithm });
    const { result, known } = await signIn(card);
    if (result.outcome.kind !== 'signed') throw new Error(JSON.stringify(result.outcome));
    const { assertion } = result.outcome;
    const header = decodeProtectedHeader(assertion);
    const certificate = new X509Certificate(Buffer.from(header.x5c![0]!, 'base64'));
    const { payload } = await compactVerify(assertion, await importX509(certificate.toString(), header.alg!));
    expect(header).toEqual({ alg: known.scheme.jose, typ: 'JWT', x5c: [known.holder.certificate] });
    expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({
      iss: 'lanyard', aud: statement.audience, nonce: statement.nonce, purpose: 'sign-in',
      iat: statement.issuedAt, exp: statement.expiresAt, jti: statement.id, sub: expect.stringMatching(/^[\w-]{43}$/) as unknown,
    });
    expect(result.status).toMatchObject({ kind: 'ready', triesLeft: 3 });
    expect(card.isVerified).toBe(false);
  });

  test('sends exactly these commands, in this order (RSA-2048)', async () => {
    const { channel } = await signIn(await makeCard({ algorithm: 'RSA-2048' }));
    expect(channel.sent.map((command) => command.slice(0, 18))).toEqual([
      '00a4040009a0000003', '00200080', '002000800834383239', '1087079aff7c820106', expect.stringMatching(/^0087079a0b/), '00c0000008', '0020ff80',
    ]);
    expect(channel.sent[2]).toBe('0020008008343832393136ffff');
  });

  test('counts a wrong passcode down, and never spends the last try unasked', async () => {
    const card = await makeCard();
    const wrong = () => signIn(card, { passcode: digits('111111') });
    expect((await wrong()).result).toMatchObject({ outcome: { refusal: { kind: 'wrong-passcode', triesLeft: 2 } }, status: { triesLeft: 2 } });
    expect((await wrong()).result).toMatchObject({ outcome: { refusal: { kind: 'wrong-passcode', triesLeft: 1 } }, status: { triesLeft: 1 } });
    const third = await wrong();
    expect(third.result).toMatchObject({ outcome: { refusal: { kind: 'last-try-unconfirmed' } }, status: { triesLeft: 1 } });
    expect(wasAskedToVerify(third.channel.sent)).toBe(false);
    expect(card.triesLeft).toBe(1);
    const confirmed = await signIn(card, { passcode: digits('111111'), lastTryConfirmed: true });
    expect(confirmed.result).toMatchObject({ outcome: { refusal: { kind: 'blocked' } }, status: { reason: 'blocked' } });
    const known = await read(await makeCard());
    const after = cardChannel(card);
    expect(await signInWithPiv(after, requestFor(known))).toMatchObject({ outcome: { refusal: { kind: 'blocked' } } });
    expect(wasAskedToVerify(after.sent)).toBe(false);
  });

  test('a right passcode on the last try fills the counter', async () => {
    const card = await makeCard();
    await signIn(card, { passcode: digits('111111') });
    await signIn(card, { passcode: digits('111111') });
    expect((await signIn(card, { lastTryConfirmed: true })).result).toMatchObject({ outcome: { kind: 'signed' }, status: { triesLeft: 3 } });
  });

  test.each(['12345', '123456789', '12345a', '', '１２３４５６'])('never sends %j to the card', async (text) => {
    const { result, channel } = await signIn(await makeCard(), { passcode: Uint8Array.from(Buffer.from(text)) });
    expect(result.outcome).toMatchObject({ refusal: { kind: 'bad-format' } });
    expect(channel.sent).toEqual([]);
  });

  test.each([
    ['630X', { wrongPasscode: '630x' }, { kind: 'wrong-passcode', triesLeft: 2 }],
    ['6982 for a wrong passcode', { wrongPasscode: '6982' }, { kind: 'wrong-passcode', triesLeft: 2 }],
  ] as const)('understands a card that says %s', async (_name, behaviour, refusal) => {
    const { result } = await signIn(await makeCard({ behaviour }), { passcode: digits('111111') });
    expect(result.outcome).toMatchObject({ refusal });
  });

  test.each(['63C0', '6983'] as const)('says blocked where the last wrong try answers %s', async (lastWrongTry) => {
    const card = await makeCard({ behaviour: { lastWrongTry } });
    for (let count = 0; count < 2; count++) await signIn(card, { passcode: digits('111111') });
    const { result } = await signIn(card, { passcode: digits('111111'), lastTryConfirmed: true });
    expect(result).toMatchObject({ outcome: { refusal: { kind: 'blocked' } }, status: { reason: 'blocked' } });
  });

  test('a card that does not tell its tries may be at its last', async () => {
    const card = await makeCard({ behaviour: { triesQuery: 'refused' } });
    expect((await signIn(card)).result.outcome).toMatchObject({ refusal: { kind: 'last-try-unconfirmed' } });
    expect((await signIn(card, { lastTryConfirmed: true })).result.outcome.kind).toBe('signed');
  });

  test('a passcode that another program left verified hides no counter', async () => {
    const card = await makeCard();
    const known = await read(card);
    const channel = cardChannel(card);
    await channel.transmit(Uint8Array.from(Buffer.from('00a4040009a00000030800001000', 'hex')));
    await channel.transmit(Uint8Array.from(Buffer.from('0020008008343832393136ffff', 'hex')));
    expect(card.isVerified).toBe(true);
    expect(await signInWithPiv(channel, requestFor(known, { passcode: digits('111111') }))).toMatchObject({
      outcome: { refusal: { kind: 'wrong-passcode', triesLeft: 2 } },
    });
  });

  test('a card that cannot forget the passcode is reset', async () => {
    expect((await signIn(await makeCard())).channel.isReset).toBe(false);
    expect((await signIn(await makeCard({ behaviour: { passcodeDrop: 'unknown' } }))).channel.isReset).toBe(true);
  });

  test('a card reset by another program before the signature', async () => {
    const { result } = await signIn(await makeCard({ behaviour: { forgetsPasscode: true } }));
    expect(result.outcome).toMatchObject({ refusal: { kind: 'failed', sentence: expect.stringContaining('reset') as unknown } });
  });

  test('a card whose event counter moved gets no passcode', async () => {
    const { result, channel } = await signIn(await makeCard(), { eventCounter: 3 });
    expect(result.outcome).toMatchObject({ refusal: { kind: 'card-changed' } });
    expect(wasAskedToVerify(channel.sent)).toBe(false);
  });

  test('another card with another key is found out by the signature', async () => {
    const known = await read(await makeCard());
    const result = await signInWithPiv(cardChannel(await makeCard()), requestFor(known));
    expect(result.outcome).toMatchObject({ refusal: { kind: 'failed', sentence: expect.stringContaining('does not match') as unknown } });
  });

  test('cancelled before the passcode: no try is spent', async () => {
    const { result, channel } = await signIn(await makeCard(), { signal: AbortSignal.abort() });
    expect(result.outcome).toMatchObject({ refusal: { kind: 'cancelled' } });
    expect(wasAskedToVerify(channel.sent)).toBe(false);
  });

  test('cancelled while the card signs: the signature is not handed out, and the passcode is forgotten', async () => {
    const card = await makeCard();
    const known = await read(card);
    const cancel = new AbortController();
    const channel = cardChannel(card);
    const cancelling = {
      ...channel,
      transmit: (command: Uint8Array) => {
        if (command[1] === 0x87) cancel.abort();
        return channel.transmit(command);
      },
    };
    const result = await signInWithPiv(cancelling, requestFor(known, { signal: cancel.signal }));
    expect(result.outcome).toMatchObject({ refusal: { kind: 'cancelled' } });
    expect(card.isVerified).toBe(false);
  });

  test('asks for the tries after a right passcode only where it may have given back what matters', async () => {
    const card = await makeCard();
    const queries = (sent: readonly string[]) => sent.filter((command) => command === '00200080').length;
    expect(queries((await signIn(card)).channel.sent)).toBe(1);
    await signIn(card, { passcode: digits('111111') });
    const second = await signIn(card);
    expect(queries(second.channel.sent)).toBe(2);
    expect(second.result.status).toMatchObject({ triesLeft: 3 });
  });

  test('a card that fails with the passcode on its way is reset: it may have taken it', async () => {
    const known = await read(await makeCard());
    const channel = scriptedChannel([[/^00a4/, '9000'], ['00200080', '63c3'], [/^0020008008/, '']]);
    await expect(signInWithPiv(channel, requestFor(known))).rejects.toMatchObject({ fault: 'mute' });
    expect(channel.isReset).toBe(true);
  });

  test.each(['63c2', '6983', '6f00', '9001'])('an answer to the passcode that is not understood, or untrue (%s), leaves no right one behind', async (answer) => {
    const card = await makeCard();
    const known = await read(card);
    const channel = cardChannel(card);
    const lying = {
      ...channel,
      transmit: async (command: Uint8Array) => {
        const isPasscode = command.length === 13 && command[1] === 0x20;
        const honest = await channel.transmit(command);
        return isPasscode ? Uint8Array.from(Buffer.from(answer, 'hex')) : honest;
      },
    };
    expect((await signInWithPiv(lying, requestFor(known))).outcome.kind).toBe('refused');
    expect(card.isVerified).toBe(false);
  });

  test('a card that fails after the passcode is reset, so that it forgets it', async () => {
    const known = await read(await makeCard());
    const channel = scriptedChannel([[/^00a4/, '9000'], ['00200080', '63c3'], [/^0020008008/, '9000'], [/^0087119a/, '']]);
    await expect(signInWithPiv(channel, requestFor(known))).rejects.toMatchObject({ fault: 'mute' });
    expect(channel.isReset).toBe(true);
  });

  test('the padded passcode is wiped, whether it was right or wrong', async () => {
    const card = await makeCard();
    const fill = vi.spyOn(Uint8Array.prototype, 'fill');
    try {
      await signIn(card);
      await signIn(card, { passcode: digits('111111') });
      const padded = (fill.mock.contexts as Uint8Array[]).filter(({ length }) => length === 8);
      expect(padded.length).toBeGreaterThanOrEqual(2);
      expect(padded.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
    } finally {
      fill.mockRestore();
    }
  });

  test.each([
    ['another purpose', { purpose: 'sign-document' }],
    ['a validity of an hour', { expiresAt: statement.issuedAt + 3600 }],
    ['an end before its beginning', { expiresAt: statement.issuedAt - 1 }],
  ])('signs nothing for %s', async (_name, changes) => {
    const { result, channel } = await signIn(await makeCard(), { statement: { ...statement, ...changes } as typeof statement });
    expect(result.outcome.kind).toBe('refused');
    expect(channel.sent).toEqual([]);
  });
});

/** Status words of SP 800-73-5 part 2 section 3.2.1, and of issued cards, against a scripted card. */
describe('the answer to VERIFY', () => {
  test.each([
    ['63c2', { kind: 'wrong-passcode', triesLeft: 2 }],
    ['63c0', { kind: 'blocked' }],
    ['6302', { kind: 'wrong-passcode', triesLeft: 2 }],
    ['6983', { kind: 'blocked' }],
    ['6984', { kind: 'blocked' }],
    ['6a80', { kind: 'bad-format' }],
    ['6700', { kind: 'bad-format' }],
    ['6a88', { kind: 'failed' }],
    ['6f00', { kind: 'failed' }],
  ])('%s', async (answer, refusal) => {
    const known = await read(await makeCard());
    const channel = scriptedChannel([[/^00a4/, '9000'], ['00200080', '63c3'], [/^0020008008/, answer], ['0020ff80', '9000']]);
    expect((await signInWithPiv(channel, requestFor(known))).outcome).toMatchObject({ refusal });
    expect(channel.left).toEqual([]);
  });

  test.each(['6982', '6300'])('%s: the counter says what it cost', async (answer) => {
    const known = await read(await makeCard());
    const channel = scriptedChannel([[/^00a4/, '9000'], ['00200080', '63c3'], [/^0020008008/, answer], ['00200080', '63c2'], ['0020ff80', '9000']]);
    expect((await signInWithPiv(channel, requestFor(known))).outcome).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft: 2 } });
  });
});

test.each([
  ['a signature of garbage', '7c 03 82 01 00 9000'],
  ['a template cut off', '7c 82 9000'],
  ['no signature', '7c 00 9000'],
  ['a refusal', '6a80'],
])('%s is no signature', async (_name, answer) => {
  const known = await read(await makeCard());
  const channel = scriptedChannel([
    [/^00a4/, '9000'], ['00200080', '63c3'], [/^0020008008/, '9000'], [/^0087119a/, answer], ['0020ff80', '9000'],
  ]);
  expect((await signInWithPiv(channel, requestFor(known))).outcome).toMatchObject({ refusal: { kind: 'failed' } });
});

test('ECDSA signatures get their fixed length: short numbers are filled, long ones refused', async () => {
  const scheme = schemeFor((await read(await makeCard())).certificate)!;
  const short = joseSignature(scheme, Uint8Array.from(Buffer.from('3007020101020200ff', 'hex')));
  expect(Buffer.from(short!).toString('hex')).toBe(`${'00'.repeat(31)}01${'00'.repeat(31)}ff`);
  const long = Buffer.concat([Buffer.from('3026022101', 'hex'), Buffer.alloc(32), Buffer.from('020101', 'hex')]);
  expect(joseSignature(scheme, long)).toBeNull();
  expect(joseSignature(scheme, Buffer.from('3003020101', 'hex'))).toBeNull();
});
