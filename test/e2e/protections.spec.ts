/** The protections that ship, seen from inside the running app. */
import type { WebContentsView } from 'electron';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockedBy, openRecordOf, pressLockKey, signInAsNair } from './clinician.ts';
import { expect, test } from './fixtures.ts';
import { processesOf } from './processes.ts';

test('the Chromium sandbox is on, and nothing of the app runs as root', async ({ app }) => {
  const processes = processesOf(app);
  const renderers = processes.filter((one) => one.command.includes('--type=renderer'));
  expect(renderers.length).toBeGreaterThan(0);
  for (const one of processes) {
    expect(one.command).not.toContain('--no-sandbox');
    expect(one.uid, one.command).not.toBe(0);
  }
  for (const renderer of renderers) expect(renderer.seccomp, 'filtered system calls').toBe(2);
});

test('the page has no Node, no Electron, and only the bridge', async ({ app }) => {
  const window = await app.window();
  const found = await window.evaluate(() => ({
    globals: ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter((name) => name in globalThis),
    bridge: Object.keys((globalThis as unknown as { lanyard: object }).lanyard).toSorted(),
  }));
  expect(found.globals).toEqual([]);
  expect(found.bridge).toEqual([
    'cancelSignIn', 'changePasscode', 'changeRole', 'chooseRole', 'closePatient', 'drawn', 'findPatient', 'lock', 'onView', 'raw', 'retrySource', 'rows', 'signIn', 'signOut',
    'stayActive', 'view',
  ]);
});

test('the content security policy holds: no inline script, no eval, no connection, no frame', async ({ app }) => {
  const window = await app.window();
  const effects = await window.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.inlineRan = true';
    document.body.append(script);
    const attempt = async (work: () => unknown): Promise<string> => {
      try {
        await work();
        return 'worked';
      } catch {
        return 'refused';
      }
    };
    const frame = document.createElement('iframe');
    frame.src = 'data:text/html,<p>other</p>';
    document.body.append(frame);
    return {
      inline: 'inlineRan' in globalThis,
      // The driver may evaluate where a page may not, but only until its own call returns: hence from an event.
      evaluated: await attempt(
        () =>
          new Promise((resolve, reject) => {
            requestAnimationFrame(() => {
              try {
                resolve(new Function('return 1')());
              } catch (problem) {
                reject(problem as Error);
              }
            });
          }),
      ),
      fetched: await attempt(() => fetch('http://127.0.0.1:9/')),
      fetchedOwn: await attempt(() => fetch('lanyard://app/index.html')),
      socket: await attempt(() => new Promise((resolve, reject) => Object.assign(new WebSocket('ws://127.0.0.1:9/'), { onopen: resolve, onerror: reject }))),
    };
  });
  expect(effects).toEqual({ inline: false, evaluated: 'refused', fetched: 'refused', fetchedOwn: 'refused', socket: 'refused' });
});

test('the page cannot go anywhere, open a window or be given a permission', async ({ app }) => {
  const window = await app.window();
  const before = window.url();
  const effects = await window.evaluate(async () => {
    const opened = globalThis.open('https://example.org/');
    const camera = await navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'given', () => 'refused');
    const notifications = await Notification.requestPermission();
    return { opened: opened === null, camera, notifications };
  });
  expect(effects).toEqual({ opened: true, camera: 'refused', notifications: 'denied' });
  await window.evaluate(() => void (location.href = 'https://example.org/'));
  await expect.poll(() => app.log()).toContain('navigation-denied');
  expect(await app.electron.evaluate(({ BaseWindow }) => BaseWindow.getAllWindows().flatMap((one) => one.contentView.children.map((page) => (page as WebContentsView).webContents.getURL())))).toEqual([before]);
  expect(app.electron.windows()).toHaveLength(1);
});

test('the door refuses what is not of the contract', async ({ app }) => {
  const window = await app.window();
  const replies = await window.evaluate(async () => {
    const bridge = (globalThis as unknown as { lanyard: Record<string, (request: unknown) => Promise<unknown>> }).lanyard;
    return Promise.all([
      bridge['findPatient']?.({ nhsNumber: 9990123454 }),
      bridge['rows']?.({ section: null, from: -1, count: 1e9, onlyDiffering: true, includeWithdrawn: false }),
      bridge['chooseRole']?.({ roleId: { toString: 'x' } }),
      bridge['raw']?.({ itemId: 'x'.repeat(5000) }),
    ]);
  });
  for (const reply of replies) expect(reply).toMatchObject({ ok: false });
});

test('the record is behind the session: the door gives nothing without one', async ({ app }) => {
  const window = await app.window();
  const replies = await window.evaluate(async () => {
    const bridge = (globalThis as unknown as { lanyard: Record<string, (request: unknown) => Promise<unknown>> }).lanyard;
    return Promise.all([
      bridge['findPatient']?.({ nhsNumber: '9990123454' }),
      bridge['rows']?.({ section: null, from: 0, count: 10, onlyDiffering: false, includeWithdrawn: false }),
      bridge['raw']?.({ itemId: 'practice/Patient/1' }),
    ]);
  });
  for (const reply of replies) expect(reply).toMatchObject({ ok: false });
});

test('nothing of a patient, the token or the passcode reaches the disk or the log', async ({ app, desk }) => {
  const window = await openRecordOf(app, desk, /ashworth/i);
  await window.locator('[data-row-id]').first().getByRole('button').first().click();
  await lockedBy(app, () => desk.simulator.removeCard());
  const secrets = ['ASHWORTH', 'Ashworth', '9990123454', '999\u00a0012', 'apixaban', desk.simulator.passcode('nair'), 'Bearer '];
  for (const secret of secrets) {
    expect(app.log(), 'the log').not.toContain(secret);
    const found = grep(secret, app.userData);
    expect(found, `files that hold "${secret}"`).toBe('');
  }
});

test('the search for secrets finds what is there, in either spelling', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanyard-secrets-'));
  writeFileSync(join(folder, 'plain'), 'before ASHWORTH after');
  writeFileSync(join(folder, 'wide'), Buffer.from('before ASHWORTH after', 'utf16le'));
  expect(grep('ASHWORTH', folder).split('\n').filter(Boolean)).toHaveLength(2);
  rmSync(folder, { recursive: true });
});

/** Names of files below a folder that hold a text, as UTF-8 or UTF-16. */
function grep(text: string, folder: string): string {
  const wide = [...text].map((letter) => `${letter}\\x00`).join('');
  const search = (args: string[]): string => {
    try {
      return execFileSync('grep', [...args, folder], { encoding: 'utf8' });
    } catch {
      return '';
    }
  };
  return search(['-rlaF', '--', text]) + search(['-rlaP', '--', wide]);
}

test('a window that was replaced is gone, and there is never a second', async ({ app, desk }) => {
  await signInAsNair(app, desk);
  await lockedBy(app, () => pressLockKey(app));
  expect(app.electron.windows()).toHaveLength(1);
});
