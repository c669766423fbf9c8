import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPivCard } from '../../../main/card/piv/read.ts';
import { signInWithPiv } from '../../../main/card/piv/sign-in.ts';
import { behaviourSchema, plainBehaviour, type PivBehaviour } from '../../../simulator/card/piv-behaviour.ts';
import { digits, makeCard, passcode, statement } from './cards.ts';
import { cardChannel } from './scripted-channel.ts';

/** The driver over every card that departs from the standard in any number of ways at once, as long as it can be used at all. */

const choices = <Field extends keyof PivBehaviour>(...values: readonly PivBehaviour[Field][]) => fc.constantFrom(...values);

/** What leaves a card usable. Silence, broken lengths, no certificate and a forgotten passcode do not. */
const usable = fc.record({
  protocol: choices<'protocol'>('T=0', 'T=1'),
  historicalBytes: choices<'historicalBytes'>('present', 'none'),
  selectBy: choices<'selectBy'>('truncated-or-full', 'full-only'),
  selectedName: choices<'selectedName'>('full', 'extension-only'),
  selectAnswer: choices<'selectAnswer'>('template', 'without-label', 'nothing'),
  unknownName: choices<'unknownName'>('keeps-piv', 'loses-piv'),
  selectAgain: choices<'selectAgain'>('keeps-passcode', 'forgets-passcode'),
  discovery: choices<'discovery'>('4000', '4010', '6010', '6020', 'missing', 'garbage'),
  certificate: choices<'certificate'>('plain', 'gzip', 'plain-flagged-gzip', 'gzip-flagged-plain', 'net-id'),
  protectedObjects: choices<'protectedObjects'>('6982', '6a82'),
  wrongPasscode: choices<'wrongPasscode'>('63Cx', '630x', '6982'),
  lastWrongTry: choices<'lastWrongTry'>('63C0', '6983'),
  triesQuery: choices<'triesQuery'>('answered', 'never-9000', 'refused'),
  badFormat: choices<'badFormat'>('6a80', 'counted'),
  wrongLength: choices<'wrongLength'>('6700', '6a80'),
  passcodeDrop: choices<'passcodeDrop'>('known', 'unknown'),
  answerBytes: fc.oneof(fc.constantFrom(1, 2, 255, 256), fc.integer({ min: 1, max: 256 })),
  exactLength: fc.boolean(),
});

const cards = new Map(await Promise.all((['P-256', 'P-384', 'RSA-2048', 'RSA-3072'] as const).map(async (algorithm) => [algorithm, await makeCard({ algorithm, globalPasscode: '90210777' })] as const)));
const anyCard = fc.record({ algorithm: fc.constantFrom(...cards.keys()), behaviour: usable });

async function signIn(algorithm: 'P-256' | 'P-384' | 'RSA-2048' | 'RSA-3072', behaviour: Partial<PivBehaviour>, entered: string) {
  const card = cards.get(algorithm)!;
  card.restore();
  card.behave(behaviour);
  const reading = await readPivCard(cardChannel(card, behaviour.protocol));
  if (reading.card === null) throw new Error(`Not read: ${JSON.stringify(reading.status)}`);
  const channel = cardChannel(card, behaviour.protocol);
  const { outcome } = await signInWithPiv(channel, { card: reading.card, statement, passcode: digits(entered), lastTryConfirmed: true, eventCounter: 1, signal: new AbortController().signal });
  return { outcome, status: reading.status, isForgotten: !card.isVerified || channel.isReset };
}

const passcodeOf = ({ discovery }: Partial<PivBehaviour>): string => (discovery === '6020' ? '90210777' : passcode);

describe('any usable card', () => {
  test('is read, signs with its passcode, and forgets it', async () => {
    await fc.assert(
      fc.asyncProperty(anyCard, async ({ algorithm, behaviour }) => {
        const { outcome, status, isForgotten } = await signIn(algorithm, behaviour, passcodeOf(behaviour));
        expect(status).toMatchObject({ kind: 'ready', holder: { commonName: 'Priya NAIR', userId: '555254240100' }, triesLeft: behaviour.triesQuery === 'refused' ? null : 3 });
        expect([outcome.kind, isForgotten]).toEqual(['signed', true]);
      }),
      { numRuns: 150 },
    );
  });

  test('signs nothing with a wrong passcode, which costs one try and is told so', async () => {
    await fc.assert(
      fc.asyncProperty(anyCard, async ({ algorithm, behaviour }) => {
        const { outcome } = await signIn(algorithm, behaviour, '111111');
        const isCounted = behaviour.triesQuery !== 'refused' || behaviour.wrongPasscode !== '6982';
        expect(outcome).toEqual({ kind: 'refused', refusal: { kind: 'wrong-passcode', triesLeft: isCounted ? 2 : null } });
        if (behaviour.discovery !== '6020') expect(cards.get(algorithm)!.triesLeft).toBe(2);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a card that cannot be used', () => {
  test.each([
    [{ certificate: 'missing' }, 'no-certificate'],
    [{ lengths: 'beyond' }, 'no-certificate'],
    [{ lengths: 'indefinite' }, 'no-certificate'],
    [{ lengths: 'huge' }, 'no-certificate'],
    [{ application: 'other' }, 'not-piv'],
  ] as const)('%j is named as such', async (behaviour, reason) => {
    const card = cards.get('P-256')!;
    card.restore();
    card.behave(behaviour);
    expect((await readPivCard(cardChannel(card))).status).toMatchObject({ kind: 'unusable', reason });
  });
});

test('every switch of the simulated card is either drawn above or makes the card unusable', () => {
  const unusable = ['application', 'answers', 'mutesAt', 'slowMs', 'slowOperationMs', 'lengths', 'forgetsPasscode'];
  const [drawn] = fc.sample(usable, 1);
  expect([...Object.keys(drawn!), ...unusable].sort()).toEqual(Object.keys(behaviourSchema.shape).sort());
  expect(Object.keys(plainBehaviour).sort()).toEqual(Object.keys(behaviourSchema.shape).sort());
});
