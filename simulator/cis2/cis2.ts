/**
 * CIS2's own front door ("separate" pattern): oidc-provider does OpenID Connect, and what CIS2 does differently is put
 * on its answers here, at the border of the mount: its ID token, its userinfo, its numbers in texts, its refusals.
 */
import type { RequestListener } from 'node:http';
import { header, json, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import { userinfoAnswer, webPage } from '../identity/answers.ts';
import type { AnsweringEndpoint } from '../identity/modes.ts';
import { userById, userinfoFor } from '../identity/users.ts';
import { authorize, sentBack } from './authorization.ts';
import type { Cis2Context, Cis2Parts } from './context.ts';
import { createInnerServer } from './inner-server.ts';
import type { AskHandler } from './inner-server.ts';
import { interact } from './interaction.ts';
import { createProvider, ROUTES } from './provider.ts';
import { endSession, endUser, revoke, signInOf } from './sign-ins.ts';
import type { Cis2SignIn } from './sign-ins.ts';
import { createStore } from './store.ts';
import { token } from './token-endpoint.ts';

export interface Cis2 {
  answer(ask: Ask): Promise<Answer>;
  /** Whose sign-in an access token belongs to. */
  signInOf(accessToken: string): Cis2SignIn | null;
  /** Whether the sign-in still stands. */
  isGood(sid: string): boolean;
  /** Ends every sign-in of a user, or of everybody. */
  endUser(userId: string | null): void;
  /** Ends what browsers remember; tokens stay. */
  forgetBrowsers(): void;
}

interface Route {
  readonly verbs: readonly string[];
  /** What a mode may have answer with a web page. */
  readonly endpoint?: AnsweringEndpoint;
  readonly answer: (ask: Ask, context: Cis2Context) => Promise<Answer>;
}

const ENDPOINTS: Readonly<Record<string, Route>> = {
  [ROUTES.discovery]: { verbs: ['GET'], endpoint: 'discovery', answer: discovery },
  [ROUTES.jwks]: { verbs: ['GET'], endpoint: 'jwks', answer: async (_ask, { idTokens }) => json(200, await idTokens.keySet()) },
  [ROUTES.authorization]: { verbs: ['GET'], answer: authorize },
  [ROUTES.token]: { verbs: ['POST'], endpoint: 'token', answer: token },
  [ROUTES.userinfo]: { verbs: ['GET', 'POST'], endpoint: 'userinfo', answer: userinfo },
  [ROUTES.revocation]: { verbs: ['POST'], answer: revoke },
  [ROUTES.endSession]: { verbs: ['GET', 'POST'], answer: endSession },
};

export function createCis2(parts: Cis2Parts): Cis2 {
  const context: Cis2Context = { ...parts, store: createStore(parts.now), chosenRoles: new Map(), states: new Map(), provide };
  let provider: Promise<AskHandler> | null = null;

  /** As the client sent it, but for the host: the provider's addresses are the issuer's whatever name it was asked by. */
  async function provide(ask: Ask, { body = ask.body, query = ask.url.search }: { readonly body?: string; readonly query?: string } = {}): Promise<Answer> {
    const send = await (provider ??= start(context));
    return send({ method: ask.method, headers: { ...ask.headers, host: new URL(parts.issuer).host }, body }, `/${ask.path}${query}`);
  }

  return {
    async answer(ask) {
      const path = `/${ask.path}`;
      const route = Object.hasOwn(ENDPOINTS, path) ? ENDPOINTS[path] : undefined;
      if (route === undefined) return sentBack(await provide(ask), context);
      if (!route.verbs.includes(ask.method)) return wrongVerb(route.verbs.join(', '));
      return route.endpoint !== undefined && route.endpoint === parts.behaviour.mode.webPage ? webPage() : route.answer(ask, context);
    },
    signInOf: (accessToken) => signInOf(accessToken, context),
    isGood: (sid) => context.store.find('Grant', sid) !== undefined,
    endUser: (userId) => endUser(userId, context),
    forgetBrowsers: () => context.store.forgetBrowsers(),
  };
}

/** The provider, with the sign-in page beside it. */
async function start(context: Cis2Context): Promise<AskHandler> {
  const provider = await createProvider(context);
  const callback = provider.callback();
  const listener: RequestListener = (request, response) => {
    // Where it is mounted, as the provider wants to be told.
    Object.assign(request, { baseUrl: new URL(context.issuer).pathname });
    if (!request.url?.startsWith(ROUTES.interaction)) return callback(request, response);
    interact(request, response, { ...context, provider }).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      response.writeHead(500).end();
    });
  };
  return createInnerServer(listener);
}

async function discovery(ask: Ask, { provide, issuer }: Cis2Context): Promise<Answer> {
  const { body } = await provide(ask);
  return json(200, { ...(JSON.parse(body.toString()) as object), end_session_endpoint: issuer + ROUTES.endSession });
}

/** The provider looks at the token; what is said of the user is CIS2's. */
async function userinfo(ask: Ask, { provide, store, behaviour }: Cis2Context): Promise<Answer> {
  const answer = await provide(ask);
  if (answer.status !== 200) return answer;
  const { scope = '', accountId = '' } = store.find('AccessToken', bearerOf(ask)) ?? {};
  return userinfoAnswer(userinfoFor(userById(accountId), new Set(scope.split(' '))), behaviour.mode);
}

/** In the header, or in the form (RFC 6750 section 2). */
function bearerOf(ask: Ask): string {
  return /^Bearer (.+)$/i.exec(header(ask, 'authorization'))?.[1] ?? new URLSearchParams(ask.body).get('access_token') ?? '';
}
