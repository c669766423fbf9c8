/** What no page may ever do: ask for a device or permission, go elsewhere, open a window, embed another page. */
import type { App, Session, WebContents } from 'electron';
import { APP_ORIGIN } from './app-scheme.ts';
import { log } from './log.ts';

/** Denies every permission in a session but these, asked for or merely checked (Electron's default is to allow). */
export function denyPermissions(session: Session, allowed: ReadonlySet<string> = new Set()): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    if (!allowed.has(permission)) log('permission-denied', { permission });
    answer(allowed.has(permission));
  });
  session.setPermissionCheckHandler((_contents, permission) => allowed.has(permission));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  session.on('will-download', (event) => event.preventDefault());
}

/** Sessions whose pages are guarded by whoever made them. */
const ownRules = new WeakSet<Session>();

/** Takes the pages of a session out of {@link guardNavigation}: they are somebody else's, and whoever shows them guards them. */
export function keepOwnRules(session: Session): void {
  ownRules.add(session);
}

/** Keeps every web contents of the app, whoever makes it, on the app's own pages. */
export function guardNavigation(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    if (!ownRules.has(contents.session)) guardContents(contents);
  });
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
  'inspect-wait',
  'js-flags',
  'no-sandbox',
  'single-process',
  'browser-subprocess-path',
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
  'enable-logging',
  'log-file',
  'trace-startup',
  'enable-tracing',
] as const;

/** Where Chromium writes the keys of every connection, and what Electron writes of what goes on in pages. */
const FORBIDDEN_VARIABLES = ['SSLKEYLOGFILE', 'ELECTRON_ENABLE_LOGGING', 'ELECTRON_LOG_FILE'] as const;

/** What a packaged app may not be started with, as it is written, or `null`. No Electron fuse covers these. */
export function forbiddenStart(hasSwitch: (name: string) => boolean, environment: Readonly<Record<string, string | undefined>>): string | null {
  const found = FORBIDDEN_SWITCHES.find((name) => hasSwitch(name));
  if (found !== undefined) return `--${found}`;
  return FORBIDDEN_VARIABLES.find((name) => environment[name] !== undefined) ?? null;
}
