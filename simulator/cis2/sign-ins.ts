/** The sign-ins that stand at CIS2, and their end. A sign-in is a grant: its identifier is the `sid` of the ID token. */
import type { AdapterPayload } from 'oidc-provider';
import { json } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import { refuse } from '../identity/answers.ts';
import { userById } from '../identity/users.ts';
import type { User } from '../identity/users.ts';
import type { Cis2Context } from './context.ts';

export interface Cis2SignIn {
  readonly user: User;
  readonly sid: string;
}

/** Whose sign-in an access token belongs to. */
export function signInOf(accessToken: string, { store }: Cis2Context): Cis2SignIn | null {
  const access = store.find('AccessToken', accessToken);
  if (access?.accountId === undefined || access.grantId === undefined) return null;
  return { user: userById(access.accountId), sid: access.grantId };
}

/** The role of a sign-in whose scope asked for one: chosen on the page, or the only one there is. */
export function selectedRole({ accountId = '', grantId = '', scope = '' }: AdapterPayload, { chosenRoles }: Cis2Context): string | null {
  if (!scope.split(' ').includes('selectedrole')) return null;
  const [only, ...others] = userById(accountId).roles;
  return chosenRoles.get(grantId) ?? (others.length === 0 ? (only?.person_roleid ?? null) : null);
}

/** Ends a sign-in: its tokens, the browser's session that it was made in, and what was exchanged for it. */
export function endSignIn(sid: string, { store, chosenRoles, onEnd }: Cis2Context): void {
  const sessions = store.sessionsOf(sid);
  store.end(({ grantId, jti, uid }) => grantId === sid || jti === sid || (uid !== undefined && sessions.has(uid)));
  chosenRoles.delete(sid);
  onEnd(sid);
}

/** Every sign-in of a user, or of everybody. */
export function endUser(userId: string | null, context: Cis2Context): void {
  for (const sid of context.store.grantsOf(userId)) endSignIn(sid, context);
  context.store.end(({ accountId }) => accountId !== undefined && (userId === null || accountId === userId));
}

/** Ends the sign-in that the hint is about, whether or not the hint has expired (RP-Initiated Logout section 2). */
export async function endSession(ask: Ask, context: Cis2Context): Promise<Answer> {
  const fields = ask.method === 'POST' ? new URLSearchParams(ask.body) : ask.url.searchParams;
  const claims = await context.idTokens.verify(fields.get('id_token_hint') ?? '', context.issuer, { evenExpired: true });
  if (typeof claims?.sid !== 'string') return refuse(400, 'invalid_request', 'id_token_hint is missing or invalid');
  endSignIn(claims.sid, context);
  const redirect = fields.get('post_logout_redirect_uri');
  const client = context.clients.find(({ clientId }) => clientId === claims.aud);
  if (redirect === null || client?.redirectUris.includes(redirect) !== true) return { status: 204, body: '' };
  const target = new URL(redirect);
  const state = fields.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return { status: 302, headers: { location: target.href }, body: '' };
}

/** What is revoked takes the whole sign-in with it. */
export async function revoke(ask: Ask, context: Cis2Context): Promise<Answer> {
  const value = new URLSearchParams(ask.body).get('token') ?? '';
  const find = (): AdapterPayload | undefined => context.store.find('AccessToken', value) ?? context.store.find('RefreshToken', value);
  const sid = find()?.grantId;
  const answer = await context.provide(ask);
  if (answer.status !== 200) return answer;
  if (sid !== undefined && find() === undefined) endSignIn(sid, context);
  return json(200, {});
}
