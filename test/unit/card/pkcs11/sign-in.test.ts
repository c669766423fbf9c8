import { createHash, generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { changeTokenPasscode, type TokenPasscodeChange } from '../../../../main/card/pkcs11/change-passcode.ts';
import { mechanisms, tokenFlags } from '../../../../main/card/pkcs11/constants.ts';
import type { Pkcs11CodeName } from '../../../../main/card/pkcs11/errors.ts';
import type { Pkcs11Module } from '../../../../main/card/pkcs11/module.ts';
import { readTokenStatus } from '../../../../main/card/pkcs11/read.ts';
import { signInWithToken, type TokenSignIn } from '../../../../main/card/pkcs11/sign-in.ts';
import type { TokenResult } from '../../../../main/card/pkcs11/with-card.ts';
import { digits, statement } from '../cards.ts';
import { certify, ecKeys, largerEcKeys, makeToken, now, passcode, rsaKeys, ScriptedModule, type ScriptedToken } from './scripted-module.ts';

async function requestFor(module: ScriptedModule, changes: Partial<TokenSignIn> = {}): Promise<TokenSignIn> {
  const status = await readTokenStatus(module, 'Reader A', 'use', now);
  if (status.kind === 'none') throw new Error('No token');
  const certificate = status.kind === 'ready' ? status.holder.certificate : Buffer.from(module.tokens[0]!.certificates[0]!.der).toString('base64');
  module.calls.length = 0;
  return { reader: 'Reader A', certificate, passcode: digits(passcode), lastTryConfirmed: false, pinPad: 'use', signal: new AbortController().signal, statement, ...changes };
}

async function signIn(module: ScriptedModule, changes: Partial<TokenSignIn> = {}): Promise<TokenResult> {
  return signInWithToken(module, await requestFor(module, changes));
}

const refusalOf = ({ outcome }: TokenResult) => (outcome.kind === 'refused' ? outcome.refusal : outcome.kind);

/** Nothing stays open or logged in, whatever came of it. */
function expectLeftAlone(module: ScriptedModule): void {
  expect(module.openSessions.size).toBe(0);
  expect(module.loggedIn).toBe(false);
}

/** Verifies what was signed under the certificate in its own header. @returns its claims */
function verified({ outcome }: TokenResult): Record<string, unknown> {
  if (outcome.kind !== 'signed') throw new Error(JSON.stringify(outcome));
  const [header = '', claims = '', signature = ''] = outcome.assertion.split('.');
  const { alg, x5c } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg: string; x5c: [string] };
  const key = new X509Certificate(Buffer.from(x5c[0], 'base64')).publicKey;
  const hash = alg === 'ES384' ? 'sha384' : 'sha256';
  expect(verify(hash, Buffer.from(`${header}.${claims}`), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))).toBe(true);
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
}

const id = Uint8Array.of(1);
const rsaToken = async (changes: Partial<ScriptedToken> = {}) =>
  makeToken({ certificates: [{ id, der: await certify({ publicKey: rsaKeys.publicKey }) }], keys: [{ id, privateKey: rsaKeys.privateKey }], ...changes });

describe('a signature', () => {
  test.each<[string, () => Promise<ScriptedToken>]>([
    ['RSA, hashed by the token', () => rsaToken()],
    ['RSA, padded by the token only', () => rsaToken({ mechanisms: [mechanisms.rsaPkcs] })],
    ['P-256 over a digest', () => makeToken()],
    ['P-256, hashed by the token', () => makeToken({ mechanisms: [mechanisms.ecdsaSha256] })],
    ['P-384 over a digest', async () => makeToken({ certificates: [{ id, der: await certify({ publicKey: largerEcKeys.publicKey }) }], keys: [{ id, privateKey: largerEcKeys.privateKey }] })],
  ])('%s', async (_name, token) => {
    const module = new ScriptedModule(await token());
    const result = await signIn(module);
    const certificate = Buffer.from(module.tokens[0]!.certificates[0]!.der);
    expect(verified(result)).toMatchObject({ iss: 'lanyard', aud: statement.audience, nonce: statement.nonce, purpose: 'sign-in', sub: createHash('sha256').update(certificate).digest('base64url') });
    expect(result).toMatchObject({ status: { kind: 'ready' }, failed: false });
    expectLeftAlone(module);
  });

  test('in DER, as some modules give it against the standard, is understood', async () => {
    const module = new ScriptedModule(await makeToken());
    const plain = module.sign.bind(module);
    module.sign = async (session, data) => {
      const raw = Buffer.from(await plain(session, data));
      const integer = (bytes: Buffer) => Buffer.concat([Buffer.of(0x02, bytes.length + 1, 0x00), bytes]);
      const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
      return Buffer.concat([Buffer.of(0x30, body.length), body]);
    };
    verified(await signIn(module));
  });

  test.each([['nothing', ''], ['another length', '3003020101'], ['half a TLV', '30ff']])('that is %s is none', async (_name, hex) => {
    const module = new ScriptedModule(await makeToken());
    module.sign = async () => Buffer.from(hex, 'hex');
    expect(refusalOf(await signIn(module))).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('did not sign') });
    expectLeftAlone(module);
  });

  test('that the certificate does not verify is not handed on', async () => {
    const module = new ScriptedModule(await makeToken({ keys: [{ id, privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }] }));
    expect(refusalOf(await signIn(module))).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('does not match its certificate') });
    expectLeftAlone(module);
  });

  test('is made with one login and one logout, in that order', async () => {
    const module = new ScriptedModule(await makeToken());
    await signIn(module);
    expect(module.calls.filter((call) => ['login', 'sign', 'logout', 'closeSession'].includes(call)).slice(-4)).toEqual(['login', 'sign', 'logout', 'closeSession']);
    expect(module.logins.map(({ user }) => user)).toEqual(['user']);
  });

  test('of a key that asks each time takes the passcode once more', async () => {
    const module = new ScriptedModule(await makeToken({ keys: [{ id, privateKey: ecKeys.privateKey, alwaysAuthenticate: true }] }));
    verified(await signIn(module));
    expect(module.logins.map(({ user }) => user)).toEqual(['user', 'contextSpecific']);
  });

  test('is not made of a statement that no card may sign, nor is a passcode tried', async () => {
    const module = new ScriptedModule(await makeToken());
    const tooLong = { ...statement, expiresAt: statement.issuedAt + 61 };
    expect(refusalOf(await signIn(module, { statement: tooLong }))).toMatchObject({ kind: 'failed' });
    expect(module.count('login')).toBe(0);
  });
});

describe('the key of a certificate', () => {
  const other = Uint8Array.of(2);

  test('is the one with its ID, wherever it stands', async () => {
    const keys = [{ id: other, privateKey: largerEcKeys.privateKey }, { id, privateKey: ecKeys.privateKey }];
    verified(await signIn(new ScriptedModule(await makeToken({ keys }))));
  });

  test('is not one of another type, one that may not sign, or another RSA key', async () => {
    const keys = [
      { id, privateKey: ecKeys.privateKey },
      { id, privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey },
      { id, privateKey: rsaKeys.privateKey, signs: false },
      { id, privateKey: rsaKeys.privateKey, signs: true },
    ];
    verified(await signIn(new ScriptedModule(await rsaToken({ keys }))));
  });

  test.each([['there is none', []], ['two would fit', [{ id, privateKey: ecKeys.privateKey }, { id, privateKey: ecKeys.privateKey }]]])('%s: refused, and nothing signed', async (_name, keys) => {
    const module = new ScriptedModule(await makeToken({ keys }));
    expect(refusalOf(await signIn(module))).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('no key') });
    expect(module.count('sign')).toBe(0);
    expectLeftAlone(module);
  });

  test('a token that cannot make the signature is not given the passcode', async () => {
    const module = new ScriptedModule(await makeToken({ mechanisms: [mechanisms.rsaPkcs] }));
    expect(refusalOf(await signIn(module))).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('cannot make the signature') });
    expect(module.count('login')).toBe(0);
  });
});

describe('the passcode', () => {
  test('wrong: told, counted as far as the token tells, the last try only when confirmed', async () => {
    const module = new ScriptedModule(await makeToken());
    const wrong = { passcode: digits('111111') };
    expect(await signIn(module, wrong)).toMatchObject({ outcome: { refusal: { kind: 'wrong-passcode', triesLeft: null } }, status: { triesLeft: null } });
    expect(await signIn(module, wrong)).toMatchObject({ outcome: { refusal: { kind: 'wrong-passcode', triesLeft: 1 } }, status: { triesLeft: 1 } });
    expect(await signIn(module, wrong)).toMatchObject({ outcome: { refusal: { kind: 'last-try-unconfirmed' } }, status: { triesLeft: 1 } });
    expect(module.tokens[0]!.triesLeft).toBe(1);
    expect(await signIn(module, { ...wrong, lastTryConfirmed: true })).toMatchObject({ outcome: { refusal: { kind: 'blocked' } }, status: { kind: 'unusable', reason: 'blocked' } });
    expectLeftAlone(module);
  });

  test('is not asked of a token that is blocked', async () => {
    const module = new ScriptedModule(await makeToken({ triesLeft: 0, flags: tokenFlags.userPinLocked }));
    expect(await signIn(module, { lastTryConfirmed: true })).toMatchObject({ outcome: { refusal: { kind: 'blocked' } }, status: { kind: 'unusable', reason: 'blocked' } });
    expect(module.count('login')).toBe(0);
  });

  test('right on the last, confirmed try', async () => {
    const module = new ScriptedModule(await makeToken({ triesLeft: 1, flags: tokenFlags.userPinFinalTry | tokenFlags.userPinCountLow }));
    const result = await signIn(module, { lastTryConfirmed: true });
    verified(result);
    expect(result.status).toMatchObject({ triesLeft: null });
  });

  test.each(['', '111', '1111111111111'])('of a length the token cannot have (%j) is not tried', async (typed) => {
    const module = new ScriptedModule(await makeToken());
    expect(refusalOf(await signIn(module, { passcode: digits(typed) }))).toEqual({ kind: 'bad-format' });
    expect(module.count('login')).toBe(0);
    expect(module.tokens[0]!.triesLeft).toBe(3);
  });

  test('of any length where the token knows no longest', async () => {
    verified(await signIn(new ScriptedModule(await makeToken({ shortestPasscode: 0, longestPasscode: 0 }))));
  });

  test('is not tried once the request was given up', async () => {
    const module = new ScriptedModule(await makeToken());
    expect(refusalOf(await signIn(module, { signal: AbortSignal.abort() }))).toEqual({ kind: 'cancelled' });
    expect(module.count('login')).toBe(0);
  });

  test.each(['login', 'sign'] as const)('given up at %s: nothing is handed on', async (call) => {
    const module = new ScriptedModule(await makeToken());
    const cancel = new AbortController();
    module.on(call, () => cancel.abort());
    expect(refusalOf(await signIn(module, { signal: cancel.signal }))).toEqual({ kind: 'cancelled' });
    expectLeftAlone(module);
  });

  test('is asked for again where somebody had stayed logged in', async () => {
    const module = new ScriptedModule(await makeToken());
    module.loggedIn = true;
    module.fail('login', 'CKR_USER_ALREADY_LOGGED_IN');
    expect(refusalOf(await signIn(module, { passcode: digits('111111') }))).toMatchObject({ kind: 'wrong-passcode' });
    expect(module.calls.filter((call) => call === 'login' || call === 'logout')).toEqual(['login', 'logout', 'login']);
  });

  test('on keys of the reader’s own is no business of ours', async () => {
    const module = new ScriptedModule(await makeToken({ flags: tokenFlags.protectedAuthenticationPath }));
    verified(await signIn(module, { passcode: null }));
    expect(module.logins).toEqual([{ user: 'user', passcode: null }]);
  });

  test('is not left to a reader without keys', async () => {
    const module = new ScriptedModule(await makeToken());
    expect(refusalOf(await signIn(module, { passcode: null }))).toMatchObject({ kind: 'failed' });
    expect(module.count('login')).toBe(0);
  });
});

describe('another card', () => {
  test('in the reader, or none, is said and not tried', async () => {
    const module = new ScriptedModule(await makeToken());
    const request = await requestFor(module);
    module.tokens[0]!.certificates[0] = { id, der: await certify({ name: 'Somebody ELSE' }) };
    expect(refusalOf(await signInWithToken(module, request))).toEqual({ kind: 'card-changed' });
    module.tokens.length = 0;
    expect(refusalOf(await signInWithToken(module, request))).toEqual({ kind: 'card-gone' });
    expect(module.count('login')).toBe(0);
  });
});

describe('what a call answers', () => {
  test.each<[Pkcs11CodeName, object, boolean]>([
    ['CKR_PIN_INCORRECT', { kind: 'wrong-passcode', triesLeft: null }, false],
    ['CKR_PIN_INVALID', { kind: 'bad-format' }, false],
    ['CKR_PIN_LEN_RANGE', { kind: 'bad-format' }, false],
    ['CKR_PIN_EXPIRED', { kind: 'failed', sentence: expect.stringContaining('must be changed') }, false],
    ['CKR_PIN_LOCKED', { kind: 'blocked' }, false],
    ['CKR_USER_PIN_NOT_INITIALIZED', { kind: 'failed', sentence: expect.stringContaining('no passcode yet') }, false],
    ['CKR_FUNCTION_CANCELED', { kind: 'pin-pad', problem: 'cancelled' }, false],
    ['CKR_TOKEN_NOT_PRESENT', { kind: 'card-gone' }, false],
    ['CKR_DEVICE_REMOVED', { kind: 'card-gone' }, false],
    ['CKR_SESSION_HANDLE_INVALID', { kind: 'card-gone' }, false],
    ['CKR_SESSION_CLOSED', { kind: 'card-gone' }, false],
    ['CKR_USER_NOT_LOGGED_IN', { kind: 'failed', sentence: expect.stringContaining('reset') }, false],
    ['CKR_DEVICE_ERROR', { kind: 'failed', sentence: expect.stringContaining('middleware failed') }, true],
    ['CKR_GENERAL_ERROR', { kind: 'failed', sentence: expect.stringContaining('middleware failed') }, true],
    ['CKR_CRYPTOKI_NOT_INITIALIZED', { kind: 'failed', sentence: expect.stringContaining('middleware failed') }, true],
  ])('%s at C_Login', async (name, refusal, failed) => {
    const module = new ScriptedModule(await makeToken());
    module.fail('login', name);
    const result = await signIn(module);
    expect(refusalOf(result)).toEqual(refusal);
    expect(result.failed).toBe(failed);
    expectLeftAlone(module);
  });

  test.each<keyof Pkcs11Module>(['listSlots', 'readSlot', 'readToken', 'openSession', 'findObjects', 'readAttribute', 'canSign', 'readNumber', 'beginSignature', 'sign'])('CKR_DEVICE_REMOVED at %s: card gone, nothing left open', async (call) => {
    const module = new ScriptedModule(await makeToken());
    const request = await requestFor(module);
    module.fail(call, 'CKR_DEVICE_REMOVED');
    expect(refusalOf(await signInWithToken(module, request))).toEqual({ kind: 'card-gone' });
    expectLeftAlone(module);
  });

  test.each<keyof Pkcs11Module>(['logout', 'closeSession'])('%s of a session that went with the card does no harm', async (call) => {
    const module = new ScriptedModule(await makeToken());
    const request = await requestFor(module);
    // The first session closed is the one that read the certificates.
    module.fail(call, 'CKR_SESSION_HANDLE_INVALID', call === 'closeSession' ? 1 : 0);
    expect((await signInWithToken(module, request)).outcome.kind).toBe('signed');
  });

  test('a logout that fails hands nothing on: the module is started again', async () => {
    const module = new ScriptedModule(await makeToken());
    const request = await requestFor(module);
    module.fail('logout', 'CKR_GENERAL_ERROR');
    expect(await signInWithToken(module, request)).toMatchObject({ outcome: { kind: 'refused', refusal: { kind: 'failed' } }, failed: true });
  });

  test('a defect of ours is not taken for the module’s', async () => {
    const module = new ScriptedModule(await makeToken());
    const request = await requestFor(module);
    module.on('sign', () => {
      throw new TypeError('ours');
    });
    await expect(signInWithToken(module, request)).rejects.toThrow(TypeError);
  });
});

describe('a change of passcode', () => {
  const change = async (module: ScriptedModule, changes: Partial<TokenPasscodeChange> = {}) =>
    changeTokenPasscode(module, { ...(await requestFor(module)), replacement: digits('357913'), ...changes });

  test('takes the old one and sets the new one, with nobody logged in', async () => {
    const module = new ScriptedModule(await makeToken());
    expect(await change(module)).toMatchObject({ outcome: { kind: 'passcode-changed' }, status: { kind: 'ready' } });
    expect(module.tokens[0]!.passcode).toBe('357913');
    expect(module.count('login')).toBe(0);
    expectLeftAlone(module);
  });

  test('with a wrong old one changes nothing', async () => {
    const module = new ScriptedModule(await makeToken());
    expect(refusalOf(await change(module, { passcode: digits('111111') }))).toMatchObject({ kind: 'wrong-passcode' });
    expect(module.tokens[0]!.passcode).toBe(passcode);
  });

  test('to one of a length the token cannot have spends no try', async () => {
    const module = new ScriptedModule(await makeToken({ longestPasscode: 6 }));
    expect(refusalOf(await change(module, { replacement: digits('35791357') }))).toEqual({ kind: 'unfit-replacement', fault: 'refused-by-card' });
    expect(module.count('setPasscode')).toBe(0);
  });

  test.each([['123', 'format'], [passcode, 'same'], ['777777', 'repeated'], ['456789', 'run']])('to %s is not even tried (%s)', async (typed, fault) => {
    const module = new ScriptedModule(await makeToken());
    expect(refusalOf(await change(module, { replacement: digits(typed) }))).toEqual({ kind: 'unfit-replacement', fault });
    expect(module.calls).toEqual([]);
  });

  test('to one that the token does not want says so', async () => {
    const module = new ScriptedModule(await makeToken());
    module.fail('setPasscode', 'CKR_PIN_INVALID');
    expect(refusalOf(await change(module))).toEqual({ kind: 'unfit-replacement', fault: 'refused-by-card' });
  });

  test('on the last try needs the confirmation', async () => {
    const module = new ScriptedModule(await makeToken({ triesLeft: 1, flags: tokenFlags.userPinFinalTry }));
    expect(refusalOf(await change(module))).toEqual({ kind: 'last-try-unconfirmed' });
    expect((await change(module, { lastTryConfirmed: true })).outcome.kind).toBe('passcode-changed');
  });
});
