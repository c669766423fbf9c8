/** CIS2 as oidc-provider can express it: the code flow and nothing else. The rest is put on at the border (cis2.ts). */
import type { JWK } from 'jose';
import type { Grant, KoaContext, Provider } from 'oidc-provider';
import type { RegisteredClient } from '../identity/clients.ts';
import { userById } from '../identity/users.ts';
import { ACR_VALUES } from './authenticators.ts';
import type { Cis2Context } from './context.ts';
import { noticePage } from './pages.ts';

export const SCOPES = ['openid', 'profile', 'email', 'nhsperson', 'nationalrbacaccess', 'associatedorgs', 'organisationalmemberships', 'professionalmemberships', 'selectedrole'] as const;

/** Below the issuer. */
export const ROUTES = {
  authorization: '/authorize',
  token: '/access_token',
  userinfo: '/userinfo',
  jwks: '/connect/jwk_uri',
  revocation: '/token/revoke',
  discovery: '/.well-known/openid-configuration',
  endSession: '/connect/endSession',
  interaction: '/interaction/',
} as const;

export const PAGE_HEADERS = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" } as const;

const MOST_ASSERTION_SECONDS = 300;
const LEEWAY_SECONDS = 5;
const SIGN_IN_SECONDS = 600;

export type ProviderParts = Pick<Cis2Context, 'issuer' | 'clients' | 'store' | 'idTokens' | 'behaviour' | 'now'>;

/** Loaded when somebody first asks: the library and its keys take longer than the rest of the simulator's start. */
export async function createProvider(parts: ProviderParts): Promise<Provider> {
  const { Provider: OidcProvider, errors } = await import('oidc-provider');
  const { keyId, privateKey } = await parts.idTokens.keys.current();
  const provider = new OidcProvider(parts.issuer, {
    ...contents(parts),
    ...lifetimes(parts),
    jwks: { keys: [{ ...(privateKey.export({ format: 'jwk' }) as JWK), kid: keyId, alg: 'RS256', use: 'sig' }] },
    assertJwtClientAuthClaimsAndHeader(_context: KoaContext, claims: { readonly exp: number }, header: { readonly kid?: string }) {
      if (header.kid === undefined) throw new errors.InvalidClientAuth('kid is missing');
      if (claims.exp > parts.now() / 1_000 + MOST_ASSERTION_SECONDS + LEEWAY_SECONDS) throw new errors.InvalidClientAuth('good for too long');
    },
  });
  provider.on('server_error', (_context, error) => void process.stderr.write(`${error.stack ?? error.message}\n`));
  return provider;
}

function contents({ issuer, clients, store, behaviour }: ProviderParts): Record<string, unknown> {
  const { discovery: _discovery, endSession: _endSession, interaction, ...routes } = ROUTES;
  return {
    adapter: store.adapter,
    clients: clients.map(metadata),
    routes,
    scopes: SCOPES,
    acrValues: Object.keys(ACR_VALUES),
    responseTypes: ['code'],
    clientAuthMethods: ['private_key_jwt', 'client_secret_post', 'none'],
    enabledJWA: { clientAuthSigningAlgValues: ['RS512'], idTokenSigningAlgValues: ['RS256'] },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_context: unknown, client: { clientId: string }, token: { clientId: string }) => token.clientId === client.clientId },
    },
    clockTolerance: 0,
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `${new URL(issuer).pathname}${interaction}${uid}` },
    findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    loadExistingGrant: (context: KoaContext) => grantFor(context),
    issueRefreshToken: () => behaviour.mode.refresh !== 'none',
    rotateRefreshToken: () => true,
    expiresWithSession: () => false,
    revokeGrantPolicy: () => true,
    clientBasedCORS: () => false,
    renderError(context: KoaContext, { error, error_description: description = '' }: { error: string; error_description?: string }) {
      context.type = 'html';
      context.body = noticePage('Sign-in cannot go on', `${error}: ${description}`);
    },
  };
}

function metadata({ clientId, method, redirectUris }: RegisteredClient): Record<string, unknown> {
  return {
    client_id: clientId,
    redirect_uris: redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: method.kind,
    ...(method.kind === 'private_key_jwt' ? { jwks: { keys: method.keys }, token_endpoint_auth_signing_alg: 'RS512' } : {}),
    ...(method.kind === 'client_secret_post' ? { client_secret: method.secret } : {}),
  };
}

/** Refresh tokens carry the ceiling on: the next one lives no longer than the one it takes the place of. */
function lifetimes({ behaviour }: ProviderParts): Record<string, unknown> {
  const secondsLeft = (context: KoaContext): number => context.oidc.entities.RotatedRefreshToken?.remainingTTL ?? behaviour.lifetimes.refreshSeconds;
  return {
    ttl: {
      AccessToken: (context: KoaContext) => Math.max(1, Math.min(behaviour.lifetimes.accessSeconds, secondsLeft(context))),
      RefreshToken: (context: KoaContext) => Math.max(1, secondsLeft(context)),
      AuthorizationCode: () => 60,
      IdToken: () => 3_600,
      Interaction: () => SIGN_IN_SECONDS,
      Session: () => behaviour.lifetimes.refreshSeconds,
      Grant: () => behaviour.lifetimes.refreshSeconds + SIGN_IN_SECONDS,
    },
  };
}

/** Everything that was asked for is granted, unless a role is to be chosen first: then the role page makes the grant. */
async function grantFor(context: KoaContext): Promise<Grant | undefined> {
  const { provider, result, session, client, params } = context.oidc;
  const chosen = result !== undefined && 'consent' in result ? result.consent?.grantId : undefined;
  if (chosen !== undefined) return provider.Grant.find(chosen);
  if (session?.accountId === undefined || mustChooseRole(session.accountId, params.scope)) return undefined;
  return grantAll(provider, session.accountId, client.clientId, params.scope);
}

export function mustChooseRole(userId: string, scope: string | undefined): boolean {
  return (scope ?? '').split(' ').includes('selectedrole') && userById(userId).roles.length > 1;
}

/** A grant of its own for each sign-in, so that ending one ends no other. */
export async function grantAll(provider: Provider, accountId: string, clientId: string, scope: string | undefined): Promise<Grant> {
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(scope ?? 'openid');
  await grant.save();
  return grant;
}
