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

/** Switches that open the running app to a debugger, take a protection away, or write what it sends and receives to the disk. */
const FORBIDDEN_SWITCHES = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'inspect',
  'inspect-brk',
  'inspect-port',
  'js-flags',
  'no-sandbox',
  'disable-gpu-sandbox',
  'disable-seccomp-filter-sandbox',
  'disable-namespace-sandbox',
  'disable-setuid-sandbox',
  'disable-web-security',
  'disable-site-isolation-trials',
  'allow-running-insecure-content',
  'ignore-certificate-errors',
  'ignore-certificate-errors-spki-list',
  'host-rules',
  'host-resolver-rules',
  'load-extension',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'log-net-log',
  'ssl-key-log-file',
  'trace-startup',
] as const;

/** Chromium writes the keys of every connection to the file that this names. */
const FORBIDDEN_VARIABLES = ['SSLKEYLOGFILE'] as const;

/** What a packaged app may not be started with, as it is written, or `null`. No Electron fuse covers these. */
export function forbiddenStart(hasSwitch: (name: string) => boolean, environment: Readonly<Record<string, string | undefined>>): string | null {
  const found = FORBIDDEN_SWITCHES.find((name) => hasSwitch(name));
  if (found !== undefined) return `--${found}`;
  return FORBIDDEN_VARIABLES.find((name) => environment[name] !== undefined) ?? null;
}
