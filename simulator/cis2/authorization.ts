/** CIS2's authorisation endpoint: what a mode makes of a request, and of the answer that takes the browser back. */
import type { AdapterPayload } from 'oidc-provider';
import { header } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import type { RegisteredClient } from '../identity/clients.ts';
import type { Mode } from '../identity/modes.ts';
import { requested } from './authenticators.ts';
import type { Method } from './authenticators.ts';
import type { Cis2Context } from './context.ts';

const REFUSALS = {
  'access-denied': { error: 'access_denied', description: 'Resource Owner did not authorize the request' },
  'login-required': { error: 'login_required', description: 'End-User authentication is required' },
} as const;

export async function authorize(ask: Ask, context: Cis2Context): Promise<Answer> {
  const { clients, behaviour, store } = context;
  const query = new URLSearchParams(ask.url.searchParams);
  const aside = takenAside(query, clients, behaviour.mode);
  if (aside !== null) return aside;
  if (behaviour.mode.pkce === 'ignored') for (const name of ['code_challenge', 'code_challenge_method']) query.delete(name);
  await endUnlessItMayGoOn(store.find('Session', sessionIn(ask)), query.get('acr_values') ?? undefined, context);
  return sentBack(await context.provide(ask, { query: `?${query.toString()}` }), context);
}

function sessionIn(ask: Ask): string {
  return /(?:^|; )_session=([^;]+)/.exec(header(ask, 'cookie'))?.[1] ?? '';
}

/** A browser's session goes on only while its card is in the reader, and only where it is worth what is asked for. */
async function endUnlessItMayGoOn(session: AdapterPayload | undefined, acrValues: string | undefined, { readCard, store }: Cis2Context): Promise<void> {
  const method = session?.amr?.[0] as Method | undefined;
  if (session === undefined || method === undefined) return;
  const isThere = method !== 'N3_SMARTCARD' || (await readCard())?.forSignIn?.userId === session.accountId;
  if (!isThere || !requested(acrValues).methods.includes(method)) store.forgetAccount(session.uid);
}

/** The answer to a request that a mode says is not to be served; `null` where it goes its way. */
export function takenAside(query: URLSearchParams, clients: readonly RegisteredClient[], mode: Mode): Answer | null {
  const redirect = registeredRedirect(query, clients);
  if (redirect === null) return null;
  if (mode.pkce === 'refused' && (query.has('code_challenge') || query.has('code_challenge_method'))) return sendBack(redirect, query, 'invalid_request', 'unknown parameter: code_challenge');
  if (mode.authorization === 'access-denied' || mode.authorization === 'login-required') {
    const { error, description } = REFUSALS[mode.authorization];
    return sendBack(redirect, query, error, description);
  }
  return null;
}

/** Nobody is sent to an address that the client did not register. */
function registeredRedirect(query: URLSearchParams, clients: readonly RegisteredClient[]): string | null {
  const redirect = query.get('redirect_uri') ?? '';
  const client = clients.find(({ clientId }) => clientId === query.get('client_id'));
  return client?.redirectUris.includes(redirect) === true ? redirect : null;
}

export function sendBack(redirect: string, query: URLSearchParams, error: string, description: string): Answer {
  const target = new URL(redirect);
  target.searchParams.set('error', error);
  target.searchParams.set('error_description', description);
  const state = query.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return { status: 302, headers: { location: target.href }, body: '' };
}

const MOST_REMEMBERED = 1_000;

/** Remembers which state a code went out with, for the ID token's `s_hash`; a mode may send it out with another. */
export function sentBack(answer: Answer, { states, behaviour }: Pick<Cis2Context, 'states' | 'behaviour'>): Answer {
  const location = answer.headers?.location;
  if (typeof location !== 'string' || !URL.canParse(location)) return answer;
  const target = new URL(location);
  const code = target.searchParams.get('code');
  const state = target.searchParams.get('state');
  if (code === null) return answer;
  if (state !== null) states.set(code, state);
  const oldest = states.keys().next().value;
  if (states.size > MOST_REMEMBERED && oldest !== undefined) states.delete(oldest);
  if (behaviour.mode.authorization !== 'wrong-state') return answer;
  target.searchParams.set('state', 'of-another-request');
  return { ...answer, headers: { ...answer.headers, location: target.href } };
}
