/** The applications that CIS2 and the API platform know, and how each proves itself at a token endpoint. */
import { createHash, generateKeyPair, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import type { JWK } from 'jose';
import { ASSERTION_TYPE, checkClientAssertion } from './client-assertion.ts';

export type ClientMethod = { readonly kind: 'private_key_jwt'; readonly keys: readonly JWK[] } | { readonly kind: 'client_secret_post'; readonly secret: string } | { readonly kind: 'none' };

export interface RegisteredClient {
  readonly clientId: string;
  readonly method: ClientMethod;
  /** Compared as they are. */
  readonly redirectUris: readonly string[];
}

/** What the workstation proves itself with. */
export interface WorkstationCredentials {
  /** PKCS#8, PEM. */
  readonly privateKeyPem: string;
  /** The key's RFC 7638 thumbprint. */
  readonly keyId: string;
  readonly publicKey: JWK;
  readonly secret: string;
}

export const WORKSTATION = { byKey: 'lanyard', bySecret: 'lanyard-secret', public: 'lanyard-public' } as const;

const generate = promisify(generateKeyPair);

export async function makeCredentials(): Promise<WorkstationCredentials> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' }) as JWK;
  const keyId = await calculateJwkThumbprint(jwk);
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    keyId,
    publicKey: { ...jwk, kid: keyId, alg: 'RS512', use: 'sig' },
    secret: randomBytes(32).toString('base64url'),
  };
}

/** One client for each way a workstation may prove itself. */
export function workstationClients({ publicKey, secret }: WorkstationCredentials, redirectUris: readonly string[]): readonly RegisteredClient[] {
  return [
    { clientId: WORKSTATION.byKey, method: { kind: 'private_key_jwt', keys: [publicKey] }, redirectUris },
    { clientId: WORKSTATION.bySecret, method: { kind: 'client_secret_post', secret }, redirectUris },
    { clientId: WORKSTATION.public, method: { kind: 'none' }, redirectUris },
  ];
}

export type AuthenticatedClient = { readonly ok: true; readonly clientId: string } | { readonly ok: false; readonly status: 400 | 401; readonly error: string; readonly description: string };

/** Checks what a form at `endpoint` says of the client that sent it. */
export type ClientAuthentication = (form: URLSearchParams, endpoint: string) => Promise<AuthenticatedClient>;

export interface ClientAuthenticationRules {
  readonly clients: readonly RegisteredClient[];
  /** Takes a client that only says its name, whatever it could prove. */
  readonly namesAreEnough: boolean;
  readonly now: () => number;
}

export function createClientAuthentication({ clients, namesAreEnough, now }: ClientAuthenticationRules): ClientAuthentication {
  const seen = new Set<string>();
  const asserting = clients.flatMap(({ clientId, method }) => (method.kind === 'private_key_jwt' ? [{ clientId, keys: method.keys }] : []));
  return async (form, endpoint) => {
    const assertion = form.get('client_assertion');
    if (assertion === null) return byName(clients, form, namesAreEnough);
    if (form.get('client_assertion_type') !== ASSERTION_TYPE) return refuse(400, 'invalid_request', 'client_assertion_type is missing or invalid');
    const verdict = await checkClientAssertion(assertion, { clients: asserting, audiences: [endpoint], seen, now });
    return verdict.ok ? verdict : refuse(400, 'invalid_request', verdict.reason);
  };
}

function byName(clients: readonly RegisteredClient[], form: URLSearchParams, namesAreEnough: boolean): AuthenticatedClient {
  const clientId = form.get('client_id');
  if (clientId === null) return refuse(401, 'invalid_request', 'client_id is missing');
  const method = clients.find((client) => client.clientId === clientId)?.method;
  if (method === undefined) return refuse(401, 'invalid_client', 'client_id or client_secret is invalid');
  const secret = form.get('client_secret');
  if (secret === null && (namesAreEnough || method.kind === 'none')) return { ok: true, clientId };
  if (secret === null) return refuse(401, 'invalid_request', 'client_secret is missing');
  const isRight = method.kind === 'client_secret_post' && sameSecret(method.secret, secret);
  return isRight ? { ok: true, clientId } : refuse(401, 'invalid_client', 'client_id or client_secret is invalid');
}

function sameSecret(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function refuse(status: 400 | 401, error: string, description: string): AuthenticatedClient {
  return { ok: false, status, error, description };
}
