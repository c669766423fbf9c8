import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import type { LanyardBridge, SignInScreen, WorkstationView } from '../preload/contract.ts';
import { SignInView } from './sign-in/sign-in.tsx';

const LOCKED: SignInScreen = {
  kind: 'sign-in',
  locked: { sentence: 'Locked', at: '00:00', resumes: 'Nobody' },
  step: 'insert-card',
  method: 'passcode',
  cards: [],
  checkingCardId: null,
  message: null,
};

const VIEW: WorkstationView = {
  revision: 0,
  app: { version: '0', runtime: '' },
  site: { name: 'Nowhere', odsCode: '', region: '' },
  cardService: { state: 'running', sentence: '', simulated: false, readers: [{ label: 'Reader', name: '', state: 'empty', sentence: '' }] },
  identityService: { state: 'reachable', sentence: '' },
  screen: LOCKED,
  idleWarning: null,
};

/**
 * Lays out a locked screen that nobody sees and takes it away again, while this window stands by: its code has then been
 * compiled and its typefaces have been found before a card leaves, when there is no time for either. Nothing is painted
 * and nothing is in the tree that a screen reader reads.
 */
export function warmUp(bridge: LanyardBridge): void {
  const box = document.createElement('div');
  box.className = 'warm-up';
  document.body.append(box);
  const root = createRoot(box);
  flushSync(() => root.render(<SignInView view={VIEW} screen={LOCKED} bridge={bridge} />));
  // Asking for a place is what makes the browser lay it out.
  box.getBoundingClientRect();
  flushSync(() => root.unmount());
  box.remove();
}
