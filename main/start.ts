/** The app behind the window, wired in the order things happen: nothing is decided here that a room of its own could decide. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { app, powerMonitor, session } from 'electron';
import { CHANNELS } from '../preload/channels.ts';
import { readRequest } from '../preload/schemas.ts';
import { CardClient } from './card/client.ts';
import { IdentityService } from './identity/identity-service.ts';
import type { LockReason } from './identity/session.ts';
import { authorised } from './net/authorised.ts';
import { createAxiosHttp } from './net/axios-http.ts';
import type { HttpPort } from './net/http.ts';
import { tracePatient } from './patient/pds.ts';
import { type LoadedConfiguration, loadConfiguration } from './policy/load.ts';
import { CARD_PROCESS, type StartedCardProcess, startCardProcess } from './shell/card-channel.ts';
import type { CommandHandlers, DoorKeeper } from './shell/ipc-door.ts';
import { kindOfProblem, log } from './shell/log.ts';
import { sessionFetch } from './shell/network.ts';
import { runtimeName } from './shell/runtime-name.ts';
import type { WindowKeeper } from './shell/window.ts';
import { sourceOrigins } from './sources/create.ts';
import { openRecordThread } from './sources/record-thread.ts';
import { cardDesk } from './workstation/card-desk.ts';
import type { RecordPort } from './workstation/ports.ts';
import { Workstation } from './workstation/workstation.ts';

/** How often the sign-in screen looks again whether the identity service answers. */
const REACHABILITY_EVERY_MS = 30_000;

/** How long closing the app waits for the identity service to end the token. */
const LEAVE_LIMIT_MS = 2_000;

const now = (): Date => new Date();

export interface StartOptions {
  /** The folder that holds main/, preload/, renderer/ and regions/. */
  readonly appFolder: string;
  readonly configurationFile: string;
  readonly window: WindowKeeper;
  /** Started with the window, so that it has loaded when it is needed. */
  readonly cardProcess: StartedCardProcess;
}

export type Started = { readonly ok: true; readonly door: DoorKeeper; readonly lock: (reason: LockReason) => void } | { readonly ok: false; readonly sentences: readonly string[] };

/** Reads the configuration and puts everything in its place. What the configuration lacks comes back as sentences. */
export async function start({ appFolder, configurationFile, window, cardProcess }: StartOptions): Promise<Started> {
  const loaded = await loadConfiguration(configurationFile, { regionsFolder: join(appFolder, 'regions') });
  if (!loaded.ok) return loaded;
  const { configuration } = loaded;
  if (app.isPackaged && configuration.reader.kind === 'simulated') {
    return { ok: false, sentences: [`${configurationFile}: reader: the simulated card reader is for tests. Remove "reader" to use this computer's own.`] };
  }
  const ready = [cardProcess];
  const cards = new CardClient({
    open: () => (ready.pop() ?? startCardProcess(join(appFolder, CARD_PROCESS))).open(configuration.reader),
    report: (problem) => log('card-client', { type: kindOfProblem(problem) }),
  });
  const workstation = makeWorkstation(configuration, cards, appFolder, window);
  watchComputer(workstation);
  leaveInOrder(workstation, cards, window);
  cards.onStatus(({ kind }) => log('card-service', { state: kind }));
  cards.start();
  const drawn = Promise.withResolvers<void>();
  void drawn.promise.then(() => keepLookingForIdentityService(workstation));
  return { ok: true, door: { handlers: handlersOf(workstation, window, drawn.resolve), read: readRequest }, lock: (reason) => void workstation.lock(reason) };
}

function makeWorkstation(configuration: LoadedConfiguration, cards: CardClient, appFolder: string, window: WindowKeeper): Workstation {
  let token: string | null = null;
  const network = session.fromPartition('lanyard-network', { cache: false });
  const http = createAxiosHttp({ fetch: sessionFetch(network, configuration.trust.tls, now) });
  const withToken = authorised(http, () => token, [configuration.pds.baseUrl, ...sourceOrigins(configuration)]);
  const facts = {
    version: app.getVersion(),
    runtime: runtimeName(process.versions.electron),
    site: { ...configuration.site, region: configuration.region.name },
    simulatedReader: configuration.reader.kind === 'simulated',
  };
  const workstation: Workstation = new Workstation(facts, {
    card: cardDesk(cards, configuration.trust.card, now),
    identity: new IdentityService(configuration.identity.issuer, http, now),
    patients: { trace: (request, signal) => tracePatient(configuration.pds.baseUrl, request, withToken, signal) },
    records: recordPort(configuration, withToken, join(appFolder, 'main/record-worker.js')),
    setToken: (value) => (token = value),
    now,
    replaceScreen: () => window.replace(),
    onChange: () => window.send(CHANNELS.viewChanged, workstation.view()),
    log,
  });
  return workstation;
}

function recordPort({ practice, sources, limits }: LoadedConfiguration, http: HttpPort, entry: string): RecordPort {
  return {
    open: (patient, request, onView, onFailed) =>
      openRecordThread({ entry, work: { patient, request, configuration: { practice, sources }, limits }, http, onView, onFailed }),
  };
}

function handlersOf(workstation: Workstation, window: WindowKeeper, onDrawn: () => void): CommandHandlers {
  return {
    view: () => ({ ok: true, value: workstation.view() }),
    drawn: () => {
      window.show();
      log('screen-drawn', {});
      onDrawn();
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
  };
}

/** The computer being locked or put to sleep. Not every sleep is announced: so waking up counts as well. */
function watchComputer(workstation: Workstation): void {
  const lock = (): void => void workstation.lock('asked');
  powerMonitor.on('lock-screen', lock);
  powerMonitor.on('suspend', lock);
  powerMonitor.on('resume', lock);
}

/** Closing the app: screen, patient and session go at once; then the identity service has a moment to end the token. */
function leaveInOrder(workstation: Workstation, cards: CardClient, window: WindowKeeper): void {
  app.on('before-quit', (event) => {
    event.preventDefault();
    window.end();
    workstation.signOut();
    cards.stop();
    void Promise.race([workstation.tokensEnded(), delay(LEAVE_LIMIT_MS)]).finally(() => app.exit(0));
  });
  // Without a listener of its own the app would quit once more for the window that has just ended.
  app.on('window-all-closed', () => undefined);
}

/** From the first drawn screen on: nobody can sign in before, and the network takes a while to load. */
function keepLookingForIdentityService(workstation: Workstation): void {
  const look = (): void => void workstation.checkIdentityService();
  look();
  setInterval(look, REACHABILITY_EVERY_MS);
}
