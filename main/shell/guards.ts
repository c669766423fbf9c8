/** What no page may ever do: ask for a device or permission, go elsewhere, open a window, embed another page. */
import type { App, Session, WebContents } from 'electron';
import { APP_ORIGIN } from './app-scheme.ts';
import { log } from './log.ts';

/** Denies every permission in a session, asked for or merely checked (Electron's default is to allow). */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    log('permission-denied', { permission });
    answer(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  session.on('will-download', (event) => event.preventDefault());
}

/** Keeps every web contents of the app, whoever makes it, on the app's own pages. */
export function guardNavigation(app: App): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
}

function guardContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => {
    log('window-open-denied', {});
    return { action: 'deny' };
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-navigate', (event) => stayInside(event, event.url));
  contents.on('will-frame-navigate', (event) => stayInside(event, event.url));
  contents.on('will-redirect', (event) => stayInside(event, event.url));
}

function stayInside(event: { preventDefault(): void }, url: string): void {
  if (isAppPage(url)) return;
  log('navigation-denied', {});
  event.preventDefault();
}

/** Whether an address is one of the app's own pages. */
export function isAppPage(url: string): boolean {
  return url === APP_ORIGIN || url.startsWith(`${APP_ORIGIN}/`);
}

/** Switches that would open the running app to a debugger or take its sandbox away. */
const FORBIDDEN_SWITCHES = ['remote-debugging-port', 'remote-debugging-pipe', 'js-flags', 'no-sandbox', 'inspect', 'inspect-brk', 'disable-web-security'] as const;

/** The forbidden switch a packaged app was started with, or `null`. No Electron fuse covers these. */
export function forbiddenSwitch(hasSwitch: (name: string) => boolean): string | null {
  return FORBIDDEN_SWITCHES.find((name) => hasSwitch(name)) ?? null;
}
