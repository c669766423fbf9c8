import { expect, test } from 'vitest';
import { pinPadSentences, replacementSentences, serviceSentences, signInSentences, unusableSentences } from '../../../main/card/sentences.ts';
import { refusalMessage } from '../../../main/workstation/refusal-message.ts';
import type { PinPadProblem, ReplacementFault } from '../../../main/card/messages.ts';

const plain = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(plain) : [];
};

test.each(plain([unusableSentences, signInSentences, pinPadSentences, replacementSentences, serviceSentences]))('%s', (sentence) => {
  expect(sentence).toMatch(/^[A-Z].*\.$/);
  expect(sentence).not.toMatch(/\b(error|invalid|failed|PIN|APDU|SCARD)\b/);
});

test.each(Object.keys(pinPadSentences) as PinPadProblem[])('what became of the reader’s keys is said: %s', (problem) => {
  const message = refusalMessage({ kind: 'pin-pad', problem });
  expect(message).toMatchObject({ tone: 'warning', sentence: pinPadSentences[problem] });
  expect(message?.title).toMatch(/^[A-Z][^.]+$/);
});

test.each(Object.keys(replacementSentences) as ReplacementFault[])('why a new passcode is not taken is said: %s', (fault) => {
  expect(refusalMessage({ kind: 'unfit-replacement', fault })).toMatchObject({ title: 'Choose another passcode', sentence: replacementSentences[fault] });
});
