import { describe, expect, test } from 'vitest';
import { tokenFlags } from '../../../../main/card/pkcs11/constants.ts';
import { readTokenStatus } from '../../../../main/card/pkcs11/read.ts';
import { isSlotOf, slotNameOf } from '../../../../main/card/pkcs11/reader-slots.ts';
import { authority } from '../cards.ts';
import { certify, makeToken, now, rsaKeys, ScriptedModule } from './scripted-module.ts';

const read = (module: ScriptedModule, reader = 'Reader A', pinPad: 'use' | 'ignore' = 'use') => readTokenStatus(module, reader, pinPad, now);

describe('the slot of a reader', () => {
  const padded = (name: string, padding = ' ') => Buffer.from(name.padEnd(64, padding));

  test.each([['blanks', ' '], ['zeros', '\0']])('is found by its name, padded with %s', (_name, padding) => {
    expect(isSlotOf('Reader A', padded('Reader A', padding))).toBe(true);
    expect(isSlotOf('Reader A', padded('Reader AB', padding))).toBe(false);
    expect(isSlotOf('Reader AB', padded('Reader A', padding))).toBe(false);
  });

  test('a longer name is cut to 64 bytes, also inside a character', () => {
    const long = `${'x'.repeat(63)}é 00 00`;
    expect(isSlotOf(long, Buffer.from(long, 'utf8').subarray(0, 64))).toBe(true);
    expect(isSlotOf(long, Buffer.from(`${'x'.repeat(63)}e`))).toBe(false);
    expect(slotNameOf(`${'x'.repeat(64)} 00`)).toBe(slotNameOf(`${'x'.repeat(64)} 01`));
  });
});

describe('what the module finds in a reader', () => {
  test('no token: none', async () => {
    expect(await read(new ScriptedModule())).toEqual({ kind: 'none' });
  });

  test('a token in another reader is not this reader’s, and is not touched', async () => {
    const module = new ScriptedModule(await makeToken({ description: 'Reader B' }));
    expect(await read(module)).toEqual({ kind: 'none' });
    expect(module.count('openSession')).toBe(0);
  });

  test('a card ready to sign in', async () => {
    const module = new ScriptedModule(await makeToken());
    expect(await read(module)).toMatchObject({ kind: 'ready', driver: 'pkcs11', triesLeft: null, entry: 'keyboard', canChangePasscode: true, holder: { commonName: 'Priya NAIR', userId: '555254240100' } });
    expect(module.openSessions.size).toBe(0);
    expect(module.count('login')).toBe(0);
  });

  test.each([
    ['final try', tokenFlags.userPinFinalTry | tokenFlags.userPinCountLow, { kind: 'ready', triesLeft: 1 }],
    ['count low', tokenFlags.userPinCountLow, { kind: 'ready', triesLeft: null }],
    ['locked', tokenFlags.userPinLocked | tokenFlags.userPinCountLow, { kind: 'unusable', reason: 'blocked' }],
    ['write-protected', tokenFlags.writeProtected, { kind: 'ready', canChangePasscode: false }],
    ['keys of the reader’s own', tokenFlags.protectedAuthenticationPath, { kind: 'ready', entry: 'pin-pad' }],
  ])('the flag "%s"', async (_name, flags, status) => {
    expect(await read(new ScriptedModule(await makeToken({ flags })))).toMatchObject(status);
  });

  test('keys of the reader’s own are not used where the site says so', async () => {
    const module = new ScriptedModule(await makeToken({ flags: tokenFlags.protectedAuthenticationPath }));
    expect(await read(module, 'Reader A', 'ignore')).toMatchObject({ entry: 'keyboard' });
  });

  test('several tokens in one reader: the best certificate of them all', async () => {
    const blocked = await makeToken({ flags: tokenFlags.userPinLocked, certificates: [{ id: Uint8Array.of(1), der: await certify({ name: 'Blocked' }) }] });
    const other = await makeToken({ slot: 8n, certificates: [{ id: Uint8Array.of(9), der: await certify({ name: 'Good' }) }] });
    expect(await read(new ScriptedModule(blocked, other))).toMatchObject({ kind: 'ready', holder: { commonName: 'Good' } });
  });

  const good = certify();
  test.each<[string, (der: Uint8Array) => { id: Uint8Array; der: Uint8Array }[]]>([
    ['no certificate at all', () => []],
    ['one without an ID', (der) => [{ id: new Uint8Array(0), der }]],
    ['an authority’s', () => [{ id: Uint8Array.of(1), der: Buffer.from(authority.rootPem.replaceAll(/-----.*-----|\s/g, ''), 'base64') }]],
    ['something that is no certificate', () => [{ id: Uint8Array.of(1), der: Buffer.from('30820001', 'hex') }]],
    ['nothing in it', () => [{ id: Uint8Array.of(1), der: new Uint8Array(0) }]],
  ])('unusable with %s', async (_name, certificates) => {
    expect(await read(new ScriptedModule(await makeToken({ certificates: certificates(await good) })))).toMatchObject({ kind: 'unusable', reason: 'no-certificate' });
  });

  test('what is no certificate does not hide the one beside it', async () => {
    const certificates = [{ id: Uint8Array.of(1), der: Buffer.of(1, 2, 3) }, { id: Uint8Array.of(2), der: await certify({ name: 'There', publicKey: rsaKeys.publicKey }) }];
    expect(await read(new ScriptedModule(await makeToken({ certificates })))).toMatchObject({ holder: { commonName: 'There' } });
  });

  test('the session is closed also where reading fails', async () => {
    const module = new ScriptedModule(await makeToken());
    module.fail('findObjects', 'CKR_DEVICE_REMOVED');
    await expect(read(module)).rejects.toMatchObject({ name: 'Pkcs11Error', code: 50, codeName: 'CKR_DEVICE_REMOVED' });
    expect(module.openSessions.size).toBe(0);
  });
});
