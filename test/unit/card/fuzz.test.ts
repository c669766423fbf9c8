import { describe, expect, test } from 'vitest';
import { fuzzCards, fuzzOnce, makeFuzzCards } from '../../support/card/fuzz.ts';

/** The short run of test/fuzz/card.ts: what must hold is said in test/support/card/fuzz.ts. */

const cards = makeFuzzCards();
const mutatedAnswers = 20_000;
const heapLimitBytes = 64 * 1024 * 1024;

describe('a line that mutates what the card answers', () => {
  test('never crashes or hangs the driver, has it sign without a passcode, or keep one', { timeout: 120_000 }, async () => {
    const report = await fuzzCards({ mutatedAnswers, firstSeed: 1, limitMs: 110_000 });
    expect(report.findings).toEqual([]);
    expect(report.mutatedAnswers).toBeGreaterThanOrEqual(mutatedAnswers);
    expect(report.heapGrowthBytes).toBeLessThan(heapLimitBytes);
    // A line that lets nothing through would prove nothing.
    expect(report.outcomes.signed).toBeGreaterThan(report.runs / 50);
    expect(report.outcomes.refused).toBeGreaterThan(report.runs / 5);
  });
});

/** Seeds under which the driver once did what it must not. What they found has a plain test beside it, named here. */
describe('a line that once', () => {
  const found = [
    // apdu.test.ts: a command that asks for nothing is never sent twice.
    { what: 'corrected the length of a passcode command, and had it sent again', seed: 262 },
    // piv-sign-in.test.ts: a card that fails with the passcode on its way is reset.
    { what: 'broke off while the card took the passcode, and left it verified', seed: 37 },
    // piv-sign-in.test.ts: an answer that is not understood leaves no passcode behind.
    { what: 'garbled the answer to a right passcode, and left it verified', seed: 20 },
  ];

  test.each(found)('$what', async ({ seed }) => {
    expect((await fuzzOnce(seed, await cards)).findings).toEqual([]);
  });
});
