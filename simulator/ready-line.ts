/** The one line the simulator prints (docs/identity-and-simulator.md). What was left out is `null`. */
import type { Leavable } from './arguments.ts';
import type { CardReader, DemonstrationCard } from './card/index.ts';
import type { Addresses, Cis2Client } from './deployment.ts';
import { WORKSTATION } from './identity/clients.ts';
import { CONSUMER_ASID, PROVIDERS } from './national/providers.ts';
import { displayName, PEOPLE } from './people/index.ts';
import type { RegionId } from './people/story.ts';
import { ORGANISATIONS } from './people/organisations.ts';

export interface ReadyLine {
  readonly ready: true;
  readonly control: string;
  readonly identity: { readonly issuer: string } | null;
  readonly cis2: ReadyCis2 | null;
  readonly revocation: { readonly crl: string; readonly ocsp: string };
  readonly pds: { readonly baseUrl: string } | null;
  /** The region the configuration names. */
  readonly region: RegionId;
  readonly exchanges: {
    readonly wessex: { readonly baseUrl: string; readonly summaryBaseUrl: string; readonly documentsBaseUrl: string } | null;
    readonly 'one-london': { readonly summaryBaseUrl: string; readonly documentsBaseUrl: string; readonly viewerUrl: string } | null;
    readonly 'greater-manchester': { readonly baseUrl: string; readonly summaryBaseUrl: string } | null;
  };
  readonly recordLocator: { readonly baseUrl: string } | null;
  readonly summaryCareRecord: { readonly baseUrl: string } | null;
  /** Whom the Spine proxy knows: the asking system, and who stands behind it. */
  readonly spineProxy: { readonly proxyUrl: string; readonly asidFrom: string; readonly providers: Readonly<Record<'practice' | 'community', { readonly baseUrl: string; readonly asidTo: string }>> } | null;
  readonly practice: { readonly baseUrl: string; readonly odsCode: string; readonly name: string } | null;
  readonly card: {
    readonly kind: 'vpcd' | 'simulated' | 'none';
    readonly port: number | null;
    readonly inserted: string | null;
    /** How many readers there are to put cards in. */
    readonly readers: number;
    readonly cards: readonly { readonly id: string; readonly holder: string; readonly passcode: string | null; readonly algorithm: string | null; readonly shows: string }[];
  };
  readonly trust: { readonly card: string };
  readonly people: readonly { readonly nhsNumber: string; readonly name: string; readonly story: string }[];
  readonly configuration: string;
  /** The same deployment with sign-in at CIS2. */
  readonly configurationCis2: string | null;
}

export interface ReadyCis2 {
  readonly issuer: string;
  /** Proves itself by private_key_jwt (RS512). */
  readonly clientId: string;
  /** PEM (PKCS#8) of its key, and the `kid` that CIS2 knows it by. */
  readonly keyFile: string;
  readonly keyId: string;
  readonly redirectUri: string;
  /** Proves itself by client_secret_post. */
  readonly secretClient: { readonly clientId: string; readonly secretFile: string };
  /** Proves nothing; must use PKCE. */
  readonly publicClient: { readonly clientId: string };
  readonly combined: { readonly authorization: string; readonly token: string; readonly userinfo: string; readonly revocation: string };
}

export interface ReadyParts {
  readonly port: number;
  readonly addresses: Addresses;
  readonly without: ReadonlySet<Leavable>;
  readonly region: RegionId;
  readonly reader: CardReader | null;
  readonly cards: readonly DemonstrationCard[];
  readonly cardAuthority: string;
  readonly cis2Client: Cis2Client;
  readonly secretFile: string;
  readonly configuration: string;
  readonly configurationCis2: string;
}

export function readyLine({ port, addresses, without, region, reader, cards, cardAuthority, ...parts }: ReadyParts): ReadyLine {
  const { odsCode, name } = ORGANISATIONS.harbour;
  const noIdentity = without.has('identity');
  return {
    ready: true,
    control: `http://127.0.0.1:${port}`,
    identity: noIdentity ? null : { issuer: addresses.issuer },
    cis2: noIdentity ? null : readyCis2(addresses, parts),
    revocation: { crl: addresses.revocationList, ocsp: addresses.revocationAnswers },
    pds: without.has('pds') ? null : { baseUrl: addresses.pds },
    region,
    ...readyServices(addresses.services, without),
    practice: without.has('practice') ? null : { baseUrl: addresses.practice, odsCode, name },
    card: {
      kind: reader?.kind ?? 'none',
      port: reader?.port ?? null,
      inserted: reader?.inserted[0] ?? null,
      readers: reader?.readers ?? 0,
      cards: cards.map(({ id, holder, passcode, algorithm, shows }) => ({ id, holder, passcode, algorithm, shows })),
    },
    trust: { card: cardAuthority },
    people: PEOPLE.map((person) => ({ nhsNumber: person.nhsNumber, name: displayName(person), story: person.story })),
    configuration: parts.configuration,
    configurationCis2: noIdentity ? null : parts.configurationCis2,
  };
}

/** A region is there unless it was left out as a whole; one of its services alone keeps its address, where nothing answers. */
function readyServices(at: Addresses['services'], without: ReadonlySet<Leavable>): Pick<ReadyLine, 'exchanges' | 'recordLocator' | 'summaryCareRecord' | 'spineProxy'> {
  const { practice, community } = PROVIDERS;
  const unless = <Value>(name: Leavable, value: Value): Value | null => (without.has(name) ? null : value);
  return {
    exchanges: {
      wessex: unless('wessex', { baseUrl: at['wessex-record'], summaryBaseUrl: at['wessex-summary'], documentsBaseUrl: at['wessex-documents'] }),
      'one-london': unless('one-london', { summaryBaseUrl: at['one-london-summary'], documentsBaseUrl: at['one-london-documents'], viewerUrl: at['one-london-viewer'] }),
      'greater-manchester': unless('greater-manchester', { baseUrl: at['greater-manchester-record'], summaryBaseUrl: at['greater-manchester-summary'] }),
    },
    recordLocator: unless('record-locator', { baseUrl: at['record-locator'] }),
    summaryCareRecord: unless('summary-care-record', { baseUrl: at['summary-care-record'] }),
    spineProxy: unless('spine-proxy', {
      proxyUrl: at['spine-proxy'],
      asidFrom: CONSUMER_ASID,
      providers: { practice: { baseUrl: practice.baseUrl, asidTo: practice.asid }, community: { baseUrl: community.baseUrl, asidTo: community.asid } },
    }),
  };
}

function readyCis2({ cis2Issuer, combined }: Addresses, { cis2Client, secretFile }: Pick<ReadyParts, 'cis2Client' | 'secretFile'>): ReadyCis2 {
  const { clientId, keyFile, keyId, redirectPort, redirectPath } = cis2Client;
  return {
    issuer: cis2Issuer,
    clientId,
    keyFile,
    keyId,
    redirectUri: `http://localhost:${redirectPort}${redirectPath}`,
    secretClient: { clientId: WORKSTATION.bySecret, secretFile },
    publicClient: { clientId: WORKSTATION.public },
    combined: { authorization: `${combined}/authorize`, token: `${combined}/token`, userinfo: `${combined}/userinfo`, revocation: `${combined}/revoke` },
  };
}
