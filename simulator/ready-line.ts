/** The one line the simulator prints (docs/identity-and-simulator.md). What was left out is `null`. */
import type { Leavable } from './arguments.ts';
import type { CardReader, DemonstrationCard } from './card/index.ts';
import type { Addresses, Cis2Client } from './deployment.ts';
import { WORKSTATION } from './identity/clients.ts';
import { displayName, PEOPLE } from './people/index.ts';
import { ORGANISATIONS } from './people/organisations.ts';

export interface ReadyLine {
  readonly ready: true;
  readonly control: string;
  readonly identity: { readonly issuer: string } | null;
  readonly cis2: ReadyCis2 | null;
  readonly revocation: { readonly crl: string; readonly ocsp: string };
  readonly pds: { readonly baseUrl: string } | null;
  readonly exchanges: { readonly wessex: { readonly baseUrl: string; readonly summaryBaseUrl: string } | null };
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
  readonly reader: CardReader | null;
  readonly cards: readonly DemonstrationCard[];
  readonly cardAuthority: string;
  readonly cis2Client: Cis2Client;
  readonly secretFile: string;
  readonly configuration: string;
  readonly configurationCis2: string;
}

export function readyLine({ port, addresses, without, reader, cards, cardAuthority, ...parts }: ReadyParts): ReadyLine {
  const { odsCode, name } = ORGANISATIONS.harbour;
  const noIdentity = without.has('identity');
  return {
    ready: true,
    control: `http://127.0.0.1:${port}`,
    identity: noIdentity ? null : { issuer: addresses.issuer },
    cis2: noIdentity ? null : readyCis2(addresses, parts),
    revocation: { crl: addresses.revocationList, ocsp: addresses.revocationAnswers },
    pds: without.has('pds') ? null : { baseUrl: addresses.pds },
    exchanges: { wessex: without.has('wessex') ? null : { baseUrl: addresses.record, summaryBaseUrl: addresses.summary } },
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
