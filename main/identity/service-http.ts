/** One question to an identity service: bounded, checked against a schema, every failure a sentence. */
import * as z from 'zod';
import { type HttpPort, type HttpRequest, type HttpResponse, NetworkFailure } from '../net/http.ts';
import { SignInProblem } from './provider.ts';

/** Most bytes that are read of any answer of an identity service. */
export const MOST_ANSWER_BYTES = 1_048_576;

export const NOT_AN_ANSWER = 'The identity service answered with something that is not a sign-in answer. Tell the service desk.';

/** Sends once and gives any answer. @throws {SignInProblem} where the network brings none; the signal's reason where it was cancelled */
export async function send(http: HttpPort, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  return http.send({ ...request, maxBytes: MOST_ANSWER_BYTES }, signal).catch((problem: unknown) => throwNetworkProblem(problem, signal));
}

/** Sends once and takes only a 200 that is what `schema` says. Throws as {@link send} does. */
export async function ask<T>(http: HttpPort, schema: z.ZodType<T>, request: HttpRequest, signal: AbortSignal): Promise<T> {
  const response = await send(http, request, signal);
  if (response.status !== 200) throw refusal(response.status, response.body);
  return checked(schema, parseJson(response.body));
}

/** @throws {SignInProblem} that holds nothing of the value */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SignInProblem(NOT_AN_ANSWER);
}

/** A cancelled request ends with whatever its signal was cancelled with; a limit that passed is the network's sentence. */
export function throwNetworkProblem(problem: unknown, signal: AbortSignal): never {
  if (!(problem instanceof NetworkFailure)) throw problem;
  if (problem.kind === 'cancelled') signal.throwIfAborted();
  throw new SignInProblem(problem.message, { cause: problem });
}

const errorSchema = z.object({ error: z.string(), error_description: z.string().optional() });

function refusal(status: number, body: string): SignInProblem {
  const error = errorSchema.safeParse(parseJson(body));
  return error.success ? refusedBy(error.data.error_description ?? error.data.error) : unusable(status);
}

/** The service said no, in its own words. */
export function refusedBy(words: string): SignInProblem {
  return new SignInProblem(`The identity service did not accept this sign-in: ${readable(words)}.`);
}

/** The service answered, but neither yes nor no. */
export function unusable(status: number): SignInProblem {
  return new SignInProblem(`The identity service cannot be used now (it answered ${status}). Wait a minute and try again.`);
}

/** A server's own words, for the middle of a sentence: as {@link oneLine}, with no full stop of their own. */
function readable(text: string): string {
  return oneLine(text, 200).replace(/\.+$/, '');
}

/** Somebody else's text, as far as it fits on the screen: one line, no control characters. */
export function oneLine(text: string, mostCharacters: number): string {
  const line = text.slice(0, 1_000).replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line;
}

export function postJson(url: string, body: unknown): HttpRequest {
  return { method: 'POST', url, headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(body) };
}

export function postForm(url: string, fields: Readonly<Record<string, string>>): HttpRequest {
  return {
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
    body: new URLSearchParams(fields).toString(),
  };
}

export function getJson(url: string): HttpRequest {
  return { method: 'GET', url, headers: { Accept: 'application/json' } };
}

/** `undefined` where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
