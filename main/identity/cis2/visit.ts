/** One visit to CIS2's page: opened, waited for, and ended in every outcome. */
import { SignInProblem } from '../provider.ts';
import { TokenRefused } from '../token-refusal.ts';
import type { Browser, BrowserPage } from './browser.ts';
import { listenForRedirect, type RedirectTarget } from './redirect-listener.ts';

/** Long enough to find the card and its passcode; short enough that a page left open does not wait for the next person. */
export const VISIT_LIMIT_MS = 300_000;

const TOO_LONG = 'Signing in was not finished in time. Start again when you are ready.';

/**
 * Opens `address` and gives the address that the browser brought the state back with, whatever else it says.
 * @throws {SignInProblem} where the port is taken, the page fails or the limit passes, this or the signal's; an AbortError
 * where the person closed the page, unless it had come back with another state: that is told; the signal's reason
 */
export async function visit(browser: Browser, address: string, target: RedirectTarget, signal: AbortSignal): Promise<URL> {
  signal.throwIfAborted();
  const listener = await listenForRedirect(target);
  const ended = Promise.withResolvers<never>();
  /** For nothing: a page that came back with another state is why nobody went on. */
  const end = (reason: unknown): void => ended.reject(listener.hasMetAnother() ? new TokenRefused('state') : reason);
  const cancel = (): void => (isTimeout(signal.reason) ? end(new SignInProblem(TOO_LONG)) : ended.reject(signal.reason));
  const limit = setTimeout(() => end(new SignInProblem(TOO_LONG)), VISIT_LIMIT_MS);
  signal.addEventListener('abort', cancel, { once: true });
  const page = openPage(browser, address, end);
  try {
    if (signal.aborted) cancel();
    return await Promise.race([listener.arrived, ended.promise]);
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', cancel);
    await Promise.all([listener.close(), page.close()]);
  }
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}

/** A page that is still on its way when it is closed is ended as soon as it is there; nobody waits for it. */
function openPage(browser: Browser, address: string, onEnd: (reason: unknown) => void): BrowserPage {
  let page: BrowserPage | null = null;
  let isClosed = false;
  const open = async (): Promise<void> => {
    const opened = await browser.open(address, {
      onClosed: () => onEnd(new DOMException('The sign-in page was closed.', 'AbortError')),
      onFailed: (sentence) => onEnd(new SignInProblem(sentence)),
    });
    if (isClosed) await opened.close();
    else page = opened;
  };
  open().catch(onEnd);
  return {
    close: async () => {
      isClosed = true;
      await page?.close();
    },
  };
}
