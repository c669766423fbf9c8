/** CIS2's token answer: the provider's, with numbers in texts and the ID token made anew with CIS2's claims. */
import type { AdapterPayload } from 'oidc-provider';
import { json } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import { refuse } from '../identity/answers.ts';
import { userById } from '../identity/users.ts';
import { LEVELS } from './authenticators.ts';
import type { Method } from './authenticators.ts';
import type { Cis2Context } from './context.ts';
import { selectedRole } from './sign-ins.ts';

interface TokenBody {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly expires_in: number;
}

export async function token(ask: Ask, context: Cis2Context): Promise<Answer> {
  const form = new URLSearchParams(ask.body);
  const { mode } = context.behaviour;
  if (form.get('grant_type') === 'refresh_token' && mode.refresh === 'refused') return refuse(400, 'invalid_grant', 'grant is invalid');
  if (mode.pkce !== undefined) form.delete('code_verifier');
  const answer = await context.provide(ask, { body: form.toString() });
  if (answer.status !== 200) return asCis2Refuses(answer, form);
  return json(200, await rewritten(JSON.parse(answer.body.toString()) as TokenBody, form.get('code'), context));
}

/** CIS2 says little of why a client's statement was not good. */
function asCis2Refuses(answer: Answer, form: URLSearchParams): Answer {
  const { error } = JSON.parse(answer.body.toString()) as { error: string };
  return error === 'invalid_client' && form.has('client_assertion') ? json(401, { error, error_description: 'JWT is not valid' }) : answer;
}

async function rewritten(body: TokenBody, code: string | null, context: Cis2Context): Promise<Record<string, unknown>> {
  const refresh = body.refresh_token === undefined ? undefined : context.store.find('RefreshToken', body.refresh_token);
  return {
    ...body,
    expires_in: String(body.expires_in),
    ...(refresh === undefined ? {} : refreshing(refresh, context.now())),
    ...(body.id_token === undefined ? {} : { id_token: await idToken(body, code, refresh, context) }),
  };
}

function refreshing({ exp = 0, rotations = 0 }: AdapterPayload, now: number): Record<string, string> {
  return { refresh_token_expires_in: String(exp - Math.floor(now / 1_000)), refresh_count: String(rotations) };
}

function idToken({ access_token: accessToken }: TokenBody, code: string | null, refresh: AdapterPayload | undefined, context: Cis2Context): Promise<string> {
  const signIn = { ...context.store.find('AccessToken', accessToken), ...(code === null ? refresh : context.store.find('AuthorizationCode', code)) };
  const method = (signIn.amr?.[0] ?? 'N3_SMARTCARD') as Method;
  const state = context.states.get(code ?? '') ?? null;
  context.states.delete(code ?? '');
  return context.idTokens.sign({
    user: userById(signIn.accountId ?? ''),
    issuer: context.issuer,
    clientId: signIn.clientId ?? '',
    nonce: signIn.nonce ?? null,
    sid: signIn.grantId ?? '',
    authTime: signIn.authTime ?? 0,
    acr: signIn.acr ?? 'AAL3_ANY',
    method,
    level: LEVELS[method],
    selectedRoleId: selectedRole(signIn, context),
    accessToken,
    code,
    state,
  });
}
