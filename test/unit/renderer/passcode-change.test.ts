import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test, vi } from 'vitest';
import { ChangePasscode } from '../../../renderer/sign-in/change-passcode.tsx';
import { typedChange } from '../../../renderer/sign-in/passcode-change.ts';
import * as passcode from '../../../renderer/sign-in/passcode.ts';
import { bridgeWith, cardOf } from './views.ts';

const right = { current: '482916', replacement: '73510264', again: '73510264' };
const ascii = (digits: string) => Uint8Array.from(digits, (digit) => digit.charCodeAt(0));

describe('what is typed to change a passcode', () => {
  test('becomes the bytes of the old and the new one', () => {
    expect(typedChange(right)).toEqual({ kind: 'complete', passcode: ascii('482916'), replacement: ascii('73510264') });
  });

  test.each([
    ['current', { current: '12' }],
    ['replacement', { replacement: '12', again: '12' }],
    ['replacement', { replacement: '', again: '' }],
    ['again', { again: '73510265' }],
    ['again', { again: '7351026' }],
    ['again', { again: '' }],
    ['current', { current: '', replacement: '', again: '' }],
  ] as const)('falls short in the field "%s"', (field, parts) => {
    expect(typedChange({ ...right, ...parts })).toMatchObject({ kind: 'fault', field, message: { sentence: expect.stringContaining('no try was used') } });
  });

  test('leaves nothing behind but what is handed back', () => {
    const made: Uint8Array[] = [];
    const bytes = passcode.passcodeBytes;
    const spy = vi.spyOn(passcode, 'passcodeBytes').mockImplementation((typed) => {
      const array = bytes(typed);
      if (array !== null) made.push(array);
      return array;
    });
    const change = typedChange(right);
    expect(made).toHaveLength(3);
    expect(made.filter((array) => array.some((digit) => digit !== 0))).toEqual(change.kind === 'complete' ? [change.passcode, change.replacement] : []);
    made.length = 0;
    typedChange({ ...right, again: '73510265' });
    expect(made).toHaveLength(3);
    for (const array of made) expect([...array].every((digit) => digit === 0)).toBe(true);
    spy.mockRestore();
  });
});

describe('the form', () => {
  const draw = (parts: Parameters<typeof cardOf>[0] = {}) =>
    renderToStaticMarkup(createElement(ChangePasscode, { card: cardOf(parts), message: null, bridge: bridgeWith(), onOutcome: () => {}, onChanged: () => {}, onLeave: () => {} }));

  test('has three empty password fields that no form memory fills, each with its label', () => {
    const fields = draw().match(/<input[^>]*>/g) ?? [];
    expect(fields).toHaveLength(3);
    for (const field of fields) {
      for (const part of ['type="password"', 'inputMode="numeric"', 'autoComplete="off"', 'spellCheck="false"', 'maxLength="8"']) expect(field).toContain(part);
      expect(field).not.toContain('value=');
      expect(draw()).toContain(`<label class="field-label" for="${/id="([^"]+)"/.exec(field)?.[1]}"`);
    }
  });

  test('has none where the passcode is typed on the reader’s keys', () => {
    expect(draw({ entry: 'pin-pad' })).not.toContain('<input');
    expect(draw({ entry: 'pin-pad' })).toContain('Change it using the reader’s keys');
  });

  test.each(['keyboard', 'pin-pad'] as const)('on the last try nothing is taken before that is confirmed (%s)', (entry) => {
    const markup = draw({ triesLeft: 1, entry });
    expect(markup).toContain('This is the last try');
    expect(/<button[^>]*type="submit"[^>]*>/.exec(markup)?.[0]).toContain('disabled=""');
    for (const field of markup.match(/<input[^>]*type="password"[^>]*>/g) ?? []) expect(field).toContain('disabled=""');
  });
});
