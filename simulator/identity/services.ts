/** The identity services together: a site's own, CIS2, and the API platform in front of it. They share users, tokens and modes. */
import type { X509Certificate } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import { createCis2 } from '../cis2/cis2.ts';
import { createCombined } from '../cis2/combined.ts';
import type { ReadCard } from '../cis2/reader.ts';
import type { Answer, Ask } from '../http/service.ts';
import { createClientAuthentication, workstationClients } from './clients.ts';
import type { RegisteredClient, WorkstationCredentials } from './clients.ts';
import { createIdTokens } from './id-tokens.ts';
import { createIdentity } from './identity.ts';
import type { Behaviour, Lifetimes, Mode } from './modes.ts';
import { PLAIN_LIFETIMES, plainBehaviour } from './modes.ts';
import { createTokens } from './tokens.ts';
import type { HeldTokens, Tokens } from './tokens.ts';

export interface IdentityAddresses {
  readonly issuer: string;
  readonly cis2Issuer: string;
  readonly combined: string;
}

export interface IdentityServicesParts {
  readonly addresses: IdentityAddresses;
  readonly authorities: readonly X509Certificate[];
  readonly isRevoked: (certificate: X509Certificate) => boolean;
  readonly readCard: ReadCard;
  readonly credentials: WorkstationCredentials;
  readonly redirectUris: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type Service = (ask: Ask) => Promise<Answer>;

export interface IdentityServices {
  readonly tokens: Tokens;
  readonly direct: Service;
  readonly cis2: Service;
  readonly combined: Service;
  /** What control does to them. */
  readonly control: IdentityControl;
}

export interface IdentityControl {
  setMode(mode: Mode): void;
  setLifetimes(lifetimes: Lifetimes): void;
  /** Ends every token of this user, or of everybody: at CIS2, at the API platform, at the site's own service, at the APIs. */
  logOut(userId: string | null): void;
  /** For whoever looks where tokens stay behind. */
  heldTokens(): HeldTokens;
  /** Modes and lifetimes as they should be, and browsers that remember nobody. Tokens stay good. */
  reset(): void;
}

export function createIdentityServices(parts: IdentityServicesParts): IdentityServices {
  const { addresses, now } = parts;
  const behaviour: Behaviour = plainBehaviour();
  const tokens = createTokens(now, () => behaviour.lifetimes);
  const idTokens = createIdTokens(now, behaviour);
  const clients = workstationClients(parts.credentials, parts.redirectUris);
  const platform: RegisteredClient = { clientId: 'api-platform', method: { kind: 'client_secret_post', secret: randomBytes(32).toString('base64url') }, redirectUris: [`${addresses.combined}/callback`] };
  const cis2 = createCis2({ issuer: addresses.cis2Issuer, clients: [...clients, platform], idTokens, behaviour, readCard: parts.readCard, onEnd: (sid) => tokens.endSession(sid), now });
  const combined = createCombined({
    base: addresses.combined,
    issuer: addresses.cis2Issuer,
    cis2,
    platform,
    clients,
    authentication: createClientAuthentication({ clients, namesAreEnough: false, now }),
    tokens,
    idTokens,
    behaviour,
    now,
  });
  const direct = createIdentity({
    issuer: addresses.issuer,
    tokens,
    idTokens,
    behaviour,
    authorities: parts.authorities,
    isRevoked: parts.isRevoked,
    clients: createClientAuthentication({ clients, namesAreEnough: true, now }),
    now,
  });
  return {
    tokens,
    direct,
    cis2: (ask) => cis2.answer(ask),
    combined,
    control: {
      setMode: (mode) => void (behaviour.mode = mode),
      setLifetimes: (lifetimes) => void (behaviour.lifetimes = lifetimes),
      logOut(userId) {
        cis2.endUser(userId);
        tokens.endUser(userId);
      },
      heldTokens: () => tokens.held(),
      reset() {
        behaviour.mode = {};
        behaviour.lifetimes = PLAIN_LIFETIMES;
        cis2.forgetBrowsers();
      },
    },
  };
}
