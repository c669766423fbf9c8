/**
 * An identity service made by hand over real HTTP on loopback, every answer of which a test may break: what a library would
 * never send. Its names and shapes are CIS2's; its people are invented.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';

type Body = Record<string, unknown>;

export interface Asked {
  readonly path: string;
  readonly method: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
}

/** What a test replaces; each takes what would have been sent and gives what is. */
export interface Breaking {
  discovery: (metadata: Body) => Body;
  /** What the browser brings back, beside the state. */
  redirect: (answer: Record<string, string>) => Record<string, string>;
  claims: (claims: JWTPayload) => Body;
  idToken: (token: string) => string | undefined;
  /** The claims of the ID token that comes with a refresh; `null`: none comes. */
  laterClaims: ((claims: JWTPayload) => Body) | null;
  tokens: (answer: Body) => Body;
  userinfo: (userinfo: Body) => unknown;
  /** Statuses by path; 200 where none is named. */
  statuses: Record<string, number>;
  /** Paths that never answer. */
  hangs: Set<string>;
  /** Paths that break off before they answer. */
  breaksOff: Set<string>;
}

const plain = (): Breaking => ({
  discovery: (metadata) => metadata,
  redirect: (answer) => answer,
  claims: (claims) => claims as Body,
  idToken: (token) => token,
  laterClaims: null,
  tokens: (answer) => answer,
  userinfo: (userinfo) => userinfo,
  statuses: {},
  hangs: new Set(),
  breaksOff: new Set(),
});

export const USER = '555254240100';
const ROLES = [
  { person_roleid: '555254240101', org_code: 'Z99001', role_name: '"Clinical":"Clinical Provision":"General Medical Practitioner"', role_code: 'S8000:G8000:R8000', activity_codes: ['B0360'] },
  { person_roleid: '555254240102', org_code: 'Z99007', role_name: '"Clinical":"Clinical Provision":"Nurse"' },
];
const USERINFO = {
  sub: USER,
  uid: USER,
  nhsid_useruid: USER,
  name: 'Priya Nair',
  title: 'Dr',
  given_name: 'Priya',
  family_name: 'Nair',
  idassurancelevel: '3',
  nhsid_nrbac_roles: ROLES,
  nhsid_user_orgs: [{ org_code: 'Z99001', org_name: 'HARBOUR HEALTH CENTRE' }],
};

export interface HandMadeProvider {
  readonly issuer: string;
  readonly breaking: Breaking;
  readonly asked: Asked[];
  /** The forms sent to a path. */
  forms(path: string): URLSearchParams[];
  reset(): void;
  close(): Promise<void>;
}

const BASE = '/openam/oauth2/realms/root/realms/oidc';

export async function startHandMadeProvider(): Promise<HandMadeProvider> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: 'hand-made', use: 'sig', alg: 'RS256' };
  const asked: Asked[] = [];
  const breaking = plain();
  const server = createServer((request, response) => void read(request).then((one) => (asked.push(one), answer(one, response))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE}`;
  const codes = new Map<string, { readonly nonce: string | null; readonly challenge: string | null; readonly redirect: string }>();

  const routes: Record<string, (one: Asked) => Promise<unknown> | unknown> = {
    '/.well-known/openid-configuration': () => breaking.discovery(discovery(issuer)),
    '/connect/jwk_uri': () => ({ keys: [jwk] }),
    '/access_token': (one) => tokenAnswer(one),
    '/exchange': () => breaking.tokens({ ...opaqueTokens(), issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' }),
    '/userinfo': ({ authorization }) => (authorization?.startsWith('Bearer token-') === true ? breaking.userinfo(structuredClone(USERINFO)) : null),
    '/token/revoke': () => ({}),
    '/connect/endSession': () => ({}),
  };

  async function answer(one: Asked, response: ServerResponse): Promise<void> {
    if (breaking.hangs.has(one.path)) return;
    if (breaking.breaksOff.has(one.path)) return void response.destroy();
    if (one.path === '/authorize') return redirectBack(one, response);
    const body = await routes[one.path]?.(one);
    const status = breaking.statuses[one.path] ?? (body === undefined ? 404 : body === null ? 401 : 200);
    response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(status === 200 ? body : { error: 'invalid_grant', error_description: 'the code is not good.' }));
  }

  function redirectBack({ query }: Asked, response: ServerResponse): void {
    const code = randomBytes(12).toString('hex');
    const redirect = query.get('redirect_uri') ?? '';
    codes.set(code, { nonce: query.get('nonce'), challenge: query.get('code_challenge'), redirect });
    const back = new URL(redirect);
    back.search = new URLSearchParams(breaking.redirect({ code, state: query.get('state') ?? '' })).toString();
    response.writeHead(302, { location: back.href }).end();
  }

  async function tokenAnswer({ form }: Asked): Promise<unknown> {
    if (form.get('grant_type') === 'refresh_token') return laterAnswer(form.get('client_id') ?? '');
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    if (code === undefined || code.redirect !== form.get('redirect_uri')) return null;
    if (code.challenge !== null && code.challenge !== createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url')) return null;
    const tokens = opaqueTokens();
    const claims = breaking.claims(claimsOf(issuer, form.get('client_id') ?? '', code.nonce, tokens.access_token));
    const idToken = breaking.idToken(await sign(claims, privateKey));
    return breaking.tokens({ ...tokens, ...(idToken === undefined ? {} : { id_token: idToken }) });
  }

  async function laterAnswer(clientId: string): Promise<unknown> {
    const tokens = opaqueTokens();
    if (breaking.laterClaims === null) return breaking.tokens(tokens);
    return breaking.tokens({ ...tokens, id_token: await sign(breaking.laterClaims(claimsOf(issuer, clientId, null, tokens.access_token)), privateKey) });
  }

  return {
    issuer,
    breaking,
    asked,
    forms: (path) => asked.filter((one) => one.path === path).map(({ form }) => form),
    reset() {
      Object.assign(breaking, plain());
      asked.length = 0;
    },
    close: () => closeServer(server),
  };
}

async function read(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  return {
    path: url.pathname.replace(BASE, ''),
    method: request.method ?? '',
    query: url.searchParams,
    form: new URLSearchParams(await text(request)),
    authorization: request.headers.authorization,
  };
}

function discovery(issuer: string): Body {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/access_token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/connect/jwk_uri`,
    revocation_endpoint: `${issuer}/token/revoke`,
    end_session_endpoint: `${issuer}/connect/endSession`,
    id_token_signing_alg_values_supported: ['none', 'HS256', 'RS256'],
  };
}

let issued = 0;

function opaqueTokens(): { access_token: string } & Body {
  issued += 1;
  return { access_token: `token-${issued}`, token_type: 'Bearer', expires_in: '599', refresh_token: `refresh-${issued}`, refresh_token_expires_in: '35999', refresh_count: '0', sid: 'one' };
}

function claimsOf(issuer: string, clientId: string, nonce: string | null, accessToken: string): JWTPayload {
  const now = Math.floor(Date.now() / 1_000);
  const digest = createHash('sha256').update(accessToken).digest();
  return {
    iss: issuer,
    sub: USER,
    aud: clientId,
    azp: clientId,
    ...(nonce === null ? {} : { nonce }),
    at_hash: digest.subarray(0, 16).toString('base64url'),
    iat: now,
    exp: now + 3_600,
    auth_time: now - 5,
    acr: 'AAL3_ANY',
    amr: ['N3_SMARTCARD'],
    id_assurance_level: 3,
    authentication_assurance_level: '3',
    realm: '/NHSIdentity/Healthcare',
    tokenType: 'JWTToken',
  };
}

function sign(claims: Body, key: CryptoKey): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'hand-made' }).sign(key);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
