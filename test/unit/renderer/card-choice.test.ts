import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { SignInScreen } from '../../../preload/contract.ts';
import { choiceAmong, NO_CHOICE } from '../../../renderer/sign-in/card-choice.ts';
import type { CardChoice } from '../../../renderer/sign-in/card-choice.ts';
import { messageFor } from '../../../renderer/sign-in/card-panel.tsx';
import { SignInView } from '../../../renderer/sign-in/sign-in.tsx';
import { stepsOf } from '../../../renderer/sign-in/steps.ts';
import { okafor, states, twoCards } from './states.ts';
import { bridgeWith, cardOf, signIn, viewOf } from './views.ts';

const [a, b] = [{ id: 'a' }, { id: 'b' }];
const chosen = (cardId: string, ...cards: readonly { readonly id: string }[]): CardChoice => ({ cardIds: cards.map(({ id }) => id), cardId, by: 'keys' });
const draw = (screen: SignInScreen) => renderToStaticMarkup(createElement(SignInView, { view: viewOf(screen), screen, bridge: bridgeWith() }));
const words = (markup: string) => markup.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

describe('which card is meant', () => {
  test('one that is put in alone', () => {
    expect(choiceAmong([a], NO_CHOICE)).toMatchObject({ cardId: 'a', by: 'alone' });
    expect(choiceAmong([a], choiceAmong([], chosen('b', b)))).toMatchObject({ cardId: 'a' });
  });

  test('none of two until a person says so', () => {
    expect(choiceAmong([a, b], NO_CHOICE).cardId).toBeNull();
  });

  test('still the same one while others come and go', () => {
    const alone = choiceAmong([a], NO_CHOICE);
    expect(choiceAmong([a, b], alone).cardId).toBe('a');
    expect(choiceAmong([a], choiceAmong([b, a], alone)).cardId).toBe('a');
    expect(choiceAmong([a, b], chosen('b', a, b))).toMatchObject({ cardId: 'b', by: 'keys' });
  });

  test('not the one that is left over when the chosen one goes', () => {
    expect(choiceAmong([b], chosen('a', a, b)).cardId).toBeNull();
    expect(choiceAmong([b], { ...chosen('a', a, b), cardId: null }).cardId).toBeNull();
  });

  test('not the same card put in again beside another: it is a new insertion', () => {
    expect(choiceAmong([{ id: 'a2' }, b], chosen('a', a, b)).cardId).toBeNull();
  });

  test('a card swapped for another in one step is a card put in alone', () => {
    expect(choiceAmong([b], chosen('a', a))).toMatchObject({ cardId: 'b', by: 'alone' });
  });

  test('nothing changes where the cards have not', () => {
    const choice = chosen('a', a, b);
    expect(choiceAmong([a, b], choice)).toBe(choice);
  });
});

describe('what came of a sign-in', () => {
  const message = { tone: 'problem', title: 'That passcode is not right', sentence: '' } as const;
  const screen = { cards: [cardOf(), okafor], message };

  test('is said to the card it was tried with, and to no other', () => {
    expect(messageFor(okafor.id, okafor.id, screen)).toBe(message);
    expect(messageFor(cardOf().id, okafor.id, screen)).toBeNull();
    expect(messageFor(null, okafor.id, screen)).toBeNull();
  });

  test('is said to whoever comes next where that card has gone, or none was tried here', () => {
    expect(messageFor('6 Reader A', okafor.id, { cards: [{ ...okafor, id: '6 Reader A' }], message })).toBe(message);
    expect(messageFor(cardOf().id, null, screen)).toBe(message);
  });
});

describe('several cards', () => {
  const markup = draw(twoCards);

  test('each with its reader, name and user id, none chosen, and no field', () => {
    expect(words(markup)).toContain('Priya NAIR Reader 1 UUID 5552 5424 0100 · valid to 14-Mar-2028');
    expect(words(markup)).toContain('Chidi OKAFOR Reader 2 UUID 5552 5424 0211 · valid to 02-Jan-2027');
    expect(markup.match(/type="radio"/g)).toHaveLength(2);
    expect(markup).not.toContain('checked=""');
    expect(markup).not.toContain('type="password"');
  });

  test('are one group, whose members share a name', () => {
    const names = [...markup.matchAll(/type="radio" name="([^"]+)"/g)].map(([, name]) => name);
    expect(new Set(names).size).toBe(1);
  });

  test('the one that is being checked is chosen, and too late to change', () => {
    const checking = draw({ ...twoCards, step: 'checking', checkingCardId: okafor.id });
    expect(checking).toMatch(/data-card-id="9 Reader B"><input[^>]*checked/);
    expect(checking).toMatch(/<fieldset[^>]* disabled/);
    expect(checking).toContain('Checking the passcode');
  });

  test('every reader is named with what is in it', () => {
    const view = states['two cards'];
    if (view === undefined) throw new Error('There is no such state.');
    const [first] = stepsOf(view, twoCards);
    expect(first?.detail).toEqual([
      'Reader 1: HID Omnikey 3121 · card ready',
      'Reader 2: HID Omnikey 3121 · card ready',
      'Reader 3: HID Omnikey 3121 · This is not an NHS smartcard. Take it out and insert your smartcard.',
    ]);
  });
});

describe('where the passcode is typed', () => {
  test('on the reader’s keys: no field, a button, the tries, and the last one confirmed first', () => {
    const pad = (parts = {}) => draw(signIn({ cards: [cardOf({ entry: 'pin-pad', ...parts })] }));
    expect(pad()).not.toContain('<input');
    expect(words(pad())).toMatch(/Enter your passcode on the reader’s keys.*Sign in using the reader’s keys.*3 tries left/);
    expect(pad({ triesLeft: 1 })).toContain('This is the last try');
    expect(pad({ triesLeft: null, mayBeLastTry: true })).toContain('This may be the last try');
    expect(pad({ triesLeft: null, mayBeLastTry: false })).not.toContain('last try');
    expect(/<button[^>]*type="submit"[^>]*>/.exec(pad({ triesLeft: 1 }))?.[0]).toContain('disabled=""');
    expect(pad({ triesLeft: 0 })).toContain('This card is locked');
    expect(pad({ triesLeft: 0 })).not.toContain('reader’s keys</button>');
  });

  test('in another window: a button, and neither field nor tries', () => {
    const browser = draw(signIn({ method: 'browser', cards: [cardOf({ triesLeft: 1 })] }));
    expect(browser).not.toContain('<input');
    expect(browser).not.toContain('last try');
    expect(draw(signIn({ method: 'browser' }))).not.toContain('tries left');
    expect(browser).toMatch(/type="submit"[^>]*>Sign in with NHS Care Identity<\/button>/);
    expect(/<button[^>]*type="submit"[^>]*>/.exec(browser)?.[0]).not.toContain('disabled');
  });

  test.each([
    ['keys on the reader, waiting', 'Enter your passcode on the reader’s keys, then press its confirm key.'],
    ['another window, waiting', 'Finish signing in in the window that has opened.'],
    ['a passcode being checked', 'Checking the passcode and signing in.'],
  ])('%s: it says what is waited for, and can be given up', (name, sentence) => {
    const screen = states[name]?.screen as SignInScreen;
    expect(words(draw(screen))).toContain(sentence);
    expect(draw(screen)).toContain('>Cancel</button>');
    expect(draw(signIn())).not.toContain('>Cancel</button>');
  });

  test('a step that can not be taken is not the one now', () => {
    const now = (screen: SignInScreen) => stepsOf(viewOf(screen), screen).map(({ state }) => state);
    const blocked = [cardOf({ triesLeft: 0 })];
    expect(now(signIn({ cards: blocked }))).toEqual(['done', 'later', 'later']);
    expect(now(signIn({ cards: [...blocked, okafor] }))).toEqual(['done', 'now', 'later']);
    expect(now(signIn({ cards: blocked, method: 'browser' }))).toEqual(['done', 'now', 'later']);
  });

  test('the steps say where', () => {
    const second = (screen: SignInScreen) => stepsOf(viewOf(screen), screen)[1];
    expect(second(signIn({ method: 'browser' }))?.title).toBe('Sign in with NHS Care Identity');
    expect(second(signIn({ cards: [cardOf({ entry: 'pin-pad' })] }))?.detail[0]).toContain('reader’s keys');
    expect(second(signIn())?.detail[0]).toBe('It is checked on the card and never stored');
    expect(second(signIn({ step: 'insert-card', cards: [] }))?.detail[0]).toBe('It is checked on the card and never stored');
  });
});

describe('what a card’s holder should know', () => {
  test('is said above the passcode', () => {
    const notice = { tone: 'warning', title: 'Your card’s certificate ends soon', sentence: 'It is valid to 14-Mar-2027.' } as const;
    expect(draw(signIn({ cards: [cardOf({ notices: [notice] })] }))).toMatch(/message-warning.*Your card’s certificate ends soon.*14\u2011Mar\u20112027.*type="password"/);
  });

  test('a passcode can be changed where the card allows it and has tries left, and not while it is checked', () => {
    const shown = (card: Parameters<typeof cardOf>[0], parts: Partial<SignInScreen> = {}) => draw(signIn({ cards: [cardOf(card)], ...parts }));
    expect(shown({})).toMatch(/"card-other".*>Change passcode<\/button>/);
    expect(shown({ canChangePasscode: false })).not.toContain('Change passcode');
    expect(shown({ triesLeft: 0 })).not.toContain('Change passcode');
    expect(shown({}, { step: 'checking', checkingCardId: cardOf().id })).toContain('card-other-withheld');
  });
});

describe('a locked screen', () => {
  const locked = (resumes: string | null) => words(draw(signIn({ locked: { sentence: 'Nobody used Lanyard.', at: '22-Nov-2026 12:04', resumes } })));

  test('says who may go on and that anybody else starts afresh', () => {
    expect(locked('Dr Priya NAIR')).toContain('Dr Priya NAIR : sign in to go on where you were. Anybody else starts afresh.');
    expect(locked('Dr Priya NAIR')).toContain('Locked at 22-Nov-2026 12:04');
  });

  test('says nothing of going on where nothing was kept', () => {
    expect(locked(null)).not.toContain('go on where you were');
  });
});
