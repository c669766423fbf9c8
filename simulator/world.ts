/** Puts the world around a workstation together: services on one loopback port, a virtual reader, a configuration. */
import type { X509Certificate } from 'node:crypto';
import { ArgumentProblem } from './arguments.ts';
import type { Arguments, Leavable } from './arguments.ts';
import { createCardAuthority, createDemonstrationCards, startCardReader } from './card/index.ts';
import type { CardAuthority, CardReader, DemonstrationCard } from './card/index.ts';
import { cardInReader } from './cis2/card-in-reader.ts';
import { control, controlMounts } from './control/control.ts';
import type { ReaderControl } from './control/control.ts';
import { cardAssertionIdentity, cis2Identity, deployment, isLeftOut, readDeployment, readTextFile, temporaryFolder, writeInto } from './deployment.ts';
import type { Addresses, Cis2Client, Folder } from './deployment.ts';
import { regionalServices } from './exchange/mounts.ts';
import { addressesBelow, EXCHANGE_NAMES, NATIONAL_NAMES } from './exchange/regions.ts';
import { isSummaryPath } from './exchange/summaries.ts';
import { createFaults } from './http/faults.ts';
import { createRequestLog } from './http/request-log.ts';
import { listen } from './http/server.ts';
import { json } from './http/service.ts';
import type { Answer, Ask, Mount, ServiceName } from './http/service.ts';
import { readAuthorities } from './identity/certificates.ts';
import { makeCredentials, WORKSTATION } from './identity/clients.ts';
import type { WorkstationCredentials } from './identity/clients.ts';
import { createIdentityServices } from './identity/services.ts';
import type { IdentityServices } from './identity/services.ts';
import { uncheckedTokens } from './identity/tokens.ts';
import type { Tokens } from './identity/tokens.ts';
import { USERS } from './identity/users.ts';
import type { User } from './identity/users.ts';
import { pds } from './pds/pds.ts';
import { practice } from './practice/practice.ts';
import { readyLine } from './ready-line.ts';
import type { ReadyLine } from './ready-line.ts';
import { freeRedirectPort } from './redirect-port.ts';
import { createRevocationServices } from './revocation/services.ts';
import type { RevocationServices } from './revocation/services.ts';

export type { ReadyLine } from './ready-line.ts';

export interface World {
  readonly ready: ReadyLine;
  /** Closes everything and removes the temporary folder. */
  stop(): Promise<void>;
}

/** Throws `ArgumentProblem`, or the system's error where the port is taken. Nothing is left behind when it throws. */
export async function startWorld(args: Arguments): Promise<World> {
  const other = args.config === null ? {} : readDeployment(args.config);
  const foreign = args.trust === null ? null : authoritiesIn(args.trust);
  const folder = temporaryFolder();
  try {
    return await startIn(folder, args, other, foreign);
  } catch (error) {
    folder.remove();
    throw error;
  }
}

interface ForeignAuthorities {
  readonly pem: string;
  readonly certificates: readonly X509Certificate[];
}

function authoritiesIn(file: string): ForeignAuthorities {
  const pem = readTextFile(file);
  try {
    return { pem, certificates: readAuthorities(pem) };
  } catch {
    // Whatever the reason a certificate cannot be read, whoever named the file has to look at it.
    throw new ArgumentProblem(`${file} holds no certificate that can be read (PEM).`);
  }
}

const REDIRECT_PATH = '/signed-in';

async function startIn(folder: Folder, args: Arguments, other: Readonly<Record<string, unknown>>, foreign: ForeignAuthorities | null): Promise<World> {
  const [faults, log] = [createFaults(), createRequestLog()];
  // The workstation's RSA key takes longest of all: it is made while everything else starts.
  const [credentials, redirectPort, server] = await Promise.all([makeCredentials(), freeRedirectPort(), listen(args.port, faults, log)]);
  let reader: CardReader | null = null;
  const stop = async (): Promise<void> => {
    await server.close();
    await reader?.close();
  };
  try {
    const addresses = addressesOn(server.port);
    const authority = await createCardAuthority({ addresses: { crl: addresses.revocationList, ocsp: addresses.revocationAnswers } });
    const cards = args.without.has('card') ? [] : createDemonstrationCards(authority);
    reader = args.without.has('card') ? null : await startCardReader({ cards, kind: args.reader });
    const authorities = [...readAuthorities(authority.chainPem), ...(foreign?.certificates ?? [])];
    const redirectUris = ['localhost', '127.0.0.1'].map((host) => `http://${host}:${redirectPort}${REDIRECT_PATH}`);
    const isRevoked = revocationIn(authority);
    const readCard = cardInReader({ reader, cards, isRevoked, now: Date.now });
    const identity = createIdentityServices({ addresses, authorities, isRevoked, readCard, credentials, redirectUris, now: Date.now });
    const revocation = createRevocationServices({ authority, cards, now: Date.now });
    const controls = control({
      faults,
      log,
      reader: reader === null ? null : readerControl(reader, cards),
      identity: identity.control,
      revocation: revocation.control,
      issueToken: () => tokenOf(USERS[0], identity.tokens),
    });
    server.mount([...serviceMounts(addresses, args.without, identity, revocation), ...regionalMounts(addresses, args.without, identity, credentials), ...controlMounts(controls)]);

    const cardAuthority = writeInto(folder, 'card-authority.pem', authority.chainPem);
    const keyFile = writeInto(folder, 'client-key.pem', credentials.privateKeyPem);
    const cis2Client: Cis2Client = { clientId: WORKSTATION.byKey, keyFile, keyId: credentials.keyId, redirectPort, redirectPath: REDIRECT_PATH };
    const trust = [cardAuthority, ...(foreign === null ? [] : [writeInto(folder, 'further-authority.pem', foreign.pem)])];
    const readerPort = reader?.kind === 'simulated' ? reader.port : null;
    const write = (name: string, signIn: Readonly<Record<string, unknown>>): string =>
      writeInto(folder, name, JSON.stringify(deployment({ addresses, without: args.without, trust, readerPort, region: args.region, launch: { keyFile, keyId: credentials.keyId }, identity: signIn, other }), null, 2));
    const ready = readyLine({
      port: server.port,
      addresses,
      without: args.without,
      region: args.region,
      reader,
      cards,
      cardAuthority,
      cis2Client,
      secretFile: writeInto(folder, 'client-secret.txt', credentials.secret),
      configuration: write('configuration.json', cardAssertionIdentity(addresses)),
      configurationCis2: write('configuration-cis2.json', cis2Identity(addresses, cis2Client)),
    });
    return { ready, stop: () => stop().finally(() => folder.remove()) };
  } catch (error) {
    await stop();
    throw error;
  }
}

function revocationIn(authority: CardAuthority): (certificate: X509Certificate) => boolean {
  return ({ serialNumber }) => typeof authority.statusOf(serialNumber) === 'object';
}

/** The services share who is signed in, what is broken and what was asked. */
function serviceMounts(at: Addresses, without: ReadonlySet<Leavable>, identity: IdentityServices, revocation: RevocationServices): readonly Mount[] {
  const checked = without.has('identity') ? uncheckedTokens() : identity.tokens;
  const path = (address: string): string => new URL(address).pathname;
  return [
    mount(path(at.issuer), () => 'identity', identity.direct, without),
    mount(path(at.cis2Issuer), () => 'identity', identity.cis2, without),
    mount(path(at.combined), () => 'identity', identity.combined, without),
    mount(path(at.revocationList), () => 'revocation-list', revocation.list, without),
    mount(path(at.revocationAnswers), () => 'revocation-answers', revocation.answers, without),
    mount(path(at.pds), () => 'pds', pds(at.pds, checked), without),
    mount(path(at.practice), () => 'practice', practice(checked), without),
  ];
}

function regionalMounts(at: Addresses, without: ReadonlySet<Leavable>, identity: IdentityServices, { publicKey }: WorkstationCredentials): readonly Mount[] {
  const tokens = without.has('identity') ? uncheckedTokens() : identity.tokens;
  const services = regionalServices({ addresses: at.services, tokens, launchKey: publicKey, now: Date.now });
  return [...EXCHANGE_NAMES, ...NATIONAL_NAMES].map((name) =>
    // The record's own address gives summaries too; they are the summary service's all the same.
    mount(new URL(at.services[name]).pathname, (below) => (name === 'wessex-record' && isSummaryPath(below) ? 'wessex-summary' : name), services[name], without),
  );
}

function tokenOf(user: User | undefined, tokens: Tokens): { readonly token: string; readonly roleId: string } {
  const role = user?.roles[0];
  if (user === undefined || role === undefined) throw new Error('The simulator has no user with a role.');
  return { token: tokens.open(user).accessToken, roleId: role.person_roleid };
}

function readerControl(reader: CardReader, cards: readonly DemonstrationCard[]): ReaderControl {
  return { ...reader, cards: cards.map(({ id, algorithm }) => ({ id, kind: algorithm === null ? 'other' : 'piv' })) };
}

function addressesOn(port: number): Addresses {
  const origin = `http://127.0.0.1:${port}`;
  return {
    issuer: `${origin}/identity`,
    pds: `${origin}/personal-demographics/FHIR/R4`,
    services: addressesBelow(origin),
    practice: `${origin}/practice`,
    cis2Issuer: `${origin}/cis2/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare`,
    combined: `${origin}/oauth2`,
    revocationList: `${origin}/revocation/card-authority.crl`,
    revocationAnswers: `${origin}/revocation/ocsp`,
  };
}

/** A mount that says so where its service was left out. */
function mount(prefix: string, service: (path: string) => ServiceName, answer: (ask: Ask) => Answer | Promise<Answer>, without: ReadonlySet<Leavable>): Mount {
  return {
    prefix,
    service,
    answer: (ask) => (isLeftOut(without, service(ask.path)) ? json(404, { refused: `The simulator was started without ${service(ask.path)}.` }) : answer(ask)),
  };
}
