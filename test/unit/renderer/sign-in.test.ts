import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { passcodeBytes, triesSentence } from '../../../renderer/sign-in/passcode.ts';
import { SignInView } from '../../../renderer/sign-in/sign-in.tsx';
import { stepsOf, tellingReader } from '../../../renderer/sign-in/steps.ts';
import { shownUserId } from '../../../renderer/sign-in/user-id.ts';
import type { SignInScreen, WorkstationView } from '../../../preload/contract.ts';
import { bridgeWith, cardOf, signIn, viewOf } from './views.ts';

const draw = (screen: SignInScreen, parts: Partial<WorkstationView> = {}) =>
  renderToStaticMarkup(createElement(SignInView, { view: viewOf(screen, parts), screen, bridge: bridgeWith() }));

const cardService = (parts: Partial<WorkstationView['cardService']>) => ({ cardService: { ...viewOf(signIn()).cardService, ...parts } });
const withTries = (triesLeft: number | null, parts: Partial<SignInScreen> = {}) => signIn({ cards: [cardOf({ triesLeft })], ...parts });
const noCard = signIn({ step: 'insert-card', cards: [] });

describe('passcode', () => {
  test('six to eight digits become their ASCII bytes', () => {
    expect(passcodeBytes('482916')).toEqual(new Uint8Array([0x34, 0x38, 0x32, 0x39, 0x31, 0x36]));
    expect(passcodeBytes('00000000')).toHaveLength(8);
  });

  test.each(['', '12345', '123456789', '12345a', ' 123456', '123 456', '１２３４５６', '123456\n'])('%j is not a passcode', (typed) => {
    expect(passcodeBytes(typed)).toBeNull();
  });

  test('the tries left are said in a sentence, and nothing where the card does not tell', () => {
    expect(triesSentence(3)).toBe('3 tries left before the card locks');
    expect(triesSentence(1)).toBe('1 try left before the card locks');
    expect(triesSentence(null)).toBeNull();
  });

  test('the field is a password field that no form memory fills', () => {
    const field = /<input[^>]*type="password"[^>]*>/.exec(draw(signIn()))?.[0] ?? '';
    expect(field).toContain('inputMode="numeric"');
    expect(field).toContain('autoComplete="off"');
    expect(field).toContain('maxLength="8"');
    expect(field).not.toContain('value=');
  });
});

describe('the last try', () => {
  const markup = draw(withTries(1));

  test('is asked for before anything can be typed', () => {
    expect(markup).toContain('This is the last try');
    expect(markup).toContain('I know my passcode and want to use the last try');
    expect(/<input[^>]*type="password"[^>]*>/.exec(markup)?.[0]).toContain('disabled');
    expect(/<button[^>]*type="submit"[^>]*>/.exec(markup)?.[0]).toContain('disabled');
  });

  test('is not spoken of while there are more, or while the card does not tell', () => {
    expect(draw(withTries(2))).not.toContain('last try');
    expect(draw(withTries(null))).not.toContain('last try');
  });

  test('a card with none left takes no passcode', () => {
    expect(draw(withTries(0))).toContain('This card is locked');
    expect(draw(withTries(0))).not.toContain('<input');
  });
});

describe('what stands in the way of a card', () => {
  test.each([
    ['starting', 'Getting ready'],
    ['unavailable', 'No card can be read'],
    ['no-reader', 'Connect a card reader'],
  ] as const)('card service %s', (state, title) => {
    const markup = draw(noCard, cardService({ state, sentence: 'Why, and what to do.', readers: [] }));
    expect(markup).toContain(title);
    expect(markup).toContain('Why, and what to do.');
    expect(markup).not.toContain('<input');
  });

  test.each([
    ['empty', 'Insert your smartcard'],
    ['reading', 'Reading the card'],
    ['unusable', 'This card can not be used'],
  ] as const)('reader %s', (state, title) => {
    const reader = { label: 'Reader 1', name: 'HID Omnikey 3121', state, sentence: 'In use by another program.' };
    expect(draw(noCard, cardService({ readers: [reader] }))).toContain(title);
  });

  test('an unusable card says what is wrong with it', () => {
    const reader = { label: 'Reader 1', name: 'HID', state: 'unusable', sentence: 'In use by another program.' } as const;
    expect(draw(noCard, cardService({ readers: [reader] }))).toContain('In use by another program.');
  });

  test('the reader with a usable card speaks before the others', () => {
    const reader = (label: string, state: 'empty' | 'ready' | 'unusable') => ({ label, name: '', state, sentence: '' });
    expect(tellingReader([reader('1', 'unusable'), reader('2', 'ready')])?.label).toBe('2');
    expect(tellingReader([reader('1', 'empty'), reader('2', 'unusable')])?.label).toBe('2');
    expect(tellingReader([])).toBeNull();
  });
});

describe('the screen around it', () => {
  test('the holder’s identifier reads as it is printed on the card', () => {
    expect(shownUserId('555254240100')).toBe('UUID 5552 5424 0100');
    expect(shownUserId('A-17')).toBe('A-17');
    expect(draw(signIn())).toContain('UUID 5552 5424 0100');
  });

  test('the steps follow the card', () => {
    expect(stepsOf(viewOf(noCard), noCard).map((step) => step.state)).toEqual(['now', 'later', 'later']);
    expect(stepsOf(viewOf(signIn()), signIn()).map((step) => step.state)).toEqual(['done', 'now', 'later']);
  });

  test('a lock says so in the heading, with reason and time', () => {
    const markup = draw(signIn({ locked: { sentence: 'The card was taken out.', at: '22-Nov-2026 12:04', resumes: null } }));
    expect(markup).toMatch(/<h1[^>]*>.*Locked<\/h1>/);
    expect(markup).toContain('The card was taken out.');
    expect(markup).toContain('12:04');
  });

  test('checking takes no second passcode', () => {
    const markup = draw(withTries(1, { step: 'checking', checkingCardId: '5 Reader A' }));
    expect(markup).toContain('Checking the passcode');
    expect(/<input[^>]*type="password"[^>]*>/.exec(markup)?.[0]).toContain('readOnly');
    expect(/<button[^>]*type="submit"[^>]*>/.exec(markup)?.[0]).toContain('aria-disabled="true"');
    expect(markup).toContain('>Cancel</button>');
    expect(markup).not.toContain('type="checkbox"');
  });

  test('a wrong passcode is told with the tries left', () => {
    const message = { tone: 'problem', title: 'The passcode is not right', sentence: '2 tries left before the card locks.' } as const;
    expect(draw(withTries(2, { message }))).toMatch(/role="alert".*The passcode is not right/);
  });

  test('the foot says versions, services and a simulated reader', () => {
    const markup = draw(signIn(), cardService({ simulated: true }));
    for (const words of ['Version 0.1.0 · Electron 45.4.1', 'Identity service reachable', 'Simulated card reader']) expect(markup).toContain(words);
    expect(draw(signIn(), cardService({ simulated: true, sentence: 'Simulated card reader' })).match(/Simulated card reader/g)).toHaveLength(1);
    expect(draw(signIn())).not.toContain('Simulated');
  });
});
