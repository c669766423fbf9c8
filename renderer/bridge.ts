import type { LanyardBridge } from '../preload/contract.ts';

declare global {
  interface Window {
    /** Put there by the preload script; absent only where the page was opened outside Lanyard. */
    readonly lanyard?: LanyardBridge;
  }
}

/** The one way the screen reaches the trusted side. Throws where there is none: the page then runs outside Lanyard. */
export function bridgeOf(window: Window): LanyardBridge {
  if (window.lanyard === undefined) throw new Error('The screen was opened without its bridge.');
  return window.lanyard;
}
