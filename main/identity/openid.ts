/**
 * openid-client over the one door to the network, so that proxy, trust, limits and cancelling hold for it too; and its
 * errors as problems for the person at the keyboard. Its errors carry tokens and claims: none is passed on as a cause.
 */
import type { CustomFetch } from 'openid-client';
import { type HttpPort, NetworkFailure } from '../net/http.ts';
import { SignInProblem } from './provider.ts';
import { NOT_AN_ANSWER, refusedBy, send, throwNetworkProblem, unusable } from './service-http.ts';
import { type TokenRefusalKind, TokenRefused } from './token-refusal.ts';

/** How `signal` ends a request is what openid-client's caller sees; its own limit holds beside it. */
export function openIdFetch(http: HttpPort, signal: AbortSignal): CustomFetch {
  return async (url, { method, headers, body, signal: limit }) => {
    const request = { method: method === 'POST' ? 'POST' : 'GET', url, headers, ...(body === undefined || body === null ? {} : { body: String(body) }) } as const;
    const answer = await send(http, request, limit === undefined ? signal : AbortSignal.any([signal, limit]));
    const contentType = answer.headers['content-type'];
    return new Response(answer.body === '' ? null : answer.body, { status: answer.status, headers: contentType === undefined ? {} : { 'content-type': contentType } });
  };
}

/** Runs a step of openid-client. @throws {SignInProblem} or the signal's reason where it was cancelled */
export async function openIdStep<T>(step: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await step();
  } catch (problem) {
    const own = chainOf(problem).find((link) => link instanceof SignInProblem || link instanceof NetworkFailure);
    if (own !== undefined) throwNetworkProblem(own, signal);
    signal.throwIfAborted();
    throw (await problemOf(problem)) ?? problem;
  }
}

async function problemOf(problem: unknown): Promise<SignInProblem | null> {
  const { AuthorizationResponseError, ClientError, ResponseBodyError } = await import('openid-client');
  if (problem instanceof ResponseBodyError) return refusedBy(problem.error_description ?? problem.error);
  if (problem instanceof AuthorizationResponseError) return answeredWith(problem.error, problem.error_description);
  return problem instanceof ClientError ? ofClient(problem) : null;
}

/** What came back from the browser in place of a code (RFC 6749 section 4.1.2.1). */
function answeredWith(error: string, description: string | undefined): SignInProblem {
  if (error === 'access_denied') return new SignInProblem('Signing in was stopped at the identity service. Start again when you are ready.');
  if (error === 'temporarily_unavailable' || error === 'server_error') return new SignInProblem('The identity service cannot sign anybody in now. Wait a minute and try again.');
  return refusedBy(description ?? error);
}

const CLAIM_REFUSALS: Readonly<Record<string, TokenRefusalKind>> = { iss: 'issuer', aud: 'audience', azp: 'authorised-party', nonce: 'nonce', exp: 'expired', nbf: 'not-yet-valid' };

/** openid-client says what it refused in the causes: the claim, the header or the parameters. */
function ofClient(problem: Error & { readonly code?: string | undefined }): SignInProblem {
  const causes = chainOf(problem).map((link) => (link as { readonly cause?: unknown }).cause).filter(isObject);
  const response = causes.find((cause) => cause instanceof Response);
  if (response instanceof Response) return response.status === 200 ? new SignInProblem(NOT_AN_ANSWER) : unusable(response.status);
  const details = causes.find((cause) => 'claims' in cause || 'header' in cause || 'parameters' in cause) ?? {};
  if ('parameters' in details) return new TokenRefused('state');
  if ('header' in details) return new TokenRefused('algorithm');
  if (!('claims' in details)) return new SignInProblem(NOT_AN_ANSWER);
  const claim = 'claim' in details ? String(details.claim) : '';
  return new TokenRefused(CLAIM_REFUSALS[claim] ?? missing(details.claims));
}

/** A claim that openid-client requires and did not find. */
function missing(claims: unknown): TokenRefusalKind {
  return isObject(claims) && !('nonce' in claims) ? 'nonce' : 'incomplete';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** An error and its causes, outermost first. */
function chainOf(problem: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  let link = problem;
  while (chain.length < 8 && link instanceof Error) {
    chain.push(link);
    link = link.cause;
  }
  return chain;
}
