import { fork, type ChildProcess } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LookResult, Pkcs11Client } from '../../../main/card/pkcs11/client.ts';
import { createCardAuthority, type CardAuthority } from '../../../simulator/card/index.ts';
import { generateCardKeys, type CardAlgorithm } from '../../../simulator/card/certificate-authority.ts';
import { Judge, pkcs11ChannelTo, pkcs11Client, pkcs11ProcessModule, withTyped } from './pkcs11-process.ts';
import { SoftHsm, softHsmModule, whyNoSoftHsm, type SoftHsmToken } from './softhsm.ts';

/** The PKCS #11 process over a module of others, with tokens of every make. SoftHSM counts no tries and locks nothing. */
const missing = whyNoSoftHsm();
const passcode = '482916';
const day = 86_400_000;

const holderOf = (seen: LookResult) => {
  if (seen.kind !== 'seen' || seen.status.kind !== 'ready') throw new Error(`Not ready: ${JSON.stringify(seen)}`);
  return seen.status.holder;
};

describe.skipIf(missing !== null)(`over SoftHSM${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let authority: CardAuthority;
  let judge: Judge;
  let hsm: SoftHsm;
  let client: Pkcs11Client;
  let processes: ChildProcess[];

  beforeAll(async () => {
    authority = await createCardAuthority();
    judge = new Judge(authority.chainPem);
  });

  beforeEach(() => {
    hsm = new SoftHsm();
    processes = [];
    client = pkcs11Client(() => {
      const child = fork(pkcs11ProcessModule, { execArgv: ['--no-warnings'], serialization: 'advanced', env: { ...process.env, ...hsm.environment }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      processes.push(child);
      return pkcs11ChannelTo(child, softHsmModule ?? '');
    }, { lookLimitMs: 2000 });
  });

  afterEach(() => {
    client.stop();
    hsm.remove();
  });

  afterAll(() => {
    for (const child of processes ?? []) child.kill('SIGKILL');
  });

  interface Order {
    readonly name?: string;
    readonly algorithm?: CardAlgorithm;
    readonly id: string;
    readonly label?: string;
    readonly keyLabel?: string;
    readonly issuer?: CardAuthority;
    readonly notBefore?: Date;
    readonly notAfter?: Date;
    readonly withoutKey?: true;
  }

  /** Writes a certificate and its key to a token, in whatever order and under whatever names. */
  async function write(token: SoftHsmToken, { name = 'Priya NAIR', algorithm = 'P-256', id, label = 'certificate', keyLabel = 'key', issuer = authority, ...order }: Order): Promise<void> {
    const { publicKey, privateKey } = await generateCardKeys(algorithm);
    const { notBefore = new Date(Date.now() - day), notAfter = new Date(Date.now() + 300 * day) } = order;
    if (!order.withoutKey) token.writeKey(id, keyLabel, privateKey);
    token.writeCertificate(id, label, await issuer.issue({ commonName: name, userId: '555254240100', publicKey, notBefore, notAfter }));
  }

  async function signIn(reader: string, typed = passcode) {
    const { certificate } = holderOf(await client.look(reader));
    return client.signIn(withTyped(client, { reader, certificate }, typed), judge.statement());
  }

  test.each<CardAlgorithm>(['RSA-2048', 'RSA-3072', 'P-256', 'P-384'])('a token with %s signs in; the identity service accepts it', async (algorithm) => {
    const token = hsm.makeToken('token', passcode);
    await write(token, { algorithm, id: '01' });
    client.start();
    expect(await client.look(token.reader)).toMatchObject({ kind: 'seen', status: { kind: 'ready', driver: 'pkcs11', triesLeft: null, entry: 'keyboard', holder: { commonName: 'Priya NAIR', userId: '555254240100' } } });
    const signed = await signIn(token.reader);
    if (signed.kind !== 'signed') throw new Error(JSON.stringify(signed));
    expect(await judge.verdict(signed.assertion)).toMatchObject({ ok: true, subject: { userId: '555254240100' } });
    expect(processes).toHaveLength(1);
  });

  test('a wrong passcode is told, and the right one signs in afterwards', async () => {
    const token = hsm.makeToken('token', passcode);
    await write(token, { id: '01' });
    client.start();
    expect(await signIn(token.reader, '111111')).toMatchObject({ kind: 'refused', refusal: { kind: 'wrong-passcode', triesLeft: null }, status: { kind: 'ready' } });
    expect(await signIn(token.reader, '11')).toMatchObject({ kind: 'refused', refusal: { kind: 'bad-format' } });
    expect(await signIn(token.reader)).toMatchObject({ kind: 'signed' });
  });

  test('each sign-in needs the passcode: nothing stays logged in', async () => {
    const token = hsm.makeToken('token', passcode);
    await write(token, { id: '01' });
    client.start();
    expect(await signIn(token.reader)).toMatchObject({ kind: 'signed' });
    expect(await signIn(token.reader, '111111')).toMatchObject({ kind: 'refused', refusal: { kind: 'wrong-passcode' } });
  });

  test('neither label nor order nor the form of an ID counts: the key with the certificate’s ID signs', async () => {
    const token = hsm.makeToken('token', passcode);
    await write(token, { name: 'Expired HOLDER', id: '01', label: 'Sign-in', keyLabel: 'Sign-in', notBefore: new Date(Date.now() - 20 * day), notAfter: new Date(Date.now() - day) });
    await write(token, { name: 'Current HOLDER', id: '0aff00b7c4', label: 'certificate 9', keyLabel: 'Sign-in' });
    await write(token, { name: 'Earlier HOLDER', id: '02', label: '1', keyLabel: 'certificate 9', notBefore: new Date(Date.now() - 30 * day) });
    client.start();
    expect(holderOf(await client.look(token.reader)).commonName).toBe('Current HOLDER');
    const signed = await signIn(token.reader);
    if (signed.kind !== 'signed') throw new Error(JSON.stringify(signed));
    const { x5c } = JSON.parse(Buffer.from(signed.assertion.split('.')[0] ?? '', 'base64url').toString()) as { x5c: [string] };
    expect(new X509Certificate(Buffer.from(x5c[0], 'base64')).subject).toContain('Current HOLDER');
    expect(await judge.verdict(signed.assertion)).toMatchObject({ ok: true });
  });

  test('a key of another ID is not this certificate’s', async () => {
    const token = hsm.makeToken('token', passcode);
    await write(token, { id: '01', withoutKey: true });
    token.writeKey('02', 'certificate', (await generateCardKeys('P-256')).privateKey);
    client.start();
    expect(await signIn(token.reader)).toMatchObject({ kind: 'refused', refusal: { kind: 'failed', sentence: expect.stringContaining('no key') } });
  });

  test('a key under the certificate’s ID that is not its key makes no assertion', async () => {
    const token = hsm.makeToken('token', passcode);
    await write(token, { id: '01', withoutKey: true });
    token.writeKey('01', 'certificate', (await generateCardKeys('P-256')).privateKey);
    client.start();
    expect(await signIn(token.reader)).toMatchObject({ kind: 'refused', refusal: { kind: 'failed', sentence: expect.stringContaining('does not match its certificate') } });
  });

  test('two tokens are two cards, each in its own place', async () => {
    const tokens = [hsm.makeToken('one', passcode), hsm.makeToken('two', '739154')] as const;
    await write(tokens[0], { name: 'First HOLDER', id: '01' });
    await write(tokens[1], { name: 'Second HOLDER', id: '01' });
    client.start();
    expect(holderOf(await client.look(tokens[0].reader)).commonName).toBe('First HOLDER');
    expect(holderOf(await client.look(tokens[1].reader)).commonName).toBe('Second HOLDER');
    expect(await signIn(tokens[1].reader)).toMatchObject({ refusal: { kind: 'wrong-passcode' } });
    expect(await signIn(tokens[1].reader, '739154')).toMatchObject({ kind: 'signed' });
  });

  test('a card that shows another certificate by now is another card', async () => {
    const tokens = [hsm.makeToken('one', passcode), hsm.makeToken('two', passcode)] as const;
    await write(tokens[0], { id: '01' });
    await write(tokens[1], { id: '01' });
    client.start();
    const { certificate } = holderOf(await client.look(tokens[0].reader));
    expect(await client.signIn(withTyped(client, { reader: tokens[1].reader, certificate }, passcode), judge.statement())).toMatchObject({ refusal: { kind: 'card-changed' } });
    expect(await client.signIn(withTyped(client, { reader: 'Another reader', certificate }, passcode), judge.statement())).toMatchObject({ refusal: { kind: 'card-gone' } });
  });

  test('a token of an authority nobody knows is read and signs; whether it may sign in is the service’s to say', async () => {
    const stranger = await createCardAuthority();
    const token = hsm.makeToken('token', passcode);
    await write(token, { id: '01', issuer: stranger });
    client.start();
    const signed = await signIn(token.reader);
    if (signed.kind !== 'signed') throw new Error(JSON.stringify(signed));
    expect(await judge.verdict(signed.assertion)).toMatchObject({ ok: false, status: 401 });
  });

  test('a token without certificates, and none at all', async () => {
    const token = hsm.makeToken('token', passcode);
    client.start();
    expect(await client.look(token.reader)).toMatchObject({ kind: 'seen', status: { kind: 'unusable', reason: 'no-certificate' } });
    expect(await client.look('No such reader')).toEqual({ kind: 'seen', status: { kind: 'none' } });
  });

  test('the passcode is changed, not with a wrong one, and the new one signs in', async () => {
    const token = hsm.makeToken('token', passcode);
    await write(token, { id: '01' });
    client.start();
    const { certificate } = holderOf(await client.look(token.reader));
    const card = { reader: token.reader, certificate };
    expect(await client.changePasscode(withTyped(client, card, '111111', '357913'))).toMatchObject({ refusal: { kind: 'wrong-passcode' } });
    expect(await client.changePasscode(withTyped(client, card, passcode, '357913'))).toMatchObject({ kind: 'passcode-changed' });
    expect(await signIn(token.reader)).toMatchObject({ refusal: { kind: 'wrong-passcode' } });
    expect(await signIn(token.reader, '357913')).toMatchObject({ kind: 'signed' });
  });

  test('a process that hangs is killed and replaced, and the card is read', async () => {
    const token = hsm.makeToken('token', passcode);
    await write(token, { id: '01' });
    client.start();
    expect(holderOf(await client.look(token.reader)).commonName).toBe('Priya NAIR');
    processes[0]?.kill('SIGSTOP');
    expect(await client.look(token.reader)).toEqual({ kind: 'failed' });
    await expect.poll(async () => (await client.look(token.reader)).kind, { timeout: 10_000 }).toBe('seen');
    expect(processes[0]?.signalCode ?? 'SIGKILL').toBe('SIGKILL');
    expect(processes).toHaveLength(2);
  });

  test('a process that is killed is replaced, and the card signs in', async () => {
    const token = hsm.makeToken('token', passcode);
    await write(token, { id: '01' });
    client.start();
    const { certificate } = holderOf(await client.look(token.reader));
    const card = withTyped(client, { reader: token.reader, certificate }, passcode);
    processes[0]?.kill('SIGKILL');
    expect(await client.signIn(card, judge.statement())).toMatchObject({ kind: 'refused', refusal: { kind: 'failed' } });
    await expect.poll(async () => (await client.look(token.reader)).kind, { timeout: 10_000 }).toBe('seen');
    expect(await signIn(token.reader)).toMatchObject({ kind: 'signed' });
    expect(processes).toHaveLength(2);
  });
});
