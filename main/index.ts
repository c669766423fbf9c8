/**
 * The entry: what must happen before anything else, then the window. Everything that takes longer to load comes by
 * `start.ts` while the window's own process is busy with the page.
 */
import { join } from 'node:path';
import { app, dialog, ipcMain, protocol, session } from 'electron';
import type { LockReason } from './identity/session.ts';
import { declareAppScheme, serveAppScheme } from './shell/app-scheme.ts';
import { CARD_PROCESS, startCardProcess } from './shell/card-channel.ts';
import { configurationPath } from './shell/configuration-path.ts';
import { watchFaults } from './shell/faults.ts';
import { denyPermissions, forbiddenStart, guardNavigation } from './shell/guards.ts';
import { type DoorKeeper, openDoor } from './shell/ipc-door.ts';
import { kindOfProblem, log } from './shell/log.ts';
import { keepWindow } from './shell/window.ts';

/** The folder that holds main/, preload/, renderer/ and regions/. */
const APP_FOLDER = join(import.meta.dirname, '..');

function main(): void {
  const forbidden = app.isPackaged ? forbiddenStart((name) => app.commandLine.hasSwitch(name), process.env) : null;
  if (forbidden !== null) return end([`Lanyard does not start with ${forbidden}.`]);
  if (!app.requestSingleInstanceLock()) return app.quit();
  app.enableSandbox();
  declareAppScheme(protocol);
  guardNavigation(app);
  void app.whenReady().then(open).catch(failToStart);
}

/** The window first: its process starts while this one goes on loading. */
async function open(): Promise<void> {
  /** Nothing can be locked before the workstation is there. */
  let lock: (reason: LockReason) => void = () => undefined;
  let noteActivity: () => void = () => undefined;
  watchFaults(process, () => lock('fault'));
  const screenSession = session.fromPartition('lanyard-screen', { cache: false });
  denyPermissions(screenSession);
  const pageServed = serveAppScheme(screenSession.protocol, join(APP_FOLDER, 'renderer'));
  const keeper = Promise.withResolvers<DoorKeeper>();
  const window = keepWindow(screenSession, APP_FOLDER, {
    onClosed: () => app.quit(),
    onFailed: () => lock('screen-failed'),
    onBroken: () => {
      lock('screen-failed');
      end(['The screen of Lanyard failed again and again. Start the computer anew, and tell the service desk if that does not help.']);
    },
    onLockKey: () => lock('asked'),
    onActivity: () => noteActivity(),
  });
  const cardProcess = startCardProcess(join(APP_FOLDER, CARD_PROCESS));
  openDoor(ipcMain, keeper.promise, window);
  app.on('second-instance', () => window.focus());

  await pageServed;
  const { start } = await import('./start.ts');
  const started = await start({ appFolder: APP_FOLDER, configurationFile: configurationPath(app.commandLine.getSwitchValue('configuration')), window, cardProcess });
  if (!started.ok) return end(started.sentences);
  lock = started.lock;
  noteActivity = started.noteActivity;
  keeper.resolve(started.door);
}

/** A window that stays empty helps nobody, and would keep the next start from opening one. */
function failToStart(problem: unknown): void {
  log('start-failed', { type: kindOfProblem(problem) });
  end(['Lanyard could not start because of a fault of its own. Tell the service desk.']);
}

/** There is no screen to say it on: the terminal and, where somebody sits in front of it, a plain dialog. */
function end(sentences: readonly string[]): void {
  for (const sentence of sentences) process.stderr.write(`lanyard: ${sentence}\n`);
  if (app.isPackaged) dialog.showErrorBox('Lanyard cannot run on this computer', sentences.join('\n'));
  app.exit(1);
}

main();
