/** A page of the app: a renderer of its own, with every protection that ships. */
import { join } from 'node:path';
import { type Session, WebContentsView } from 'electron';
import { START_PAGE } from './app-scheme.ts';

/** The page's own background, so that an empty window already looks like the app. */
export const BACKGROUND = '#f0f4f5';

/** @param appFolder the folder that holds `preload/` and `renderer/` */
export function openPage(session: Session, appFolder: string): WebContentsView {
  const page = new WebContentsView({
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
  page.setBackgroundColor(BACKGROUND);
  // Says the same as `did-fail-load` and `render-process-gone`, which are listened to.
  void page.webContents.loadURL(START_PAGE).catch(() => undefined);
  return page;
}

/** Electron takes a page's contents away from under it when they have ended. */
export function isLiving(page: WebContentsView): boolean {
  const contents = page.webContents as WebContentsView['webContents'] | undefined;
  return contents !== undefined && !contents.isDestroyed();
}

/** Ends a page and its process at once, also where it hangs: what it has shown goes with the process. */
export function endPage(page: WebContentsView): void {
  if (!isLiving(page)) return;
  page.webContents.forcefullyCrashRenderer();
  page.webContents.close();
}
