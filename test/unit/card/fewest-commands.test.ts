import { describe, expect, test } from 'vitest';
import { countingPcsc, fewestSignInCommands } from '../../support/card/counting-pcsc.ts';
import { readAtDesk, signInAtDesk } from '../../support/card/at-desk.ts';
import { OneCardReader } from '../../support/card/one-card-reader.ts';
import { digits, makeCard, passcode } from './cards.ts';

const limits = { turnMs: 5000, workMs: 5000 };

describe('a sign-in', () => {
  // Input and answer templates of GENERAL AUTHENTICATE: 7C { 82, 81 input } and 7C { 82 signature }.
  test.each([
    ['RSA-2048', { inputBytes: 266, answerBytes: 264 }, 6],
    ['RSA-3072', { inputBytes: 394, answerBytes: 392 }, 6],
    ['P-256', { inputBytes: 38, answerBytes: 76 }, 4],
    ['P-384', { inputBytes: 54, answerBytes: 108 }, 4],
  ] as const)('with %s takes one command more than the card asks for, which counts the tries, and no call twice', async (algorithm, template, fewest) => {
    const card = await makeCard({ algorithm });
    const reader = new OneCardReader({ protocol: 'T=1', answer: (command) => card.process(Uint8Array.from(command)) });
    const read = await readAtDesk(reader, limits);
    if (read.kind !== 'read' || read.reading.card === null) throw new Error('The card could not be read');
    const { pcsc, count } = countingPcsc(reader);
    const { event } = await signInAtDesk({ pcsc, card: read.reading.card, typed: digits(passcode), lastTryConfirmed: false, limits });
    expect(event.type).toBe('signed');
    expect(fewestSignInCommands(template)).toBe(fewest);
    expect(count.commands).toHaveLength(fewest + 1);
    expect(count.commands.filter((header) => header === '00200080')).toHaveLength(2);
    expect(Object.fromEntries(count.calls)).toEqual({
      establish: 1, connect: 1, beginTransaction: 1, waitForChange: 1, transmit: fewest + 1, endTransaction: 1, disconnect: 1, release: 1,
    });
  });
});
