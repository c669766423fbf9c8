/** Signs that somebody is at the keyboard, from the window itself: what the page says of it is not believed. */
import type { WebContents } from 'electron';

/** What a person does on purpose. A mouse that merely moves may be a desk that shakes. */
const DONE_ON_PURPOSE: ReadonlySet<string> = new Set(['keyDown', 'rawKeyDown', 'mouseDown', 'mouseWheel', 'touchStart', 'gestureTap', 'gestureScrollBegin']);

/** Told at most so often, in milliseconds. */
const EVERY_MS = 1_000;

/** Which key or where is nobody's business here. */
export function watchInput(contents: Pick<WebContents, 'on'>, onActivity: () => void, monotonicMs: () => number = () => performance.now()): void {
  let toldAt = Number.NEGATIVE_INFINITY;
  contents.on('input-event', (_event, { type }) => {
    const now = monotonicMs();
    if (!DONE_ON_PURPOSE.has(type) || now - toldAt < EVERY_MS) return;
    toldAt = now;
    onActivity();
  });
}
