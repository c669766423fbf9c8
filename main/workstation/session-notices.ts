/** What is said of a session that was locked, has ended or is about to: pure. */
import type { MessageView, SignInScreen } from '../../preload/contract.ts';
import type { Active, EndReason, IdleWarning, LockReason, Nobody } from '../identity/session.ts';
import { instantOf } from '../record/values.ts';
import { shownInstant } from '../record/view-words.ts';

const LOCK_SENTENCES: Readonly<Record<LockReason, string>> = {
  'card-removed': 'The card left the reader. Put it back and enter your passcode.',
  'card-changed': 'The card in the reader changed. Sign in with the card that is there now.',
  'card-service-lost': 'The card could no longer be seen. Sign in again when the reader is back.',
  'card-refused': 'The card may no longer sign in. Ask your registration authority, or sign in with another card.',
  asked: 'You locked Lanyard. Enter your passcode to sign in again.',
  'computer-locked': 'The computer was locked. Enter your passcode to sign in again.',
  'computer-slept': 'The computer went to sleep. Enter your passcode to sign in again.',
  idle: 'Nobody used Lanyard for a while. Enter your passcode to sign in again.',
  'token-refused': 'The identity service ended your session. Sign in again.',
  'screen-failed': 'The screen stopped working. Sign in again.',
  fault: 'Something in Lanyard failed, so it locked to be safe. Sign in again, and tell the service desk if it happens again.',
};

/** The locked screen names the clinician who may come back, and never a patient. */
export function lockedView(nobody: Nobody): SignInScreen['locked'] {
  if (nobody.kind !== 'locked') return null;
  return { sentence: LOCK_SENTENCES[nobody.reason], at: shownInstant(instantOf(new Date(nobody.at))), resumes: nobody.kept?.name ?? null };
}

const END_SENTENCES: Readonly<Record<EndReason, string | null>> = {
  'signed-out': null,
  ceiling: 'It reached the longest time that a sign-in may last. Sign in again to go on.',
  'resume-over': 'Nobody came back to it in time, so nothing of it was kept. Sign in to begin anew.',
  'other-clinician': 'Another clinician’s card is in the reader, so nothing of the session before was kept.',
  'card-removed': 'The card left the reader. Put it back and sign in to begin anew.',
};

export function endMessage(nobody: Nobody): MessageView | null {
  const sentence = nobody.kind === 'ended' ? END_SENTENCES[nobody.reason] : null;
  return sentence === null ? null : { tone: 'information', title: 'The session has ended', sentence };
}

/** @param endsSoonAt when the sign-in ends, once that is near; milliseconds since 1970 */
export function sessionNotices({ cardPlace }: Active | IdleWarning, endsSoonAt: number | null): readonly MessageView[] {
  return [...(cardPlace === 'away' ? [CARD_AWAY] : []), ...(endsSoonAt === null ? [] : [endsSoon(endsSoonAt)])];
}

const CARD_AWAY: MessageView = {
  tone: 'warning',
  title: 'Your card is not in the reader',
  sentence: 'You are still signed in. Lock Lanyard before you leave; a card that is put in locks it too.',
};

function endsSoon(at: number): MessageView {
  const time = shownInstant(instantOf(new Date(at))).split(' ').at(-1);
  return { tone: 'warning', title: 'Your sign-in ends soon', sentence: `You are signed out at ${time}, whatever you do. Sign in again before that if you are in the middle of something.` };
}
