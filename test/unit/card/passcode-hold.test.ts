import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PasscodeMessage } from '../../../main/card/messages.ts';
import { PasscodeHold, passcodeLimitMs } from '../../../main/card/passcode-hold.ts';
import { digits } from './cards.ts';

let hold: PasscodeHold;

beforeEach(() => {
  vi.useFakeTimers();
  hold = new PasscodeHold();
});

afterEach(() => vi.useRealTimers());

const typed = (requestId: number, replacement: Uint8Array | null = null): PasscodeMessage => ({ type: 'passcode', requestId, passcode: digits('482916'), replacement });
const isWiped = ({ passcode, replacement }: PasscodeMessage) => [...passcode, ...(replacement ?? [])].every((byte) => byte === 0);
const patient = () => new AbortController().signal;

describe('a passcode and its command meet', () => {
  test('the passcode first', async () => {
    const message = typed(1, digits('739154'));
    hold.take(message);
    expect(await hold.claim(1, patient())).toBe(message);
    expect([...message.passcode, ...message.replacement!]).toEqual([...digits('482916739154')]);
  });

  test('the command first', async () => {
    const message = typed(1);
    const claim = hold.claim(1, patient());
    hold.take(message);
    expect(await claim).toBe(message);
    expect(isWiped(message)).toBe(false);
  });

  test('what was claimed is the claimer’s: neither time nor a drop touches it', async () => {
    const message = typed(1);
    hold.take(message);
    await hold.claim(1, patient());
    vi.advanceTimersByTime(passcodeLimitMs * 2);
    hold.drop();
    hold.drop(1);
    expect(isWiped(message)).toBe(false);
  });

  test('nobody gets the passcode of another request', async () => {
    const abort = new AbortController();
    const message = typed(2);
    hold.take(message);
    const claim = hold.claim(1, abort.signal);
    abort.abort();
    expect(await claim).toBeNull();
    expect(await hold.claim(2, patient())).toBe(message);
  });

  test('a passcode is given once', async () => {
    hold.take(typed(1));
    await hold.claim(1, patient());
    const abort = new AbortController();
    const again = hold.claim(1, abort.signal);
    abort.abort();
    expect(await again).toBeNull();
  });
});

describe('a passcode that nobody uses is wiped', () => {
  test('when it is dropped by the number of its request, its replacement too', () => {
    const message = typed(1, digits('739154'));
    hold.take(message);
    hold.drop(1);
    expect(isWiped(message)).toBe(true);
  });

  test('when whatever there is is dropped, as when a card is lost', () => {
    const message = typed(1);
    hold.take(message);
    hold.drop();
    expect(isWiped(message)).toBe(true);
  });

  test('when another is typed in its place', () => {
    const message = typed(1);
    hold.take(message);
    hold.take(typed(2));
    expect(isWiped(message)).toBe(true);
  });

  test('when its command never comes: at its limit, not before', () => {
    const message = typed(1);
    hold.take(message);
    vi.advanceTimersByTime(passcodeLimitMs - 1);
    expect(isWiped(message)).toBe(false);
    vi.advanceTimersByTime(1);
    expect(isWiped(message)).toBe(true);
  });

  test('the limit of one does not cut that of the next short', () => {
    hold.take(typed(1));
    vi.advanceTimersByTime(passcodeLimitMs - 1);
    const second = typed(2);
    hold.take(second);
    vi.advanceTimersByTime(passcodeLimitMs - 1);
    expect(isWiped(second)).toBe(false);
  });

  test('when it comes after its request has ended', async () => {
    hold.drop(2);
    const late = [typed(1), typed(2)];
    for (const message of late) hold.take(message);
    expect(late.map(isWiped)).toEqual([true, true]);
    const next = typed(3);
    hold.take(next);
    expect(await hold.claim(3, patient())).toBe(next);
  });

  test('a drop of one request leaves the passcode of a later one', () => {
    const message = typed(2);
    hold.take(message);
    hold.drop(1);
    expect(isWiped(message)).toBe(false);
  });
});

describe('a claim is given up', () => {
  test('when its signal aborts; a passcode that comes then is held, not handed out', async () => {
    const abort = new AbortController();
    const claim = hold.claim(1, abort.signal);
    abort.abort();
    expect(await claim).toBeNull();
    const message = typed(1);
    hold.take(message);
    expect(isWiped(message)).toBe(false);
    hold.drop(1);
    expect(isWiped(message)).toBe(true);
  });

  test('at once when the signal has aborted before, though the passcode is there', async () => {
    const message = typed(1);
    hold.take(message);
    expect(await hold.claim(1, AbortSignal.abort())).toBeNull();
  });
});
