import { beforeEach, describe, expect, test } from 'vitest';
import { TokenDesk, type CardCommand } from '../../../../main/card/pkcs11/desk.ts';
import type { Pkcs11Event } from '../../../../main/card/pkcs11/messages.ts';
import { PasscodeHold } from '../../../../main/card/passcode-hold.ts';
import { digits, statement } from '../cards.ts';
import { makeToken, now, passcode, ScriptedModule } from './scripted-module.ts';

let module: ScriptedModule;
let passcodes: PasscodeHold;
let events: Pkcs11Event[];
let failures: number;
let desk: TokenDesk;
let certificate: string;

beforeEach(async () => {
  module = new ScriptedModule(await makeToken());
  passcodes = new PasscodeHold();
  events = [];
  failures = 0;
  desk = new TokenDesk({
    module,
    pinPad: 'use',
    passcodes,
    emit: (event) => events.push(event),
    onModuleFailed: () => {
      failures += 1;
    },
    now: () => now,
    arrivalMs: 50,
  });
  certificate = Buffer.from(module.tokens[0]!.certificates[0]!.der).toString('base64');
});

const type = (requestId: number, typed = passcode, replacement: string | null = null) => {
  const message = { type: 'passcode', requestId, passcode: digits(typed), replacement: replacement === null ? null : digits(replacement) } as const;
  passcodes.take(message);
  return message;
};

const command = (requestId: number, changes: Partial<CardCommand> = {}): CardCommand =>
  ({ type: 'sign-in', requestId, reader: 'Reader A', certificate, entry: 'keyboard', lastTryConfirmed: false, statement, ...changes }) as CardCommand;

const isWiped = (bytes: Uint8Array | null): boolean => bytes !== null && bytes.every((byte) => byte === 0);

describe('a sign-in', () => {
  test.each(['before', 'after'] as const)('with its passcode come %s it: signed once, the passcode wiped', async (order) => {
    const early = order === 'before' ? type(1) : null;
    const serving = desk.serve(command(1));
    const typed = early ?? type(1);
    await serving;
    expect(events).toMatchObject([{ type: 'signed', requestId: 1, status: { kind: 'ready' } }]);
    expect(isWiped(typed.passcode)).toBe(true);
    // What the module was given is that very buffer: no copy is left behind.
    expect(module.logins[0]!.passcode).toBe(typed.passcode);
  });

  test.each(['CKR_PIN_INCORRECT', 'CKR_GENERAL_ERROR', 'CKR_DEVICE_REMOVED'] as const)('that ends in %s wipes the passcode', async (name) => {
    module.fail('login', name);
    const typed = type(1);
    await desk.serve(command(1));
    expect(events).toMatchObject([{ type: 'refused', requestId: 1 }]);
    expect(isWiped(typed.passcode)).toBe(true);
    expect(failures).toBe(name === 'CKR_GENERAL_ERROR' ? 1 : 0);
  });

  test('whose passcode never comes is refused, and spends no try', async () => {
    await desk.serve(command(1));
    expect(events).toMatchObject([{ type: 'refused', refusal: { kind: 'failed', sentence: expect.stringContaining('did not reach') } }]);
    expect(module.count('login')).toBe(0);
  });

  test('that is cancelled while it waits for its passcode', async () => {
    const serving = desk.serve(command(1));
    await Promise.resolve();
    desk.cancel(1);
    await serving;
    expect(events).toMatchObject([{ type: 'refused', refusal: { kind: 'cancelled' } }]);
  });

  test('that is cancelled before its turn spends no try, and wipes the passcode', async () => {
    const typed = type(2);
    const looking = desk.look({ type: 'look', requestId: 1, reader: 'Reader A' });
    const serving = desk.serve(command(2));
    desk.cancel(2);
    await Promise.all([looking, serving]);
    expect(events.at(-1)).toMatchObject({ type: 'refused', requestId: 2, refusal: { kind: 'cancelled' } });
    expect(module.count('login')).toBe(0);
    expect(isWiped(typed.passcode)).toBe(true);
  });

  test('a cancelled request whose passcode was not claimed has it wiped', () => {
    const typed = type(1);
    desk.cancel(1);
    expect(isWiped(typed.passcode)).toBe(true);
  });

  test('on the reader’s own keys waits for no passcode, and keeps none that came all the same', async () => {
    module.tokens[0]!.flags |= 0x100;
    const typed = type(1);
    await desk.serve(command(1, { entry: 'pin-pad' }));
    expect(events).toMatchObject([{ type: 'signed' }]);
    expect(isWiped(typed.passcode)).toBe(true);
  });
});

test('requests are answered one at a time, in order', async () => {
  type(2);
  await Promise.all([desk.look({ type: 'look', requestId: 1, reader: 'Reader A' }), desk.serve(command(2)), desk.look({ type: 'look', requestId: 3, reader: 'Reader B' })]);
  expect(events).toMatchObject([
    { type: 'looked', requestId: 1, status: { kind: 'ready', holder: { certificate } } },
    { type: 'signed', requestId: 2 },
    { type: 'looked', requestId: 3, status: { kind: 'none' } },
  ]);
  const login = module.calls.indexOf('login');
  expect(module.calls.slice(login, module.calls.indexOf('logout')).includes('listSlots')).toBe(false);
});

test('a change of passcode wipes both', async () => {
  const typed = type(1, passcode, '357913');
  await desk.serve(command(1, { type: 'change-passcode' } as Partial<CardCommand>));
  expect(events).toMatchObject([{ type: 'passcode-changed', requestId: 1 }]);
  expect(module.tokens[0]!.passcode).toBe('357913');
  expect(isWiped(typed.passcode) && isWiped(typed.replacement)).toBe(true);
});

test('a change without a new passcode is none', async () => {
  type(1);
  await desk.serve(command(1, { type: 'change-passcode' } as Partial<CardCommand>));
  expect(events).toMatchObject([{ type: 'refused', refusal: { kind: 'unfit-replacement', fault: 'format' } }]);
  expect(module.tokens[0]!.passcode).toBe(passcode);
});

test.each([['CKR_GENERAL_ERROR', 1], ['CKR_TOKEN_NOT_PRESENT', 0]] as const)('a look that ends in %s is told; the module is started again %i times', async (name, times) => {
  module.fail('readToken', name);
  await desk.look({ type: 'look', requestId: 1, reader: 'Reader A' });
  expect(events).toMatchObject([{ type: 'refused', requestId: 1 }]);
  expect(failures).toBe(times);
});
