/** The app, wired in the order things happen: nothing is decided here that a room of its own could decide. */
import { join } from 'node:path';
import { app, dialog, ipcMain, powerMonitor, protocol, session } from 'electron';
import { CHANNELS } from '../preload/channels.ts';
import { CardClient } from './card/client.ts';
import { IdentityService } from './identity/identity-service.ts';
import { authorised } from './net/authorised.ts';
import { createAxiosHttp } from './net/axios-http.ts';
import { tracePatient } from './patient/pds.ts';
import type { LoadedConfiguration } from './policy/load.ts';
import { loadConfiguration } from './policy/load.ts';
import { declareAppScheme, serveAppScheme } from './shell/app-scheme.ts';
import { openCardProcess } from './shell/card-channel.ts';
import { configurationPath } from './shell/configuration-path.ts';
import { denyPermissions, forbiddenSwitch, guardNavigation } from './shell/guards.ts';
import { openDoor } from './shell/ipc-door.ts';
import { log } from './shell/log.ts';
import { sessionFetch } from './shell/network.ts';
import { runtimeName } from './shell/runtime-name.ts';
import { keepWindow } from './shell/window.ts';
import { sourceOrigins } from './sources/create.ts';
import { openRecordThread } from './sources/record-thread.ts';
import { cardDesk } from './workstation/card-desk.ts';
import { Workstation } from './workstation/workstation.ts';

/** The folder that holds main/, preload/, renderer/ and regions/. */
const APP_FOLDER = join(import.meta.dirname, '..');
/** How often the sign-in screen looks again whether the identity service answers. */
const REACHABILITY_EVERY_MS = 30_000;

const now = (): Date => new Date();

function main(): void {
  const forbidden = app.isPackaged ? forbiddenSwitch((name) => app.commandLine.hasSwitch(name)) : null;
  if (forbidden !== null) return end(`Lanyard does not start with --${forbidden}.`);
  if (!app.requestSingleInstanceLock()) return app.quit();
  app.enableSandbox();
  declareAppScheme(protocol);
  guardNavigation(app);
  app.on('window-all-closed', () => undefined);
  const loading = loadConfiguration(configurationPath(app.commandLine.getSwitchValue('configuration')), { regionsFolder: join(APP_FOLDER, 'regions') });
  void Promise.all([loading, app.whenReady()]).then(([loaded]) => {
    if (!loaded.ok) return end(loaded.sentences.join('\n'));
    if (app.isPackaged && loaded.configuration.reader.kind === 'simulated') return end('This configuration names the simulated card reader. Lanyard uses it in tests only: remove "reader".');
    open(loaded.configuration);
  });
}

/** Everything from here on lives as long as the app does. */
function open(configuration: LoadedConfiguration): void {
  const screenSession = session.fromPartition('lanyard-screen', { cache: false });
  denyPermissions(screenSession);
  serveAppScheme(screenSession.protocol, join(APP_FOLDER, 'renderer'));
  const window = keepWindow(screenSession, APP_FOLDER, () => app.quit());

  let token: string | null = null;
  const http = createAxiosHttp({ fetch: sessionFetch(session.fromPartition('lanyard-network', { cache: false }), configuration.trust.tls, now) });
  const authorisedHttp = authorised(http, () => token, [configuration.pds.baseUrl, ...sourceOrigins(configuration)]);

  const cards = new CardClient({
    open: () => openCardProcess(join(APP_FOLDER, 'main/card-process.js'), configuration.reader),
    report: (problem) => log('card-client', { type: problem instanceof Error ? problem.name : typeof problem }),
  });
  const workstation = new Workstation(
    {
      version: app.getVersion(),
      runtime: runtimeName(process.versions.electron),
      site: { ...configuration.site, region: configuration.region.name },
      simulatedReader: configuration.reader.kind === 'simulated',
    },
    {
      card: cardDesk(cards, configuration.trust.card, now),
      identity: new IdentityService(configuration.identity.issuer, http, now),
      patients: { trace: (request, signal) => tracePatient(configuration.pds.baseUrl, request, authorisedHttp, signal) },
      records: {
        open: (patient, request, onView, onFailed) => {
          const { practice, sources, limits } = configuration;
          const work = { patient, request, configuration: { practice, sources }, limits };
          return openRecordThread({ entry: join(APP_FOLDER, 'main/record-worker.js'), work, http: authorisedHttp, onView, onFailed });
        },
      },
      setToken: (value) => (token = value),
      now,
      replaceScreen: () => window.replace(),
      onChange: () => window.send(CHANNELS.viewChanged, workstation.view()),
      log,
    },
  );
  openDoor(
    ipcMain,
    {
      view: () => ({ ok: true, value: workstation.view() }),
      drawn: () => {
        window.show();
        log('screen-drawn', {});
        return { ok: true, value: null };
      },
      signIn: (request) => workstation.signIn(request),
      chooseRole: ({ roleId }) => workstation.chooseRole(roleId),
      findPatient: ({ nhsNumber }) => workstation.findPatient(nhsNumber),
      closePatient: () => workstation.closePatient(),
      rows: (request) => workstation.rows(request),
      raw: ({ itemId }) => workstation.raw(itemId),
      retrySource: ({ sourceId }) => workstation.retrySource(sourceId),
      lock: () => workstation.lock('asked'),
      signOut: () => workstation.signOut(),
    },
    (id) => window.isCurrent(id),
  );
  powerMonitor.on('lock-screen', () => workstation.lock('asked'));
  powerMonitor.on('suspend', () => workstation.lock('asked'));
  app.on('before-quit', () => {
    workstation.signOut();
    cards.stop();
  });
  app.on('second-instance', () => window.current().focus());
  cards.start();
  const check = (): void => void workstation.checkIdentityService();
  check();
  setInterval(check, REACHABILITY_EVERY_MS);
}

/** There is no window to say it in yet: the terminal and, where somebody sits in front of it, a plain dialog. */
function end(sentence: string): void {
  process.stderr.write(`lanyard: ${sentence}\n`);
  if (app.isPackaged) dialog.showErrorBox('Lanyard cannot start on this computer', sentence);
  app.exit(1);
}

main();
