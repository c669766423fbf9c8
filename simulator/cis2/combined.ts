/**
 * The API platform's front door ("combined" pattern): it sends the browser on to CIS2, takes the code there itself, and
 * gives its own opaque tokens, which the APIs take. No discovery, no ID token. The clinician sees the same sign-in page.
 */
import { randomBytes } from 'node:crypto';
import { header, json, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import { refuse, refuseToken, tokenAnswer, userinfoAnswer, webPage } from '../identity/answers.ts';
import type { ClientAuthentication, RegisteredClient } from '../identity/clients.ts';
import { exchange, ID_TOKEN_TYPE, refreshed, TOKEN_EXCHANGE } from '../identity/exchange.ts';
import type { IdTokens } from '../identity/id-tokens.ts';
import type { AnsweringEndpoint, Behaviour } from '../identity/modes.ts';
import type { Tokens } from '../identity/tokens.ts';
import { userById, userinfo } from '../identity/users.ts';
import { sendBack, takenAside } from './authorization.ts';
import type { Cis2 } from './cis2.ts';
import { ROUTES, SCOPES } from './provider.ts';
import type { Cis2SignIn } from './sign-ins.ts';

export interface CombinedParts {
  /** `http://…/oauth2` */
  readonly base: string;
  /** CIS2's issuer. */
  readonly issuer: string;
  readonly cis2: Cis2;
  /** How the platform itself is known to CIS2. */
  readonly platform: RegisteredClient;
  readonly clients: readonly RegisteredClient[];
  readonly authentication: ClientAuthentication;
  readonly tokens: Tokens;
  readonly idTokens: IdTokens;
  readonly behaviour: Behaviour;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Begun {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
}

interface Code extends Begun {
  readonly signIn: Cis2SignIn;
  readonly expires: number;
}

const CODE_SECONDS = 60;
const MOST_OPEN = 1_000;

export function createCombined(parts: CombinedParts): (ask: Ask) => Promise<Answer> {
  const begun = new Map<string, Begun>();
  const codes = new Map<string, Code>();
  const routes: Readonly<Record<string, { readonly verb: 'GET' | 'POST'; readonly endpoint?: AnsweringEndpoint; readonly answer: (ask: Ask) => Answer | Promise<Answer> }>> = {
    authorize: { verb: 'GET', answer: (ask) => authorize(ask, parts, begun) },
    callback: { verb: 'GET', answer: (ask) => callback(ask, parts, begun, codes) },
    token: { verb: 'POST', endpoint: 'token', answer: (ask) => token(ask, parts, codes) },
    userinfo: { verb: 'GET', endpoint: 'userinfo', answer: (ask) => info(ask, parts) },
    revoke: { verb: 'POST', answer: (ask) => revoke(ask, parts) },
  };
  return async (ask) => {
    const route = Object.hasOwn(routes, ask.path) ? routes[ask.path] : undefined;
    if (route === undefined) return refuse(404, 'invalid_request', 'there is no such endpoint');
    if (ask.method !== route.verb) return wrongVerb(route.verb);
    if (route.endpoint !== undefined && route.endpoint === parts.behaviour.mode.webPage) return webPage();
    return route.answer(ask);
  };
}

/** Checks the request and sends the browser on to CIS2. PKCE parameters are not known here, and so are passed over. */
function authorize(ask: Ask, { base, issuer, clients, platform, behaviour }: CombinedParts, begun: Map<string, Begun>): Answer {
  const query = ask.url.searchParams;
  const client = clients.find(({ clientId }) => clientId === query.get('client_id'));
  if (!query.has('client_id')) return refuse(401, 'invalid_request', 'client_id is missing');
  if (client === undefined) return refuse(401, 'invalid_client', 'client_id is invalid');
  const redirectUri = query.get('redirect_uri');
  if (redirectUri === null) return refuse(400, 'invalid_request', 'redirect_uri is missing');
  if (!client.redirectUris.includes(redirectUri)) return refuse(400, 'invalid_request', 'redirect_uri is invalid');
  const state = query.get('state');
  if (state === null) return sendBack(redirectUri, query, 'invalid_request', 'state is missing');
  if (query.get('response_type') !== 'code') return sendBack(redirectUri, query, query.has('response_type') ? 'unsupported_response_type' : 'invalid_request', `response_type is ${query.has('response_type') ? 'invalid' : 'missing'}`);
  const aside = takenAside(query, clients, behaviour.mode);
  if (aside !== null) return aside;
  const transaction = remember(begun, { clientId: client.clientId, redirectUri, state });
  const onward = new URL(issuer + ROUTES.authorization);
  const { prompt, scope, acrValues } = { prompt: query.get('prompt'), scope: query.get('scope') ?? '', acrValues: query.get('acr_values') ?? 'AAL3_ANY' };
  const scopes = SCOPES.filter((name) => name !== 'selectedrole' || scope.split(' ').includes(name));
  onward.search = new URLSearchParams({
    response_type: 'code',
    client_id: platform.clientId,
    redirect_uri: `${base}/callback`,
    scope: scopes.join(' '),
    state: transaction,
    max_age: '300',
    acr_values: acrValues,
    ...(prompt === null ? {} : { prompt }),
  }).toString();
  return { status: 302, headers: { location: onward.href }, body: '' };
}

/** CIS2 sends the browser back: the platform takes its code, and hands out one of its own. */
async function callback(ask: Ask, parts: CombinedParts, begun: Map<string, Begun>, codes: Map<string, Code>): Promise<Answer> {
  const query = ask.url.searchParams;
  const transaction = begun.get(query.get('state') ?? '');
  if (transaction === undefined) return refuse(400, 'invalid_request', 'Invalid state parameter.');
  begun.delete(query.get('state') ?? '');
  const original = new URLSearchParams({ state: transaction.state });
  const signIn = await redeem(query.get('code'), parts);
  if (signIn === null) return sendBack(transaction.redirectUri, original, query.get('error') ?? 'server_error', query.get('error_description') ?? 'sign-in did not complete');
  const target = new URL(transaction.redirectUri);
  target.searchParams.set('code', remember(codes, { ...transaction, signIn, expires: parts.now() + CODE_SECONDS * 1_000 }));
  target.searchParams.set('state', parts.behaviour.mode.authorization === 'wrong-state' ? 'of-another-request' : transaction.state);
  return { status: 302, headers: { location: target.href }, body: '' };
}

async function redeem(code: string | null, { base, issuer, cis2, platform }: CombinedParts): Promise<Cis2SignIn | null> {
  if (code === null || platform.method.kind !== 'client_secret_post') return null;
  const fields = { grant_type: 'authorization_code', code, redirect_uri: `${base}/callback`, client_id: platform.clientId, client_secret: platform.method.secret };
  const body = new URLSearchParams(fields).toString();
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await cis2.answer({ method: 'POST', url: new URL(issuer + ROUTES.token), path: ROUTES.token.slice(1), headers: form, body, bytes: Buffer.from(body), mistaken: false });
  if (answer.status !== 200) return null;
  return cis2.signInOf((JSON.parse(answer.body.toString()) as { access_token: string }).access_token);
}

async function token(ask: Ask, parts: CombinedParts, codes: Map<string, Code>): Promise<Answer> {
  const form = new URLSearchParams(ask.body);
  const grant = form.get('grant_type');
  if (grant === null) return refuse(400, 'invalid_request', 'grant_type is missing');
  if (grant !== 'authorization_code' && grant !== 'refresh_token' && grant !== TOKEN_EXCHANGE) return refuse(400, 'unsupported_grant_type', 'grant_type is invalid');
  const client = await parts.authentication(form, `${parts.base}/token`);
  if (!client.ok) return refuse(client.status, client.error, client.description);
  if (grant === 'refresh_token') return refreshed(form, parts.tokens, parts.behaviour.mode);
  return grant === TOKEN_EXCHANGE ? exchanged(form, parts) : withCode(form, client.clientId, parts, codes);
}

function withCode(form: URLSearchParams, clientId: string, { tokens, behaviour, now }: CombinedParts, codes: Map<string, Code>): Answer {
  const value = form.get('code');
  if (value === null) return refuse(400, 'invalid_request', 'authorization_code is missing');
  const code = codes.get(value);
  codes.delete(value);
  if (code === undefined || code.clientId !== clientId || now() >= code.expires) return refuse(400, 'invalid_grant', 'authorization_code is invalid');
  if (!form.has('redirect_uri')) return refuse(400, 'invalid_request', 'redirect_uri is missing');
  if (form.get('redirect_uri') !== code.redirectUri) return refuse(400, 'invalid_request', 'redirect_uri is invalid');
  return tokenAnswer(tokens.open(code.signIn.user, code.signIn.sid), behaviour.mode);
}

/** Of CIS2's ID token, whichever client it was made for, while its sign-in stands. */
function exchanged(form: URLSearchParams, { tokens, idTokens, issuer, cis2, behaviour }: CombinedParts): Promise<Answer> {
  const subject = async (value: string): Promise<Cis2SignIn | null> => {
    const claims = await idTokens.verify(value, issuer);
    if (claims?.sub === undefined || typeof claims.sid !== 'string' || !cis2.isGood(claims.sid)) return null;
    return { user: userById(claims.sub), sid: claims.sid };
  };
  return exchange(form, { tokens, mode: behaviour.mode, subjects: { [ID_TOKEN_TYPE]: subject } });
}

function info(ask: Ask, { tokens, behaviour }: CombinedParts): Answer {
  const bearer = tokens.bearer(header(ask, 'authorization'));
  return bearer.kind === 'user' ? userinfoAnswer(userinfo(bearer.user), behaviour.mode) : refuseToken();
}

async function revoke(ask: Ask, { authentication, base, tokens }: CombinedParts): Promise<Answer> {
  const form = new URLSearchParams(ask.body);
  const client = await authentication(form, `${base}/revoke`);
  if (!client.ok) return refuse(client.status, client.error, client.description);
  const value = form.get('token');
  if (value === null) return refuse(400, 'invalid_request', 'token is missing');
  tokens.revoke(value);
  return json(200, {});
}

/** Keeps a thing under a name nobody can guess. */
function remember<T>(things: Map<string, T>, thing: T): string {
  const name = randomBytes(24).toString('base64url');
  things.set(name, thing);
  const oldest = things.keys().next().value;
  if (things.size > MOST_OPEN && oldest !== undefined) things.delete(oldest);
  return name;
}
