import { EventEmitter } from 'node:events';
import type { App, Session } from 'electron';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { denyPermissions, forbiddenStart, guardNavigation, isAppPage } from '../../../main/shell/guards.ts';

let written: string;

beforeEach(() => {
  written = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** An Electron object that keeps what it is given. */
class Kept extends EventEmitter {
  readonly handlers: Record<string, (...given: unknown[]) => unknown> = {};

  keep(name: string): (handler: (...given: unknown[]) => unknown) => void {
    return (handler) => {
      this.handlers[name] = handler;
    };
  }
}

/** Whether an event was prevented. */
function prevented(target: EventEmitter, name: string, url?: string): boolean {
  let stopped = false;
  target.emit(name, { url, preventDefault: () => (stopped = true) });
  return stopped;
}

describe('a session', () => {
  let session: Kept;

  beforeEach(() => {
    session = new Kept();
    const methods = ['setPermissionRequestHandler', 'setPermissionCheckHandler', 'setDevicePermissionHandler', 'setDisplayMediaRequestHandler'];
    denyPermissions(Object.assign(session, Object.fromEntries(methods.map((name) => [name, session.keep(name)]))) as unknown as Session);
  });

  test('gives no permission, asked for or checked, and no device', () => {
    const answers: unknown[] = [];
    session.handlers['setPermissionRequestHandler']?.({}, 'media', (given: unknown) => answers.push(given));
    expect(answers).toEqual([false]);
    expect(session.handlers['setPermissionCheckHandler']?.({}, 'clipboard-read')).toBe(false);
    expect(session.handlers['setDevicePermissionHandler']?.({ deviceType: 'hid' })).toBe(false);
  });

  test('shares no screen and downloads nothing', () => {
    const answers: unknown[] = [];
    session.handlers['setDisplayMediaRequestHandler']?.({}, (given: unknown) => answers.push(given));
    expect(answers).toEqual([{}]);
    expect(prevented(session, 'will-download')).toBe(true);
  });
});

describe('a page', () => {
  let contents: Kept;

  beforeEach(() => {
    const app = new EventEmitter();
    contents = new Kept();
    guardNavigation(app as unknown as App);
    app.emit('web-contents-created', {}, Object.assign(contents, { setWindowOpenHandler: contents.keep('setWindowOpenHandler') }));
  });

  test.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('stays on the app’s own pages (%s)', (name) => {
    expect(prevented(contents, name, 'lanyard://app/index.html')).toBe(false);
    for (const url of ['https://example.org/?nhs=9990123454', 'file:///etc/passwd', 'data:text/html,x', 'lanyard://other/', 'blob:lanyard://app/1']) {
      expect(prevented(contents, name, url), url).toBe(true);
    }
    expect(written).not.toContain('9990123454');
  });

  test('opens no window and embeds none', () => {
    expect(contents.handlers['setWindowOpenHandler']?.({ url: 'lanyard://app/index.html' })).toEqual({ action: 'deny' });
    expect(prevented(contents, 'will-attach-webview')).toBe(true);
  });
});

test.each([
  ['lanyard://app', true],
  ['lanyard://app/index.html', true],
  ['lanyard://app.example.org/', false],
  ['lanyard://app@example.org/', false],
  ['lanyard://application/', false],
  ['LANYARD://app/', false],
  ['https://example.org/#lanyard://app/', false],
  ['', false],
])('%s is a page of the app: %s', (url, expected) => {
  expect(isAppPage(url)).toBe(expected);
});

describe('a packaged app', () => {
  const withSwitch = (given: string) => forbiddenStart((name) => name === given, {});

  test.each([
    'remote-debugging-port', 'remote-debugging-pipe', 'inspect', 'inspect-brk', 'js-flags', 'no-sandbox', 'disable-web-security',
    'ignore-certificate-errors', 'host-resolver-rules', 'log-net-log', 'ssl-key-log-file', 'inspect-wait', 'single-process', 'browser-subprocess-path', 'enable-logging', 'log-file', 'enable-tracing',
  ])('does not start with --%s', (name) => {
    expect(withSwitch(name)).toBe(`--${name}`);
  });

  test('starts with its own switches', () => {
    for (const name of ['configuration', 'user-data-dir', 'disable-gpu', 'lang']) expect(withSwitch(name)).toBeNull();
  });

  test('does not start where the keys of its connections, or what its pages do, would be written down', () => {
    expect(forbiddenStart(() => false, { SSLKEYLOGFILE: '/tmp/keys' })).toBe('SSLKEYLOGFILE');
    expect(forbiddenStart(() => false, { ELECTRON_ENABLE_LOGGING: '1' })).toBe('ELECTRON_ENABLE_LOGGING');
    expect(forbiddenStart(() => false, { ELECTRON_LOG_FILE: '/tmp/log' })).toBe('ELECTRON_LOG_FILE');
    expect(forbiddenStart(() => false, { PATH: '/usr/bin' })).toBeNull();
  });
});
