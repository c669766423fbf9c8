/**
 * The window. There is one at a time; a lock replaces it, because a renderer that has shown a patient keeps what it has
 * shown in memory for as long as it lives.
 */
import { join } from 'node:path';
import { BrowserWindow, Menu, type Session } from 'electron';
import { START_PAGE } from './app-scheme.ts';
import { log } from './log.ts';

/** The page's own background, so that an empty window already looks like the app. */
const BACKGROUND = '#f0f4f5';

/** A page that fails this often within this many milliseconds will not work the next time either. */
const MOST_FAILURES = 3;
const FAILURES_WITHIN_MS = 60_000;

/** Chromium's code for a load that was given up on purpose: a navigation that a guard denied, a window that was replaced. */
const ABORTED = -3;

/** What the window tells. */
export interface WindowEvents {
  /** The person closed the window. */
  readonly onClosed: () => void;
  /** The page crashed, hangs or could not be loaded. Unless this replaces the window, the window replaces itself. */
  readonly onFailed: () => void;
  /** The page failed again and again; the window is gone. */
  readonly onBroken: () => void;
  /** The lock key was pressed. Comes from the window itself, so that a page that hangs can be locked too. */
  readonly onLockKey: () => void;
}

export interface WindowKeeper {
  isCurrent(webContentsId: number): boolean;
  /** Puts a new, empty window in the place of the present one and ends the present one with its process. */
  replace(): void;
  send(channel: string, message: unknown): void;
  /** The page has drawn its first view: nobody needs to see it earlier. */
  show(): void;
  /** Brings the window to the front. */
  focus(): void;
  /** Ends the window for good: the app is being closed. */
  end(): void;
}

/**
 * Opens the first window.
 * @param appFolder the folder that holds `preload/` and `renderer/`
 */
export function keepWindow(session: Session, appFolder: string, events: WindowEvents): WindowKeeper {
  Menu.setApplicationMenu(null);
  const failures: number[] = [];
  let ended = false;
  let window = open(session, appFolder, null);

  const living = (): BrowserWindow | null => (window.isDestroyed() ? null : window);

  const watch = (opened: BrowserWindow): void => {
    opened.on('closed', () => {
      if (!ended && opened === window) events.onClosed();
    });
    const failed = (how: string, why: string | number): void => {
      if (ended || opened !== window) return;
      log(how, { why });
      takeFailure(opened);
    };
    opened.on('unresponsive', () => failed('page-hangs', 'no answer'));
    opened.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') failed('renderer-gone', reason);
    });
    opened.webContents.on('did-fail-load', (_event, code, _description, _url, isMainFrame) => {
      if (isMainFrame && code !== ABORTED) failed('page-failed', code);
    });
    opened.webContents.on('before-input-event', (event, { type, key }) => {
      if (type !== 'keyDown' || key !== 'F12') return;
      event.preventDefault();
      // Afterwards: the lock ends this window, which may not happen while Electron is still in its event.
      setImmediate(() => {
        if (!ended && opened === window) events.onLockKey();
      });
    });
  };

  const takeFailure = (failing: BrowserWindow): void => {
    const now = performance.now();
    failures.push(now);
    if (failures.filter((at) => now - at < FAILURES_WITHIN_MS).length >= MOST_FAILURES) {
      end();
      return events.onBroken();
    }
    try {
      events.onFailed();
    } finally {
      if (window === failing) replace();
    }
  };

  const replace = (): void => {
    if (ended) return;
    const old = window;
    window = open(session, appFolder, old);
    watch(window);
    old.destroy();
  };

  const end = (): void => {
    ended = true;
    living()?.destroy();
  };

  watch(window);
  return {
    isCurrent: (id) => living()?.webContents.id === id,
    replace,
    send: (channel, message) => living()?.webContents.send(channel, message),
    show: () => {
      if (living()?.isVisible() === false) window.show();
    },
    focus: () => {
      if (living()?.isMinimized() === true) window.restore();
      living()?.focus();
    },
    end,
  };
}

function open(session: Session, appFolder: string, predecessor: BrowserWindow | null): BrowserWindow {
  const before = predecessor?.isDestroyed() === false ? predecessor : null;
  const window = new BrowserWindow({
    ...(before === null ? { width: 1280, height: 800 } : before.getBounds()),
    minWidth: 1024,
    minHeight: 640,
    useContentSize: before === null,
    title: 'Lanyard',
    backgroundColor: BACKGROUND,
    show: predecessor !== null,
    webPreferences: {
      session,
      preload: join(appFolder, 'preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      disableBlinkFeatures: 'Auxclick',
      devTools: false,
    },
  });
  if (before?.isMaximized() === true) window.maximize();
  // Says the same as `did-fail-load` and `render-process-gone`, which are listened to.
  void window.loadURL(START_PAGE).catch(() => undefined);
  return window;
}
