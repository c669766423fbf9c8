/**
 * The entry: what must happen before anything else, then the window. Everything that takes longer to load comes by
 * `start.ts` while the window's own process is starting.
 */
import { join } from 'node:path';
import { app, dialog, ipcMain, protocol, session } from 'electron';
import { declareAppScheme, serveAppScheme } from './shell/app-scheme.ts';
import { configurationPath } from './shell/configuration-path.ts';
import { denyPermissions, forbiddenSwitch, guardNavigation } from './shell/guards.ts';
import { type DoorKeeper, openDoor } from './shell/ipc-door.ts';
import { keepWindow } from './shell/window.ts';

/** The folder that holds main/, preload/, renderer/ and regions/. */
const APP_FOLDER = join(import.meta.dirname, '..');

function main(): void {
  const forbidden = app.isPackaged ? forbiddenSwitch((name) => app.commandLine.hasSwitch(name)) : null;
  if (forbidden !== null) return end([`Lanyard does not start with --${forbidden}.`]);
  if (!app.requestSingleInstanceLock()) return app.quit();
  app.enableSandbox();
  declareAppScheme(protocol);
  guardNavigation(app);
  void app.whenReady().then(open);
}

/** The window first: its process starts while this one goes on loading. */
async function open(): Promise<void> {
  const screenSession = session.fromPartition('lanyard-screen', { cache: false });
  denyPermissions(screenSession);
  serveAppScheme(screenSession.protocol, join(APP_FOLDER, 'renderer'));
  const keeper = Promise.withResolvers<DoorKeeper>();
  const window = keepWindow(screenSession, APP_FOLDER, () => app.quit());
  openDoor(ipcMain, keeper.promise, (id) => window.isCurrent(id));
  app.on('second-instance', () => window.current().focus());

  const { start } = await import('./start.ts');
  const started = await start({ appFolder: APP_FOLDER, configurationFile: configurationPath(app.commandLine.getSwitchValue('configuration')), window });
  if (started.ok) return keeper.resolve(started.door);
  end(started.sentences);
}

/** There is no screen to say it on yet: the terminal and, where somebody sits in front of it, a plain dialog. */
function end(sentences: readonly string[]): void {
  for (const sentence of sentences) process.stderr.write(`lanyard: ${sentence}\n`);
  if (app.isPackaged) dialog.showErrorBox('Lanyard cannot start on this computer', sentences.join('\n'));
  app.exit(1);
}

main();
