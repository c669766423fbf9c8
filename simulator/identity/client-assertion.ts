/** Whether a client is who it says, by a JWT it signed (RFC 7523 section 3; RS512, five minutes at most, good for once). */
import { decodeJwt, decodeProtectedHeader, errors, importJWK, jwtVerify } from 'jose';
import type { JWK, JWTPayload } from 'jose';

const MOST_SECONDS = 300;
const LEEWAY_SECONDS = 5;
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export interface AssertingClient {
  readonly clientId: string;
  /** Public keys, by `kid`. */
  readonly keys: readonly JWK[];
}

export interface ClientAssertionRules {
  readonly clients: readonly AssertingClient[];
  /** The addresses that the statement may be for. */
  readonly audiences: readonly string[];
  /** Identifiers of statements already used. */
  readonly seen: Set<string>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type ClientVerdict = { readonly ok: true; readonly clientId: string } | { readonly ok: false; readonly reason: string };

const refuse = (reason: string): ClientVerdict => ({ ok: false, reason });

export async function checkClientAssertion(assertion: string, rules: ClientAssertionRules): Promise<ClientVerdict> {
  const read = decode(assertion);
  if (read === null) return refuse('client_assertion is not a JWT');
  if (read.algorithm !== 'RS512') return refuse("client_assertion must be signed with RS512");
  const client = rules.clients.find(({ clientId }) => clientId === read.claims.iss);
  if (client === undefined || read.claims.sub !== read.claims.iss) return refuse('client_assertion has a wrong or missing iss or sub');
  const key = client.keys.find(({ kid }) => kid === read.keyId);
  if (key === undefined) return refuse('client_assertion has a wrong or missing kid');
  const claims = await verify(assertion, key, rules);
  if (typeof claims === 'string') return refuse(claims);
  const reason = checkClaims(claims, rules);
  return reason === null ? { ok: true, clientId: client.clientId } : refuse(reason);
}

function decode(assertion: string): { claims: JWTPayload; algorithm: string | undefined; keyId: string | undefined } | null {
  try {
    const { alg, kid } = decodeProtectedHeader(assertion);
    return { claims: decodeJwt(assertion), algorithm: alg, keyId: kid };
  } catch (error) {
    if (error instanceof TypeError || error instanceof errors.JOSEError) return null;
    throw error;
  }
}

async function verify(assertion: string, key: JWK, rules: ClientAssertionRules): Promise<JWTPayload | string> {
  try {
    const options = { algorithms: ['RS512'], audience: [...rules.audiences], requiredClaims: ['exp', 'jti'], clockTolerance: LEEWAY_SECONDS, currentDate: new Date(rules.now()) };
    return (await jwtVerify(assertion, await importJWK(key, 'RS512'), options)).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'client_assertion has expired';
    if (error instanceof errors.JWTClaimValidationFailed) return `client_assertion has a wrong or missing ${error.claim}`;
    if (error instanceof errors.JOSEError) return 'client_assertion has a wrong signature';
    throw error;
  }
}

function checkClaims({ exp, jti }: JWTPayload, { now, seen }: ClientAssertionRules): string | null {
  if (typeof jti !== 'string' || jti === '') return 'client_assertion has a wrong or missing jti';
  if ((exp as number) > now() / 1_000 + MOST_SECONDS + LEEWAY_SECONDS) return 'client_assertion is good for more than five minutes';
  if (seen.has(jti)) return 'client_assertion was used before';
  seen.add(jti);
  return null;
}
