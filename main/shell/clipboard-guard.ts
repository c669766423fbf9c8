/**
 * What was copied from the screen does not stay on the clipboard of a computer that others use. The page tells that
 * something was copied, never what; remembered is a salted hash of the clipboard, so that only what is still Lanyard's is
 * taken off it.
 */
import { createHmac, randomBytes } from 'node:crypto';

/** The page's word may overtake what it copied: so many milliseconds later the clipboard is looked at. */
const SETTLES_WITHIN_MS = 250;

/** Electron's, which reads at once before major version 40 or so, and by a promise since. */
export interface ClipboardText {
  readText(): string | Promise<string>;
  clear(): void;
}

export interface ClipboardGuard {
  /** Something was copied from the page just now. */
  filled(): void;
  /** Empties the clipboard if what was copied last is still on it. Settles when that is done; never rejects. */
  clear(): Promise<void>;
}

type State =
  | { readonly kind: 'nothing-copied' }
  /** Nobody can say yet that what is on the clipboard is anybody else's. */
  | { readonly kind: 'settling'; readonly stop: () => void }
  | { readonly kind: 'copied'; readonly hash: string };

/** @param after runs something once, later; @returns what takes it back */
export function guardClipboard(clipboard: ClipboardText, after: (ms: number, run: () => void) => () => void): ClipboardGuard {
  const salt = randomBytes(32);
  let state: State = { kind: 'nothing-copied' };
  let clearing: Promise<void> = Promise.resolve();

  /** `null` where it cannot be read: then it may be anything. */
  const held = async (): Promise<string | null> => {
    try {
      return createHmac('sha256', salt).update(await clipboard.readText()).digest('base64');
    } catch {
      return null;
    }
  };
  const settle = async (settling: State): Promise<void> => {
    const hash = await held();
    if (state === settling && hash !== null) state = { kind: 'copied', hash };
  };
  const clear = async (left: State): Promise<void> => {
    if (left.kind === 'nothing-copied') return;
    if (left.kind === 'settling') return clipboard.clear();
    const hash = await held();
    if (hash === null || hash === left.hash) clipboard.clear();
  };
  return {
    filled() {
      if (state.kind === 'settling') state.stop();
      const settling: State = { kind: 'settling', stop: after(SETTLES_WITHIN_MS, () => void settle(settling)) };
      state = settling;
    },
    clear() {
      const left = state;
      state = { kind: 'nothing-copied' };
      if (left.kind === 'settling') left.stop();
      clearing = Promise.all([clearing, clear(left)]).then(() => undefined);
      return clearing;
    },
  };
}

/** What Linux keeps of what was marked: an object of its own since Electron 40 or so, a word to the clipboard before. */
export interface MarkedText {
  readonly selection?: { clear(): void };
  clear(type: 'selection'): void;
}

/**
 * Linux has a second clipboard, which holds what was marked last: nobody has to copy it, and the page that it was marked on
 * may be gone. Nobody can tell whose it is, and whoever misses it marks it again: it is emptied.
 */
export function clearMarkedText(clipboard: MarkedText, platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'linux') return;
  // Without knowing the word, the later ones would empty the clipboard itself.
  if (clipboard.selection === undefined) clipboard.clear('selection');
  else clipboard.selection.clear();
}
