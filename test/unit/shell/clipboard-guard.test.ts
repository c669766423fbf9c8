import { beforeEach, describe, expect, test } from 'vitest';
import { type ClipboardGuard, clearMarkedText, guardClipboard } from '../../../main/shell/clipboard-guard.ts';
import { FakeClock } from '../identity/fake-clock.ts';

let clock: FakeClock;
let held: string;
let read: () => string | Promise<string>;
let guard: ClipboardGuard;

beforeEach(() => {
  clock = new FakeClock();
  held = 'a shopping list';
  read = () => held;
  guard = guardClipboard({ readText: () => read(), clear: () => void (held = '') }, (ms, run) => clock.after(ms, run));
});

async function copy(text: string): Promise<void> {
  held = text;
  guard.filled();
  clock.pass(1_000);
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('clearing', () => {
  test('takes off what was copied from the screen', async () => {
    await copy('ASHWORTH, Margaret');
    await guard.clear();
    expect(held).toBe('');
  });

  test('leaves what nobody copied here, and what somebody put there since', async () => {
    await guard.clear();
    expect(held).toBe('a shopping list');
    await copy('ASHWORTH, Margaret');
    held = 'another list';
    await guard.clear();
    expect(held).toBe('another list');
  });

  test('knows the second copy, and forgets after clearing', async () => {
    await copy('ASHWORTH, Margaret');
    await copy('penicillin');
    await guard.clear();
    expect(held).toBe('');
    held = 'penicillin';
    await guard.clear();
    expect(held).toBe('penicillin');
  });

  test('right after a copy does not wait to know what it was', async () => {
    held = 'ASHWORTH, Margaret';
    guard.filled();
    await guard.clear();
    expect(held).toBe('');
    expect(clock.pending).toBe(0);
  });

  test('a word that overtook what it was about does not matter', async () => {
    guard.filled();
    held = 'ASHWORTH, Margaret';
    clock.pass(1_000);
    await Promise.resolve();
    await guard.clear();
    expect(held).toBe('');
  });

  test('a clipboard that cannot be read is emptied rather than trusted', async () => {
    await copy('ASHWORTH, Margaret');
    read = () => Promise.reject(new Error('in use'));
    await guard.clear();
    expect(held).toBe('');
  });

  test('is over when the second of two is', async () => {
    const slow = Promise.withResolvers<string>();
    await copy('ASHWORTH, Margaret');
    read = () => slow.promise;
    const first = guard.clear();
    let done = false;
    const second = guard.clear().then(() => (done = true));
    await Promise.resolve();
    expect(done).toBe(false);
    slow.resolve('ASHWORTH, Margaret');
    await Promise.all([first, second]);
    expect(held).toBe('');
  });
});

describe('what was merely marked', () => {
  const asked: string[] = [];
  const early = { clear: (type: string) => void asked.push(type) };
  const late = { ...early, selection: { clear: () => void asked.push('its own') } };
  beforeEach(() => void asked.splice(0));

  test.each([
    ['early', early, ['selection']],
    ['late', late, ['its own']],
  ])('is taken off on Linux: %s Electron', (_when, clipboard, cleared) => {
    clearMarkedText(clipboard, 'linux');
    expect(asked).toEqual(cleared);
  });

  test.each(['win32', 'darwin'] as const)('is kept by no other system: %s', (platform) => {
    clearMarkedText(early, platform);
    expect(asked).toEqual([]);
  });
});
