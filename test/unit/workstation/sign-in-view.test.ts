import { describe, expect, test } from 'vitest';
import type { CardServiceStatus, CardStatus } from '../../../main/card/messages.ts';
import type { EndReason, Kept, LockReason } from '../../../main/identity/session.ts';
import type { NhsNumber } from '../../../main/record/values.ts';
import type { MessageView } from '../../../preload/contract.ts';
import { instantOf } from '../../../main/record/values.ts';
import { shownDay, shownInstant } from '../../../main/record/view-words.ts';
import { cardServiceView, readerLabel, readyReaders, signInScreen } from '../../../main/workstation/sign-in-view.ts';

const holder = { commonName: 'Priya NAIR', userId: '555254240100', certificate: '', notBefore: '2026-01-01T00:00:00Z', notAfter: '2028-03-14T00:00:00Z' };
const ready: CardStatus = { kind: 'ready', driver: 'piv', holder, triesLeft: 3, entry: 'keyboard', canChangePasscode: true };
const unusable: CardStatus = { kind: 'unusable', reason: 'mute', sentence: 'The card does not answer.' };

const running = (...cards: CardStatus[]): CardServiceStatus => ({
  kind: 'running',
  readers: cards.map((card, index) => ({ name: `Reader ${'ABC'[index]}`, eventCounter: index + 1, card })),
});
const screenOf = (status: CardServiceStatus, change: Partial<Parameters<typeof signInScreen>[0]> = {}) =>
  signInScreen({ status, method: 'passcode', authenticating: null, nobody: { kind: 'signed-out' }, message: null, ...change });

describe('a card that sign-in would use', () => {
  test('is any that is ready, and each is shown with its holder before a passcode is asked for', () => {
    const status = running(ready, unusable, { ...ready, triesLeft: 1, entry: 'pin-pad' });
    expect(readyReaders(status).map(({ name, eventCounter }) => [name, eventCounter])).toEqual([['Reader A', 1], ['Reader C', 3]]);
    expect(screenOf(status)).toMatchObject({
      step: 'passcode',
      cards: [
        { id: '1 Reader A', reader: 'Reader 1', name: 'Priya NAIR', userId: '555254240100', validTo: '14-Mar-2028', triesLeft: 3, entry: 'keyboard' },
        { id: '3 Reader C', reader: 'Reader 3', triesLeft: 1, entry: 'pin-pad' },
      ],
      checkingCardId: null,
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
    expect(readyReaders(status)).toEqual([]);
    expect(screenOf(status)).toMatchObject({ step: 'insert-card', cards: [] });
  });

  test('without a name, and with dates that are none, says so in words', () => {
    const odd: CardStatus = { ...ready, triesLeft: null, holder: { ...holder, commonName: null, userId: null, notAfter: 'never' } };
    expect(screenOf(running(odd))).toMatchObject({ cards: [{ triesLeft: null, name: 'Name not on the card', userId: null, validTo: 'not recorded' }] });
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

const AT = Date.parse('2026-11-22T11:58:00Z');

test('every reason for a lock has a sentence that says what to do, and none blames', () => {
  const reasons: Record<LockReason, true> = {
    'card-removed': true, 'card-changed': true, 'card-service-lost': true, 'card-refused': true, asked: true, 'computer-locked': true, 'computer-slept': true,
    idle: true, 'token-refused': true, 'screen-failed': true, fault: true,
  };
  for (const reason of Object.keys(reasons) as LockReason[]) {
    const { locked } = screenOf(running(ready), { nobody: { kind: 'locked', reason, at: AT, kept: null } });
    expect(locked).toMatchObject({ at: '22-Nov-2026 11:58', resumes: null });
    expect(locked?.sentence, reason).toMatch(/sign in|passcode/i);
    expect(locked?.sentence, reason).not.toMatch(/\berror\b|null|undefined/i);
  }
});

test('every end that nobody asked for is said, with what to do or why nothing is left', () => {
  const reasons: Record<EndReason, boolean> = { 'signed-out': false, ceiling: true, 'resume-over': true, 'other-clinician': true, 'card-removed': true };
  for (const [reason, isSaid] of Object.entries(reasons) as [EndReason, boolean][]) {
    const { locked, message } = screenOf(running(ready), { nobody: { kind: 'ended', reason } });
    expect(locked).toBeNull();
    expect(message?.tone, reason).toBe(isSaid ? 'information' : undefined);
    expect(message?.sentence ?? '', reason).not.toMatch(/\berror\b|null|undefined/i);
  }
  const said: MessageView = { tone: 'problem', title: 'That passcode is not right', sentence: '2 tries left' };
  expect(screenOf(running(ready), { nobody: { kind: 'ended', reason: 'ceiling' }, message: said }).message).toBe(said);
});

test('the locked screen names who may come back, and never whose record it was', () => {
  const kept: Kept = { userId: '555254240100', name: 'Dr Priya NAIR', roleId: 'r1', attempt: 1, nhsNumber: '9990000018' as NhsNumber, until: AT + 1 };
  const screen = screenOf(running(ready), { nobody: { kind: 'locked', reason: 'asked', at: AT, kept } });
  expect(screen.locked?.resumes).toBe('Dr Priya NAIR');
  expect(JSON.stringify(screen)).not.toContain('999');
});

test.each([
  ['piv', 3, false],
  ['piv', 1, true],
  ['piv', null, true],
  ['pkcs11', null, false],
  ['pkcs11', 1, true],
] as const)('a try of a %s card with %s left may be its last: %s', (driver, triesLeft, mayBeLastTry) => {
  expect(screenOf(running({ ...ready, driver, triesLeft })).cards).toMatchObject([{ triesLeft, mayBeLastTry }]);
});

test('while signing in the card stays on the screen, and which one it is', () => {
  const screen = screenOf(running(ready, ready), { authenticating: { reader: 'Reader B', eventCounter: 2 } });
  expect(screen).toMatchObject({ step: 'checking', checkingCardId: '2 Reader B', cards: [{ name: 'Priya NAIR' }, { id: '2 Reader B' }] });
});

test('days and moments are London’s, with the month in letters', () => {
  expect(shownDay(new Date('2026-09-05T12:00:00Z'))).toBe('05-Sep-2026');
  expect(shownInstant(instantOf(new Date('2026-07-01T23:30:00Z')))).toBe('02-Jul-2026 00:30');
  expect(shownInstant(instantOf(new Date('2026-12-01T00:05:00Z')))).toBe('01-Dec-2026 00:05');
});
