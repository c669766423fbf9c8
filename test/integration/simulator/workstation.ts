/** What an application does to sign in at the simulator's CIS2, by plain HTTP. */
import { createHash, createPrivateKey, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import type { ReadyCis2 } from '../../../simulator/ready-line.ts';
import { Browser } from './browser.ts';
import type { Visit } from './browser.ts';

export interface Discovery {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly userinfo_endpoint: string;
  readonly revocation_endpoint: string;
  readonly end_session_endpoint: string;
  readonly jwks_uri: string;
}

export interface TokenBody {
  readonly access_token: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
  readonly expires_in: string;
  readonly refresh_token_expires_in?: string;
  readonly refresh_count?: string;
  readonly token_type: string;
  readonly sid?: string;
}

export interface Request {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly address: string;
}

export async function discoverCis2(cis2: ReadyCis2): Promise<Discovery> {
  return (await (await fetch(`${cis2.issuer}/.well-known/openid-configuration`)).json()) as Discovery;
}

/** An authorisation request as Lanyard sends it; a field of `change` that is `null` is left out. */
export function requestFor(cis2: ReadyCis2, endpoint: string, change: Readonly<Record<string, string | null>> = {}): Request {
  const [state, nonce, verifier] = [randomUUID(), randomUUID(), randomBytes(32).toString('base64url')];
  const fields: Record<string, string | null> = {
    response_type: 'code',
    client_id: cis2.clientId,
    redirect_uri: cis2.redirectUri,
    scope: 'openid profile nationalrbacaccess associatedorgs',
    state,
    nonce,
    acr_values: 'AAL3_ANY',
    max_age: '300',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...change,
  };
  const query = new URLSearchParams(Object.entries(fields).filter((field): field is [string, string] => field[1] !== null));
  return { state, nonce, verifier, address: `${endpoint}?${query.toString()}` };
}

/** Walks through the sign-in page with the card that is in the reader. */
export async function signInWithCard(request: Request, passcode: string, browser: Browser = new Browser()): Promise<Visit> {
  return browser.submit(await browser.open(request.address), { action: 'passcode', passcode });
}

export interface AssertionChange {
  readonly algorithm?: string;
  readonly keyId?: string | null;
  readonly id?: string;
  readonly seconds?: number;
  readonly issuer?: string;
  readonly audience?: string;
}

/** A private_key_jwt (RFC 7523 section 2.2); every part can be changed to make a bad one. */
export function clientAssertion({ clientId, keyFile, keyId }: ReadyCis2, audience: string, change: AssertionChange = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const kid = change.keyId === undefined ? keyId : change.keyId;
  return new SignJWT()
    .setProtectedHeader({ alg: change.algorithm ?? 'RS512', ...(kid === null ? {} : { kid }) })
    .setIssuer(change.issuer ?? clientId)
    .setSubject(clientId)
    .setAudience(change.audience ?? audience)
    .setJti(change.id ?? randomUUID())
    .setExpirationTime(now + (change.seconds ?? 300))
    .sign(createPrivateKey(readFileSync(keyFile)));
}

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A form to a token endpoint, with the client proven by its key. */
export async function postProven(cis2: ReadyCis2, endpoint: string, fields: Readonly<Record<string, string>>, change: AssertionChange = {}): Promise<Response> {
  const proof = { client_assertion_type: ASSERTION_TYPE, client_assertion: await clientAssertion(cis2, endpoint, change) };
  return fetch(endpoint, { method: 'POST', body: new URLSearchParams({ ...fields, ...proof }) });
}

/** The code that the browser came back with. Throws where it came back with none. */
export function codeOf(visit: Visit): string {
  const code = visit.kind === 'away' ? visit.url.searchParams.get('code') : null;
  if (code === null) throw new Error(`no code: ${visit.kind === 'away' ? visit.url.href : visit.html}`);
  return code;
}
