import { describe, expect, test } from 'vitest';
import type { CardServiceStatus, CardStatus } from '../../../main/card/messages.ts';
import type { LockReason } from '../../../main/identity/session.ts';
import { instantOf } from '../../../main/record/values.ts';
import { shownDay, shownInstant } from '../../../main/record/view-words.ts';
import { cardServiceView, readerLabel, readyReader, signInScreen } from '../../../main/workstation/sign-in-view.ts';

const holder = { commonName: 'Priya NAIR', userId: '555254240100', certificate: '', notBefore: '2026-01-01T00:00:00Z', notAfter: '2028-03-14T00:00:00Z' };
const ready: CardStatus = { kind: 'ready', driver: 'piv', holder, triesLeft: 3 };
const unusable: CardStatus = { kind: 'unusable', reason: 'mute', sentence: 'The card does not answer.' };

const running = (...cards: CardStatus[]): CardServiceStatus => ({
  kind: 'running',
  readers: cards.map((card, index) => ({ name: `Reader ${'ABC'[index]}`, eventCounter: index + 1, card })),
});
const screenOf = (status: CardServiceStatus, change: Partial<Parameters<typeof signInScreen>[0]> = {}) =>
  signInScreen({ status, authenticating: false, lock: null, message: null, ...change });

describe('the card that sign-in would use', () => {
  test('is the first that is ready, and is shown with its holder before a passcode is asked for', () => {
    const status = running({ kind: 'none' }, unusable, ready);
    expect(readyReader(status)).toMatchObject({ name: 'Reader C', eventCounter: 3 });
    expect(screenOf(status)).toMatchObject({
      step: 'passcode',
      triesLeft: 3,
      card: { reader: 'Reader 3', name: 'Priya NAIR', userId: '555254240100', validTo: '14-Mar-2028' },
    });
  });

  test.each<[string, CardServiceStatus]>([
    ['no reader', running()],
    ['an empty reader', running({ kind: 'none' })],
    ['a card being read', running({ kind: 'reading' })],
    ['an unusable card', running(unusable)],
    ['a service that starts', { kind: 'starting' }],
    ['no service', { kind: 'unavailable', sentence: 'The service stopped.' }],
  ])('is none with %s: no passcode is asked for', (_name, status) => {
    expect(readyReader(status)).toBeNull();
    expect(screenOf(status)).toMatchObject({ step: 'insert-card', card: null, triesLeft: null });
  });

  test('without a name, and with dates that are none, says so in words', () => {
    const odd: CardStatus = { ...ready, triesLeft: null, holder: { ...holder, commonName: null, userId: null, notAfter: 'never' } };
    expect(screenOf(running(odd))).toMatchObject({ triesLeft: null, card: { name: 'Name not on the card', userId: null, validTo: 'not recorded' } });
  });
});

describe('the card service', () => {
  test.each<[CardServiceStatus, string, RegExp]>([
    [{ kind: 'starting' }, 'starting', /starting/],
    [{ kind: 'unavailable', sentence: 'The service stopped.' }, 'unavailable', /The service stopped/],
    [running(), 'no-reader', /No card reader/],
    [running({ kind: 'none' }), 'running', /Card service running/],
  ])('%o', (status, state, sentence) => {
    const view = cardServiceView(status, false);
    expect(view).toMatchObject({ state, simulated: false });
    expect(view.sentence).toMatch(sentence);
  });

  test('names every reader and what it holds', () => {
    expect(cardServiceView(running({ kind: 'none' }, { kind: 'reading' }, unusable), false).readers).toEqual([
      { label: 'Reader 1', name: 'Reader A', state: 'empty', sentence: 'no card' },
      { label: 'Reader 2', name: 'Reader B', state: 'reading', sentence: 'reading the card' },
      { label: 'Reader 3', name: 'Reader C', state: 'unusable', sentence: 'The card does not answer.' },
    ]);
  });

  test('a simulated reader is always said to be one', () => {
    expect(cardServiceView(running({ kind: 'none' }), true)).toMatchObject({ simulated: true, sentence: 'Simulated card reader' });
    expect(cardServiceView({ kind: 'starting' }, true)).toMatchObject({ simulated: true });
  });

  test('a reader that is not there any more keeps its own name', () => {
    expect(readerLabel(running(ready), 'Reader A')).toBe('Reader 1');
    expect(readerLabel(running(ready), 'Reader Z')).toBe('Reader Z');
    expect(readerLabel({ kind: 'starting' }, 'Reader A')).toBe('Reader A');
  });
});

test('every reason for a lock has a sentence that says what to do, and none blames', () => {
  const reasons: Record<LockReason, true> = { 'card-removed': true, 'card-changed': true, 'card-service-lost': true, asked: true, 'token-refused': true, 'screen-failed': true, fault: true };
  for (const reason of Object.keys(reasons) as LockReason[]) {
    const { locked } = screenOf(running(ready), { lock: { reason, at: '22-Nov-2026 11:58' } });
    expect(locked?.at).toBe('22-Nov-2026 11:58');
    expect(locked?.sentence, reason).toMatch(/sign in|passcode/i);
    expect(locked?.sentence, reason).not.toMatch(/\berror\b|null|undefined/i);
  }
});

test('while signing in the card stays on the screen', () => {
  expect(screenOf(running(ready), { authenticating: true })).toMatchObject({ step: 'checking', card: { name: 'Priya NAIR' } });
});

test('days and moments are London’s, with the month in letters', () => {
  expect(shownDay(new Date('2026-09-05T12:00:00Z'))).toBe('05-Sep-2026');
  expect(shownInstant(instantOf(new Date('2026-07-01T23:30:00Z')))).toBe('02-Jul-2026 00:30');
  expect(shownInstant(instantOf(new Date('2026-12-01T00:05:00Z')))).toBe('01-Dec-2026 00:05');
});
