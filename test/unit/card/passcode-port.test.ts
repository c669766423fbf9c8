import { describe, expect, test } from 'vitest';
import { MalformedMessage } from '../../../main/card/border.ts';
import type { PasscodeMessage } from '../../../main/card/messages.ts';
import { passcodeWanted, takePasscodeFrom, type PasscodePort } from '../../../main/card/passcode-port.ts';
import { digits } from './cards.ts';

/** A port whose other end the test holds. */
class ScriptedPort implements PasscodePort {
  readonly said: unknown[] = [];
  readonly happened: string[] = [];
  #listener: ((event: { data: unknown }) => void) | null = null;

  postMessage(message: unknown): void {
    this.said.push(message);
  }

  once(_event: 'message', listener: (event: { data: unknown }) => void): void {
    this.#listener = listener;
  }

  start(): void {
    this.happened.push(this.#listener === null ? 'started deaf' : 'started');
  }

  close(): void {
    this.happened.push('closed');
  }

  send(data: unknown): void {
    const listener = this.#listener;
    this.#listener = null;
    listener?.({ data });
  }
}

const announcement = { type: 'passcode-port', requestId: 7 };

function open() {
  const port = new ScriptedPort();
  const taken: PasscodeMessage[] = [];
  takePasscodeFrom(port, announcement, (message) => taken.push(message));
  return { port, taken };
}

describe('the passcode’s own way', () => {
  test('listens first, then asks: the passcode waits in no queue', () => {
    const { port, taken } = open();
    expect([port.happened, port.said, taken]).toEqual([['started'], [passcodeWanted], []]);
  });

  test('takes one passcode, for the request that was announced, and closes', () => {
    const { port, taken } = open();
    const passcode = digits('482916');
    // Whatever number the screen puts beside it, the announcement's counts.
    port.send({ requestId: 1, passcode, replacement: null });
    expect(taken).toEqual([{ type: 'passcode', requestId: 7, passcode, replacement: null }]);
    expect(taken[0]?.passcode).toBe(passcode);
    expect(port.happened.at(-1)).toBe('closed');
    port.send({ passcode: digits('111111'), replacement: null });
    expect(taken).toHaveLength(1);
  });

  test('takes the replacement along', () => {
    const { port, taken } = open();
    port.send({ passcode: digits('482916'), replacement: digits('739154') });
    expect(taken[0]?.replacement).toEqual(digits('739154'));
  });

  test.each([
    ['text', { passcode: '482916', replacement: null }],
    ['no replacement at all', { passcode: digits('482916') }],
    ['nothing', null],
  ])('%s is no passcode: the way is closed and the defect told without it', (_name, data) => {
    const { port, taken } = open();
    let thrown: unknown;
    try {
      port.send(data);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MalformedMessage);
    expect(String(thrown)).not.toContain('482916');
    expect([port.happened.at(-1), taken]).toEqual(['closed', []]);
  });

  test.each([
    ['another kind', { type: 'passcode', requestId: 7 }],
    ['no number', { type: 'passcode-port' }],
    ['a number that is none', { type: 'passcode-port', requestId: 1.5 }],
  ])('a port announced as %s is refused, and not asked', (_name, wrong) => {
    const port = new ScriptedPort();
    expect(() => takePasscodeFrom(port, wrong, () => undefined)).toThrow(MalformedMessage);
    expect([port.happened, port.said]).toEqual([[], []]);
  });
});
