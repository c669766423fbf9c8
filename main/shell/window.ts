/**
 * The window and the page in it. A lock replaces the page, because a renderer that has shown a patient keeps what it has
 * shown in memory for as long as it lives. While somebody is signed in the next one stands by behind it, drawn and told
 * nothing, so that a lock waits for no process to start and for no picture to be made.
 */
import { BaseWindow, Menu, type Session, type WebContentsView } from 'electron';
import { log } from './log.ts';
import { watchInput } from './input.ts';
import { BACKGROUND, endPage, isLiving, openPage } from './page.ts';
import { keepStandby } from './standby.ts';

/** A page that fails this often within this many milliseconds will not work the next time either. */
const MOST_FAILURES = 3;
const FAILURES_WITHIN_MS = 60_000;

/** Chromium's code for a load that was given up on purpose: a navigation that a guard denied, a window that was replaced. */
const ABORTED = -3;

/** What the window tells. */
export interface WindowEvents {
  /** The person closed the window. */
  readonly onClosed: () => void;
  /** The page crashed, hangs or could not be loaded. Unless this replaces the page, the page is replaced all the same. */
  readonly onFailed: () => void;
  /** The page failed again and again; the window is gone. */
  readonly onBroken: () => void;
  /** The lock key was pressed. Comes from the window itself, so that a page that hangs can be locked too. */
  readonly onLockKey: () => void;
  /** Somebody used the keyboard or the mouse; at most once a second. */
  readonly onActivity: () => void;
}

export interface WindowKeeper {
  isCurrent(webContentsId: number): boolean;
  /** The page behind, which has been told nothing yet. */
  isStandby(webContentsId: number): boolean;
  /** Has the next page stand by, unless one does. */
  standBy(): void;
  /** Puts a new, empty page in the place of the present one and ends the present one with its process. */
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
 * Opens the window with its first page.
 * @param appFolder the folder that holds `preload/` and `renderer/`
 */
export function keepWindow(session: Session, appFolder: string, events: WindowEvents): WindowKeeper {
  Menu.setApplicationMenu(null);
  const failures: number[] = [];
  let ended = false;
  const window = openWindow();
  /** Of whichever page the key goes to. */
  const listenForLockKey = ({ webContents }: WebContentsView): void => {
    webContents.on('before-input-event', (event, { type, key }) => {
      if (type !== 'keyDown' || key !== 'F12') return;
      event.preventDefault();
      // Afterwards: the lock ends a page, which may not happen while Electron is still in its event.
      setImmediate(() => {
        if (!ended && !webContents.isDestroyed()) events.onLockKey();
      });
    });
  };
  const open = (): WebContentsView => {
    const page = openPage(session, appFolder);
    listenForLockKey(page);
    window.contentView.addChildView(page, 0);
    fill(window, page);
    return page;
  };
  const close = (page: WebContentsView): void => {
    if (!window.isDestroyed()) window.contentView.removeChildView(page);
    endPage(page);
  };
  let current = open();
  /** A page takes the keyboard when it has loaded, also behind another: it is given back. */
  const openBehind = (): WebContentsView => {
    const page = open();
    // Afterwards: while Electron is still telling who has it, it would be taken back.
    page.webContents.on('focus', () => setImmediate(() => {
      if (!ended && current !== page && isLiving(current)) current.webContents.focus();
    }));
    return page;
  };
  const standby = keepStandby({ open: openBehind, close });

  const watch = ({ webContents }: WebContentsView): void => {
    const isCurrent = (): boolean => !ended && current.webContents === webContents;
    const failed = (how: string, why: string | number): void => {
      if (!isCurrent()) return;
      log(how, { why });
      takeFailure();
    };
    webContents.on('unresponsive', () => failed('page-hangs', 'no answer'));
    webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') failed('renderer-gone', reason);
    });
    webContents.on('did-fail-load', (_event, code, _description, _url, isMainFrame) => {
      if (isMainFrame && code !== ABORTED) failed('page-failed', code);
    });
    webContents.on('page-title-updated', (_event, title) => {
      if (isCurrent()) window.setTitle(title);
    });
    watchInput(webContents, () => {
      if (isCurrent()) events.onActivity();
    });
  };

  const takeFailure = (): void => {
    const failing = current;
    const now = performance.now();
    failures.push(now);
    if (failures.filter((at) => now - at < FAILURES_WITHIN_MS).length >= MOST_FAILURES) {
      end();
      return events.onBroken();
    }
    try {
      events.onFailed();
    } finally {
      if (current === failing) replace();
    }
  };

  const replace = (): void => {
    if (ended) return;
    const old = current;
    const ready = standby.take(old);
    current = ready ?? open();
    watch(current);
    close(old);
    current.webContents.focus();
  };

  const end = (): void => {
    ended = true;
    standby.drop();
    close(current);
    if (!window.isDestroyed()) window.destroy();
  };

  window.on('resize', () => {
    for (const page of window.contentView.children) fill(window, page as WebContentsView);
  });
  window.on('closed', () => {
    if (!ended) events.onClosed();
  });
  watch(current);
  return {
    isCurrent: (id) => isLiving(current) && current.webContents.id === id,
    isStandby: (id) => standby.is(id),
    standBy: () => {
      if (!ended) standby.prepare();
    },
    replace,
    send: (channel, message) => {
      if (isLiving(current)) current.webContents.send(channel, message);
    },
    show: () => {
      if (window.isDestroyed() || window.isVisible()) return;
      window.show();
      current.webContents.focus();
    },
    focus: () => {
      if (window.isDestroyed()) return;
      if (window.isMinimized()) window.restore();
      window.focus();
    },
    end,
  };
}

/** Hidden until its page has drawn something. */
function openWindow(): BaseWindow {
  return new BaseWindow({ width: 1280, height: 800, minWidth: 1024, minHeight: 640, useContentSize: true, title: 'Lanyard', backgroundColor: BACKGROUND, show: false });
}

function fill(window: BaseWindow, page: WebContentsView): void {
  const { width, height } = window.getContentBounds();
  page.setBounds({ x: 0, y: 0, width, height });
}
