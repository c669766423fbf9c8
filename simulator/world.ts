/** Puts the world around a workstation together: services on one loopback port, a virtual reader, a configuration. */
import type { X509Certificate } from 'node:crypto';
import { ArgumentProblem } from './arguments.ts';
import type { Arguments, Leavable } from './arguments.ts';
import { createCardAuthority, createDemonstrationCards, startCardReader } from './card/index.ts';
import type { CardReader, DemonstrationCard } from './card/index.ts';
import { control } from './control/control.ts';
import type { ReaderControl } from './control/control.ts';
import { deployment, readDeployment, readTextFile, temporaryFolder, writeInto } from './deployment.ts';
import type { Addresses, Folder } from './deployment.ts';
import { exchange, isSummaryPath } from './exchange/exchange.ts';
import { createFaults } from './http/faults.ts';
import type { Faults } from './http/faults.ts';
import { createRequestLog } from './http/request-log.ts';
import type { RequestLog } from './http/request-log.ts';
import { listen } from './http/server.ts';
import { json } from './http/service.ts';
import type { Answer, Ask, Mount, ServiceName } from './http/service.ts';
import { readAuthorities } from './identity/certificates.ts';
import { createIdentity } from './identity/identity.ts';
import { createTokens, uncheckedTokens } from './identity/tokens.ts';
import type { Tokens } from './identity/tokens.ts';
import { USERS } from './identity/users.ts';
import type { User } from './identity/users.ts';
import { pds } from './pds/pds.ts';
import { displayName, PEOPLE } from './people/index.ts';
import { ORGANISATIONS } from './people/organisations.ts';
import { practice } from './practice/practice.ts';

/** The one line the simulator prints (docs/identity-and-simulator.md). What was left out is `null`. */
export interface ReadyLine {
  readonly ready: true;
  readonly control: string;
  readonly identity: { readonly issuer: string } | null;
  readonly pds: { readonly baseUrl: string } | null;
  readonly exchanges: { readonly wessex: { readonly baseUrl: string; readonly summaryBaseUrl: string } | null };
  readonly practice: { readonly baseUrl: string; readonly odsCode: string; readonly name: string } | null;
  readonly card: {
    readonly kind: 'vpcd' | 'simulated' | 'none';
    readonly port: number | null;
    readonly inserted: string | null;
    readonly cards: readonly { readonly id: string; readonly holder: string; readonly passcode: string | null; readonly algorithm: string | null }[];
  };
  readonly trust: { readonly card: string };
  readonly people: readonly { readonly nhsNumber: string; readonly name: string; readonly story: string }[];
  readonly configuration: string;
}

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

async function startIn(folder: Folder, args: Arguments, other: Readonly<Record<string, unknown>>, foreign: ForeignAuthorities | null): Promise<World> {
  const authority = await createCardAuthority();
  const withCard = !args.without.has('card');
  const authorities = [...readAuthorities(authority.chainPem), ...(foreign?.certificates ?? [])];
  // Both make RSA keys, which takes longest of all: at the same time.
  const [cards, services] = await Promise.all([withCard ? createDemonstrationCards(authority) : [], createServices(authorities, args.without)]);
  const reader = withCard ? await startCardReader({ cards, kind: args.reader }) : null;
  const controls = control({ ...services, reader: reader === null ? null : readerControl(reader, cards) });
  const server = await listen(args.port, (port) => [...services.mounts(port), { prefix: '', service: () => 'control', answer: controls }], services.faults, services.log).catch(
    async (error: unknown) => {
      await reader?.close();
      throw error;
    },
  );
  const addresses = addressesOn(server.port);
  const cardAuthority = writeInto(folder, 'card-authority.pem', authority.chainPem);
  const trust = [cardAuthority, ...(foreign === null ? [] : [writeInto(folder, 'further-authority.pem', foreign.pem)])];
  const readerPort = reader?.kind === 'simulated' ? reader.port : null;
  const configuration = writeInto(folder, 'configuration.json', JSON.stringify(deployment({ addresses, without: args.without, trust, readerPort, other }), null, 2));
  return {
    ready: readyLine({ port: server.port, addresses, without: args.without, reader, cards, cardAuthority, configuration }),
    async stop() {
      try {
        await server.close();
        await reader?.close();
      } finally {
        folder.remove();
      }
    },
  };
}

interface Services {
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly issueToken: () => { readonly token: string; readonly roleId: string };
  /** What hangs below each path, once the port and with it the addresses are known. */
  readonly mounts: (port: number) => Mount[];
}

/** The services share who is signed in, what is broken and what was asked. */
async function createServices(authorities: readonly X509Certificate[], without: ReadonlySet<Leavable>): Promise<Services> {
  const tokens = createTokens(Date.now);
  const identity = await createIdentity({ tokens, authorities, now: Date.now });
  const checked = without.has('identity') ? uncheckedTokens() : tokens;
  return {
    faults: createFaults(),
    log: createRequestLog(),
    issueToken: () => tokenOf(USERS[0], tokens),
    mounts(port) {
      const at = addressesOn(port);
      return [
        mount('/identity', () => 'identity', identity(at.issuer), without),
        mount('/personal-demographics/FHIR/R4', () => 'pds', pds(at.pds, checked), without),
        mount('/practice', () => 'practice', practice(checked), without),
        mount('/wessex/FHIR/R4', (path) => (isSummaryPath(path) ? 'wessex-summary' : 'wessex-record'), exchange(at.record, checked), without),
        mount('/wessex-summary/FHIR/R4', () => 'wessex-summary', exchange(at.summary, checked), without),
      ];
    },
  };
}

function tokenOf(user: User | undefined, tokens: Tokens): { readonly token: string; readonly roleId: string } {
  const role = user?.roles[0];
  if (user === undefined || role === undefined) throw new Error('The simulator has no user with a role.');
  return { token: tokens.issue(user), roleId: role.person_roleid };
}

function readerControl(reader: CardReader, cards: readonly DemonstrationCard[]): ReaderControl {
  return { cardIds: cards.map(({ id }) => id), insert: (id) => reader.insert(id), remove: () => reader.remove(), reset: () => reader.reset() };
}

function addressesOn(port: number): Addresses {
  const origin = `http://127.0.0.1:${port}`;
  return {
    issuer: `${origin}/identity`,
    pds: `${origin}/personal-demographics/FHIR/R4`,
    record: `${origin}/wessex/FHIR/R4`,
    summary: `${origin}/wessex-summary/FHIR/R4`,
    practice: `${origin}/practice`,
  };
}

/** A mount that says so where its service was left out. */
function mount(prefix: string, service: (path: string) => ServiceName, answer: (ask: Ask) => Answer | Promise<Answer>, without: ReadonlySet<Leavable>): Mount {
  const isLeft = (name: ServiceName): boolean => (without as ReadonlySet<string>).has(name) || (name.startsWith('wessex') && without.has('wessex'));
  return {
    prefix,
    service,
    answer: (ask) => (isLeft(service(ask.path)) ? json(404, { refused: `The simulator was started without ${service(ask.path)}.` }) : answer(ask)),
  };
}

interface ReadyParts {
  readonly port: number;
  readonly addresses: Addresses;
  readonly without: ReadonlySet<Leavable>;
  readonly reader: CardReader | null;
  readonly cards: readonly DemonstrationCard[];
  readonly cardAuthority: string;
  readonly configuration: string;
}

function readyLine({ port, addresses, without, reader, cards, cardAuthority, configuration }: ReadyParts): ReadyLine {
  const { odsCode, name } = ORGANISATIONS.harbour;
  return {
    ready: true,
    control: `http://127.0.0.1:${port}`,
    identity: without.has('identity') ? null : { issuer: addresses.issuer },
    pds: without.has('pds') ? null : { baseUrl: addresses.pds },
    exchanges: { wessex: without.has('wessex') ? null : { baseUrl: addresses.record, summaryBaseUrl: addresses.summary } },
    practice: without.has('practice') ? null : { baseUrl: addresses.practice, odsCode, name },
    card: {
      kind: reader?.kind ?? 'none',
      port: reader?.port ?? null,
      inserted: reader?.inserted ?? null,
      cards: cards.map(({ id, holder, passcode, algorithm }) => ({ id, holder, passcode, algorithm })),
    },
    trust: { card: cardAuthority },
    people: PEOPLE.map((person) => ({ nhsNumber: person.nhsNumber, name: displayName(person), story: person.story })),
    configuration,
  };
}
