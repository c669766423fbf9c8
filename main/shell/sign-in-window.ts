/**
 * Where CIS2's pages are shown: a window that can do nothing but show them, or the system's own browser.
 *
 * CIS2 leads from host to host (its own, NHSmail's, a role picker's), so no list of hosts would hold: pages may go anywhere
 * over https, and the title always says at whose page the person is. Nothing of a visit is left for the next person.
 */
import { BrowserWindow, type Session, session, shell } from 'electron';
import type { Browser, BrowserEvents, BrowserPage } from '../identity/cis2/browser.ts';
import { SignInProblem } from '../identity/provider.ts';
import { refuseAddress } from '../policy/configuration.ts';
import { denyPermissions, keepOwnRules } from './guards.ts';
import { log } from './log.ts';
import { trustAlso } from './network.ts';

/** In memory: Electron writes a partition to the disk only where its name begins with "persist:". */
const PARTITION = 'lanyard-sign-in';

/** Longest to wait for what a visit has kept to be gone, in milliseconds. */
const CLEAR_LIMIT_MS = 5_000;

/** Chromium's code for a load that was given up on purpose. */
const ABORTED = -3;

/** CIS2's page asks NHS middleware on this computer for the card: Chromium lets a page do that only with these. */
const MIDDLEWARE_PERMISSIONS: ReadonlySet<string> = new Set(['local-network-access', 'loopback-network']);

/** What a page may load and where it may go: https, and this computer itself. */
const HARMLESS = /^(?:data|blob|about):/;

/** The window. @param authorities PEM texts from `trust.tls` */
export function ownWindow(authorities: readonly string[], now: () => Date): Browser {
  return {
    async open(address, events) {
      const pages = pageSession(authorities, now);
      await clear(pages);
      return openWindow(pages, address, events);
    },
  };
}

/** The browser that the person uses anyway: it has its own rules, its own cookies, and tells nothing back. */
export function systemBrowser(): Browser {
  return {
    async open(address) {
      refuseUnsafe(address);
      await shell.openExternal(address).catch(() => {
        throw new SignInProblem("This computer's browser cannot be opened. Tell the service desk.");
      });
      return { close: async () => undefined };
    },
  };
}

let made: Session | null = null;

/** Made with the first visit, and kept: Electron cannot end a session. */
function pageSession(authorities: readonly string[], now: () => Date): Session {
  if (made !== null) return made;
  made = session.fromPartition(PARTITION, { cache: false });
  keepOwnRules(made);
  denyPermissions(made, MIDDLEWARE_PERMISSIONS);
  trustAlso(made, authorities, now);
  made.setSpellCheckerEnabled(false);
  made.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayLoad(url) }));
  return made;
}

async function openWindow(pages: Session, address: string, events: BrowserEvents): Promise<BrowserPage> {
  refuseUnsafe(address);
  const window = new BrowserWindow({
    width: 960,
    height: 760,
    title: titleOf(address),
    minimizable: false,
    fullscreenable: false,
    webPreferences: {
      session: pages,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      disableBlinkFeatures: 'Auxclick',
      devTools: false,
    },
  });
  let isOver = false;
  const end = (tell: () => void): void => {
    if (isOver) return;
    isOver = true;
    tell();
  };
  guard(window);
  window.once('closed', () => end(events.onClosed));
  window.webContents.on('did-fail-load', (_event, code, _description, url, isMainFrame) => {
    if (isMainFrame && code !== ABORTED) end(() => events.onFailed(`The sign-in page of ${hostOf(url)} cannot be shown. Check the network connection, then try again.`));
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    log('sign-in-page-gone', { reason });
    end(() => events.onFailed('The sign-in page stopped working. Start again.'));
  });
  // Says the same as `did-fail-load`, which is listened to.
  void window.loadURL(address).catch(() => undefined);
  return {
    async close() {
      isOver = true;
      if (!window.isDestroyed()) window.destroy();
      await clear(pages);
    },
  };
}

/** What no page of a sign-in may do. */
function guard(window: BrowserWindow): void {
  const contents = window.webContents;
  const stay = (event: { preventDefault(): void; readonly url: string }): void => {
    if (!mayLoad(event.url)) event.preventDefault();
  };
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  // Electron would send the first certificate it finds, without asking anybody.
  contents.on('select-client-certificate', (event, _url, _certificates, answer) => {
    event.preventDefault();
    (answer as () => void)();
  });
  // A page may not hold the person back.
  contents.on('will-prevent-unload', (event) => event.preventDefault());
  window.on('page-title-updated', (event) => event.preventDefault());
  contents.on('did-navigate', (_event, url) => window.setTitle(titleOf(url)));
}

/** Whose page it is: the page's own title could say anything. */
function titleOf(address: string): string {
  return `Sign in: ${hostOf(address)}`;
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : '';
}

function mayLoad(url: string): boolean {
  return HARMLESS.test(url) || refuseAddress(url.replace(/^ws/i, 'http')) === null;
}

function refuseUnsafe(address: string): void {
  const refusal = refuseAddress(address);
  if (refusal !== null) throw new SignInProblem(`The address of the sign-in page ${refusal}. Tell the service desk.`);
}

/** Cookies, storage, caches, remembered credentials and open connections. */
async function clear(pages: Session): Promise<void> {
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    log('sign-in-page-not-cleared', {});
    limit.reject(new SignInProblem('What the last sign-in page has kept cannot be removed. Restart Lanyard.'));
  }, CLEAR_LIMIT_MS);
  const cleared = Promise.all([pages.clearStorageData(), pages.clearCache(), pages.clearAuthCache(), pages.clearHostResolverCache(), pages.closeAllConnections()]);
  await Promise.race([cleared, limit.promise]).finally(() => clearTimeout(timer));
}
