/** What the screen says when the card or the identity service did not let somebody in. */
import type { MessageView } from '../../preload/contract.ts';
import type { SignInRefusal } from '../card/messages.ts';
import { SignInProblem } from '../identity/identity-service.ts';

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
    case 'failed':
      return { tone: 'problem', title: 'The card could not sign you in', sentence: refusal.sentence };
  }
}

function triesLeft(count: number | null): string {
  if (count === null) return 'Check it and try again. The card does not say how many tries are left.';
  if (count === 0) return 'No tries are left: the card is now locked. Ask your registration authority to unlock it.';
  return count === 1 ? 'One try left before the card locks.' : `${count} tries left before the card locks.`;
}

/** What a sign-in that was broken off says; nothing where the person did it. */
export function signInMessage(problem: unknown): MessageView | null {
  if (problem instanceof SignInProblem) return { tone: 'problem', title: 'You are not signed in', sentence: problem.message };
  if (problem instanceof DOMException && problem.name === 'AbortError') return null;
  return { tone: 'problem', title: 'You are not signed in', sentence: 'Signing in did not work. Try again, and tell the service desk if it happens again.' };
}
