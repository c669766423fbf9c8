/** The app behind the window, wired in the order things happen: nothing is decided here that a room of its own could decide. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { app, clipboard, ipcMain, powerMonitor, session } from 'electron';
import { CHANNELS } from '../preload/channels.ts';
import { readRequest } from '../preload/schemas.ts';
import { CardClient, type PasscodeWay } from './card/client.ts';
import { type CardService, MiddlewareCardClient } from './card/middleware-client.ts';
import { Pkcs11Client } from './card/pkcs11/client.ts';
import { systemClock } from './identity/clock.ts';
import { createProvider } from './identity/create-provider.ts';
import type { IdentityProvider } from './identity/provider.ts';
import type { LockReason } from './identity/session.ts';
import { sessionRules } from './identity/session-rules.ts';
import { createCardTrust } from './identity/trust/card-trust.ts';
import { authorised } from './net/authorised.ts';
import { createAxiosHttp } from './net/axios-http.ts';
import type { HttpPort } from './net/http.ts';
import { createPatientIndex } from './patient/patient-index.ts';
import { type LoadedConfiguration, loadConfiguration } from './policy/load.ts';
import { CARD_PROCESS, type StartedCardProcess, startCardProcess } from './shell/card-channel.ts';
import { type ClipboardGuard, clearMarkedText, guardClipboard } from './shell/clipboard-guard.ts';
import type { CommandHandlers, DoorKeeper } from './shell/ipc-door.ts';
import { kindOfProblem, log } from './shell/log.ts';
import { openPasscodeDoor, type PasscodeDoor } from './shell/passcode-door.ts';
import { sessionFetch } from './shell/network.ts';
import { PKCS11_PROCESS, startPkcs11Process } from './shell/pkcs11-channel.ts';
import { runtimeName } from './shell/runtime-name.ts';
import { ownWindow, systemBrowser } from './shell/sign-in-window.ts';
import type { WindowKeeper } from './shell/window.ts';
import type { Circuit } from './sources/breaker.ts';
import { sourceOrigins } from './sources/create.ts';
import { openRecordThread } from './sources/record-thread.ts';
import { cardDesk } from './workstation/card-desk.ts';
import type { RecordPort } from './workstation/ports.ts';
import { Workstation } from './workstation/workstation.ts';

/** How often the sign-in screen looks again whether the identity service answers. */
const REACHABILITY_EVERY_MS = 30_000;

/** How long closing the app waits for the identity service to end the token. */
const LEAVE_LIMIT_MS = 2_000;

const { now } = systemClock;

export interface StartOptions {
  /** The folder that holds main/, preload/, renderer/ and regions/. */
  readonly appFolder: string;
  readonly configurationFile: string;
  readonly window: WindowKeeper;
  /** Started with the window, so that it has loaded when it is needed. */
  readonly cardProcess: StartedCardProcess;
}

export type Started = { readonly ok: true; readonly door: DoorKeeper; readonly lock: (reason: LockReason) => void; readonly noteActivity: () => void } | { readonly ok: false; readonly sentences: readonly string[] };

/** Reads the configuration and puts everything in its place. What the configuration lacks comes back as sentences. */
export async function start({ appFolder, configurationFile, window, cardProcess }: StartOptions): Promise<Started> {
  const loaded = await loadConfiguration(configurationFile, { regionsFolder: join(appFolder, 'regions') });
  if (!loaded.ok) return loaded;
  const { configuration } = loaded;
  if (app.isPackaged && configuration.reader.kind === 'simulated') {
    return { ok: false, sentences: [`${configurationFile}: reader: the simulated card reader is for tests. Remove "reader" to use this computer's own.`] };
  }
  const http = openNetwork(configuration);
  const identity = makeProvider(configuration, http);
  if (!identity.ok) return { ok: false, sentences: identity.sentences.map((sentence) => `${configurationFile}: ${sentence}`) };
  const ready = [cardProcess];
  const cards = withMiddleware(
    new CardClient({
      open: () => (ready.pop() ?? startCardProcess(join(appFolder, CARD_PROCESS))).open(configuration.reader, { watch: configuration.card.watch, pinPad: configuration.card.pinPad }),
      report: reportCardClient,
    }),
    configuration.card,
    join(appFolder, PKCS11_PROCESS),
  );
  const copies = guardClipboard(clipboard, systemClock.after);
  const workstation = makeWorkstation(configuration, identity.value, { http, cards, appFolder, window, copies });
  watchComputer(workstation);
  leaveInOrder({ workstation, cards, window, copies });
  cards.onStatus(({ kind }) => log('card-service', { state: kind }));
  cards.start();
  const drawn = Promise.withResolvers<void>();
  void drawn.promise.then(() => keepLookingForIdentityService(workstation));
  const passcodes = openPasscodeDoor(ipcMain, (id) => window.isCurrent(id));
  return {
    ok: true,
    door: { handlers: handlersOf({ workstation, window, passcodes, copies, onDrawn: drawn.resolve }), read: readRequest },
    lock: (reason) => void workstation.lock(reason),
    noteActivity: () => workstation.activity(),
  };
}

/** The card client, with the site's middleware beside it where there is one. @param entry the bundle of the PKCS #11 process */
function withMiddleware(cards: CardService, { middleware, pinPad }: LoadedConfiguration['card'], entry: string): CardService {
  if (middleware === undefined) return cards;
  const tokens = new Pkcs11Client({ open: () => startPkcs11Process(entry, { module: middleware.module, pinPad }), report: reportCardClient });
  return new MiddlewareCardClient({ cards, tokens, report: reportCardClient });
}

const reportCardClient = (problem: unknown): void => log('card-client', { type: kindOfProblem(problem) });

/** The network without any token on it. */
function openNetwork({ trust }: LoadedConfiguration): HttpPort {
  return createAxiosHttp({ fetch: sessionFetch(session.fromPartition('lanyard-network', { cache: false }), trust.tls, now) });
}

function makeProvider(configuration: LoadedConfiguration, http: HttpPort): ReturnType<typeof createProvider> {
  const { identity, trust } = configuration;
  const browser = identity.kind === 'cis2' && identity.browser === 'system' ? systemBrowser() : ownWindow(trust.tls, now);
  return createProvider(identity, { http, browser, now });
}

interface Surroundings {
  readonly http: HttpPort;
  readonly cards: CardService;
  readonly appFolder: string;
  readonly window: WindowKeeper;
  readonly copies: ClipboardGuard;
}

function makeWorkstation(configuration: LoadedConfiguration, identity: IdentityProvider, { http, cards, appFolder, window, copies }: Surroundings): Workstation {
  let token: string | null = null;
  const withToken = authorised(http, () => token, [configuration.pds.baseUrl, ...sourceOrigins(configuration)], (refused) => workstation.tokenRefused(refused));
  const facts = {
    version: app.getVersion(),
    runtime: runtimeName(process.versions.electron),
    site: { ...configuration.site, region: configuration.region.name },
    simulatedReader: configuration.reader.kind === 'simulated',
  };
  const trust = createCardTrust({ authorities: configuration.trust.card, revocation: configuration.trust.revocation, http, now, report: (why) => log('revocation-not-answered', { why }) });
  const workstation: Workstation = new Workstation(facts, {
    card: cardDesk(cards, trust, now),
    identity,
    patients: createPatientIndex(configuration.pds.baseUrl, withToken),
    records: recordPort(configuration, withToken, join(appFolder, 'main/record-worker.js')),
    rules: sessionRules(configuration.session),
    clock: systemClock,
    random: Math.random,
    setToken: (value) => (token = value),
    replaceScreen: () => window.replace(),
    clearClipboard: () => {
      void copies.clear();
      clearMarkedText(clipboard);
    },
    onChange: () => {
      const view = workstation.view();
      window.send(CHANNELS.viewChanged, view);
      // Whoever is in will lock sooner or later.
      if (view.screen.kind !== 'sign-in') window.standBy();
    },
    log,
  });
  return workstation;
}

function recordPort({ practice, sources, limits }: LoadedConfiguration, http: HttpPort, entry: string): RecordPort {
  const circuits = new Map<string, Circuit>();
  return {
    open: (patient, request, unasked, onView, onFailed) =>
      openRecordThread({ entry, work: { patient, request, unasked, configuration: { practice, sources }, limits }, http, circuits, onView, onFailed, onThrownAway: (answers) => log('answers-thrown-away', { answers }) }),
  };
}

interface Handling {
  readonly workstation: Workstation;
  readonly window: WindowKeeper;
  readonly passcodes: PasscodeDoor;
  readonly copies: ClipboardGuard;
  readonly onDrawn: () => void;
}

function handlersOf({ workstation, window, passcodes, copies, onDrawn }: Handling): CommandHandlers {
  const wayOf = (id: number | null): PasscodeWay | null => (id === null ? null : passcodes.take(id));
  return {
    view: () => ({ ok: true, value: workstation.view() }),
    drawn: () => {
      window.show();
      log('screen-drawn', {});
      onDrawn();
      return { ok: true, value: null };
    },
    signIn: ({ cardId, passcodeWay, lastTryConfirmed }) => workstation.signIn({ cardId, passcode: wayOf(passcodeWay), lastTryConfirmed }),
    cancelSignIn: () => workstation.cancelSignIn(),
    changePasscode: ({ cardId, passcodeWay, lastTryConfirmed }) => workstation.changePasscode({ cardId, passcode: wayOf(passcodeWay), lastTryConfirmed }),
    stayActive: () => workstation.stayActive(),
    changeRole: () => workstation.changeRole(),
    chooseRole: ({ roleId }) => workstation.chooseRole(roleId),
    findPatient: ({ nhsNumber }) => workstation.findPatient(nhsNumber),
    closePatient: () => workstation.closePatient(),
    rows: (request) => workstation.rows(request),
    raw: ({ itemId }) => workstation.raw(itemId),
    retrySource: ({ sourceId }) => workstation.retrySource(sourceId),
    lock: () => workstation.lock('asked'),
    signOut: () => workstation.signOut(),
    copied: () => {
      copies.filled();
      return { ok: true, value: null };
    },
  };
}

/** The computer being locked or put to sleep. Not every sleep is announced: so waking up counts as well. */
function watchComputer(workstation: Workstation): void {
  powerMonitor.on('lock-screen', () => workstation.lock('computer-locked'));
  powerMonitor.on('suspend', () => workstation.lock('computer-slept'));
  powerMonitor.on('resume', () => workstation.lock('computer-slept'));
}

/** Closing the app: screen, patient and session go at once; then the identity service has a moment to end the token. */
function leaveInOrder({ workstation, cards, window, copies }: Pick<Handling, 'workstation' | 'window' | 'copies'> & Pick<Surroundings, 'cards'>): void {
  app.on('before-quit', (event) => {
    event.preventDefault();
    window.end();
    workstation.signOut();
    cards.stop();
    void Promise.race([Promise.all([workstation.tokensEnded(), copies.clear()]), delay(LEAVE_LIMIT_MS)]).finally(() => app.exit(0));
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
