/**
 * The page that stands by while somebody is signed in. It has drawn that Lanyard is locked and been told nothing, so that it
 * can take the place of one that has shown a patient within the same moment.
 */
import type { WebContentsView } from 'electron';
import { isLiving } from './page.ts';

export interface Standby {
  prepare(): void;
  is(webContentsId: number): boolean;
  /** The page standing by, behind `old`, if it can take its place; `null` where a new one has to be opened. */
  take(old: WebContentsView): WebContentsView | null;
  drop(): void;
}

export interface StandbyPages {
  /** Opens a page behind the one on the screen. */
  open(): WebContentsView;
  /** Takes a page away and ends it. */
  close(page: WebContentsView): void;
}

export function keepStandby({ open, close }: StandbyPages): Standby {
  let page: WebContentsView | null = null;
  const drop = (): void => {
    const dropped = page;
    page = null;
    if (dropped !== null) close(dropped);
  };
  const prepare = (): void => {
    if (page !== null) return;
    const opened = open();
    page = opened;
    const failed = (): void => {
      if (page === opened) drop();
    };
    opened.webContents.on('render-process-gone', failed);
    opened.webContents.on('did-fail-load', failed);
  };
  return {
    prepare,
    is: (id) => page !== null && isLiving(page) && page.webContents.id === id,
    take(old) {
      const next = page;
      if (next === null || !isLiving(next) || next.webContents.isLoadingMainFrame() || sharesProcess(next, old)) {
        drop();
        return null;
      }
      page = null;
      return next;
    },
    drop,
  };
}

/** Short of memory, Chromium may give two pages one process: then what the old one has shown would live on in the new. */
function sharesProcess(one: WebContentsView, other: WebContentsView): boolean {
  return isLiving(other) && one.webContents.getOSProcessId() === other.webContents.getOSProcessId();
}
