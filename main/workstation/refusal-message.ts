/** What the screen says when the card or the identity service did not let somebody in. */
import type { MessageView } from '../../preload/contract.ts';
import type { PinPadProblem, SignInRefusal } from '../card/messages.ts';
import { pinPadSentences, replacementSentences } from '../card/sentences.ts';
import { SignInProblem } from '../identity/provider.ts';
import type { CardRefused } from './ports.ts';

export function refusalMessage(refusal: SignInRefusal): MessageView | null {
  switch (refusal.kind) {
    case 'wrong-passcode':
      return { tone: 'problem', title: 'That passcode is not right', sentence: triesLeft(refusal.triesLeft) };
    case 'bad-format':
      return { tone: 'problem', title: 'The card did not take that passcode', sentence: 'A passcode is 6 to 8 numbers. No try was used.' };
    case 'blocked':
      return {
        tone: 'problem',
        title: 'This card is locked',
        sentence: 'Too many wrong passcodes were entered. Ask your registration authority to unlock it, or unlock it yourself with self-service unlock.',
      };
    case 'last-try-unconfirmed':
      return { tone: 'warning', title: 'One try left', sentence: 'If this passcode is wrong the card locks. Confirm that you want to use the last try.' };
    case 'card-gone':
      return { tone: 'warning', title: 'The card left the reader', sentence: 'Put the card back and enter the passcode again.' };
    case 'card-changed':
      return { tone: 'warning', title: 'Another card is in the reader now', sentence: 'Check the name beside the card, then enter the passcode.' };
    case 'in-use':
      return { tone: 'warning', title: 'Another program is using the card', sentence: 'Close the other program or wait a moment, then try again.' };
    case 'cancelled':
      return null;
    case 'pin-pad':
      return { tone: 'warning', title: pinPadTitles[refusal.problem], sentence: pinPadSentences[refusal.problem] };
    case 'unfit-replacement':
      return { tone: 'problem', title: 'Choose another passcode', sentence: replacementSentences[refusal.fault] };
    case 'failed':
      return { tone: 'problem', title: 'The card could not sign you in', sentence: refusal.sentence };
  }
}

const pinPadTitles: Readonly<Record<PinPadProblem, string>> = {
  'timed-out': 'No passcode was entered',
  cancelled: 'Cancelled on the reader',
  'wrong-length': 'The reader did not take that passcode',
  'replacements-differ': 'The new passcodes are not the same',
  unusable: 'Use the keyboard',
  missing: 'Use the keyboard',
  waiting: 'The reader is still waiting',
};

function triesLeft(count: number | null): string {
  if (count === null) return 'Check it and try again. The card does not say how many tries are left.';
  if (count === 0) return 'No tries are left: the card is now locked. Ask your registration authority to unlock it.';
  return count === 1 ? 'One try left before the card locks.' : `${count} tries left before the card locks.`;
}

/** What a sign-in that was broken off says; nothing where the person did it. */
export function signInMessage(problem: unknown): MessageView | null {
  if (problem instanceof SignInProblem) return problemMessage(problem.message);
  if (problem instanceof DOMException && problem.name === 'AbortError') return null;
  return problemMessage('Signing in did not work. Try again, and tell the service desk if it happens again.');
}

export function problemMessage(sentence: string): MessageView {
  return { tone: 'problem', title: 'You are not signed in', sentence };
}

/** What a change of the passcode came to. */
export function changeMessage(outcome: { readonly kind: 'changed' } | CardRefused): MessageView {
  if (outcome.kind === 'changed') return { tone: 'information', title: 'Your passcode was changed', sentence: 'Use the new passcode from now on.' };
  const { refusal } = outcome;
  if (refusal.kind === 'failed') return { tone: 'problem', title: 'The passcode was not changed', sentence: refusal.sentence };
  return refusalMessage(refusal) ?? { tone: 'warning', title: 'The change was broken off', sentence: 'Most likely your passcode is the one you had before. If the card does not take it, use the new one.' };
}
