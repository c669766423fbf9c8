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

export interface WindowKeeper {
  /** The window now on screen. */
  current(): BrowserWindow;
  isCurrent(webContentsId: number): boolean;
  /** Puts a new, empty window in the place of the present one and ends the present one with its process. */
  replace(): void;
  send(channel: string, message: unknown): void;
  /** The page has drawn its first view: nobody needs to see it earlier. */
  show(): void;
}

/**
 * Opens the first window.
 * @param appFolder the folder that holds `preload/` and `renderer/`
 * @param onClosed the person closed the window
 */
export function keepWindow(session: Session, appFolder: string, onClosed: () => void): WindowKeeper {
  Menu.setApplicationMenu(null);
  let window = open(session, appFolder, null);
  let replacing = false;

  const watch = (opened: BrowserWindow): void => {
    opened.on('closed', () => {
      if (!replacing && opened === window) onClosed();
    });
    opened.webContents.on('render-process-gone', (_event, details) => {
      if (opened !== window || details.reason === 'clean-exit') return;
      log('renderer-gone', { reason: details.reason });
      replace();
    });
  };

  const replace = (): void => {
    const old = window;
    replacing = true;
    window = open(session, appFolder, old);
    watch(window);
    old.destroy();
    replacing = false;
  };

  watch(window);
  return {
    current: () => window,
    isCurrent: (id) => !window.isDestroyed() && window.webContents.id === id,
    replace,
    send: (channel, message) => {
      if (!window.isDestroyed()) window.webContents.send(channel, message);
    },
    show: () => {
      if (!window.isDestroyed() && !window.isVisible()) window.show();
    },
  };
}

function open(session: Session, appFolder: string, predecessor: BrowserWindow | null): BrowserWindow {
  const place = predecessor === null ? { width: 1280, height: 800 } : predecessor.getBounds();
  const window = new BrowserWindow({
    ...place,
    minWidth: 1024,
    minHeight: 640,
    useContentSize: predecessor === null,
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
  if (predecessor?.isMaximized() === true) window.maximize();
  window.webContents.on('did-fail-load', (_event, code) => log('page-failed', { code }));
  void window.loadURL(START_PAGE).catch(() => log('page-failed', { code: null }));
  return window;
}
