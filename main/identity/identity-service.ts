/**
 * Sign-in at a site's own broker with an assertion that the card signed (RFC 7523), as docs/identity-and-simulator.md
 * describes it. The token stays inside the trusted side.
 */
import * as z from 'zod';
import type { SignInStatement } from '../card/messages.ts';
import { type HttpPort, type HttpRequest, NetworkFailure } from '../net/http.ts';
import type { Clinician, Role } from './session.ts';

/** The identity service refused or could not be used. `message` is for the person at the keyboard. */
export class SignInProblem extends Error {
  override readonly name = 'SignInProblem';
}

export interface SignedIn {
  readonly clinician: Clinician;
  readonly accessToken: string;
}

const discoverySchema = z.object({
  issuer: z.string(),
  token_endpoint: z.string(),
  userinfo_endpoint: z.string(),
  revocation_endpoint: z.string(),
  challenge_endpoint: z.string(),
});
type Discovery = z.infer<typeof discoverySchema>;

/** Long enough that it cannot be guessed (32 bytes in base64url), short enough for a card to sign soon. */
const challengeSchema = z.object({ nonce: z.string().min(43).max(512) });
/** What may stand in an Authorization header (RFC 6750 section 2.1). */
const tokenSchema = z.object({ access_token: z.string().max(16_384).regex(/^[A-Za-z0-9\-._~+/]+=*$/), token_type: z.string().regex(/^bearer$/i) });

/** Sent on in headers, and what a role is chosen by. */
const headerWord = z.string().regex(/^[!-~]{1,64}$/);

/** As CIS2 really sends it: quoted role names, absent arrays, and fields that nobody has asked for. */
const userinfoSchema = z.object({
  sub: z.string(),
  nhsid_useruid: z.string().optional(),
  name: z.string().optional(),
  title: z.string().optional(),
  given_name: z.string().optional(),
  family_name: z.string().optional(),
  nhsid_nrbac_roles: z
    .array(z.object({ person_roleid: headerWord, org_code: headerWord, org_name: z.string().optional(), role_name: z.string().optional() }))
    .max(500)
    // Two profiles under one identifier could not be told apart, and the other organisation's would be used.
    .refine((roles) => new Set(roles.map(({ person_roleid }) => person_roleid)).size === roles.length)
    .default([]),
  nhsid_user_orgs: z.array(z.object({ org_code: z.string(), org_name: z.string().optional() })).default([]),
});
type Userinfo = z.infer<typeof userinfoSchema>;

/** How long an assertion is good for, in seconds: long enough for a slow reader, short enough to be of no use later. */
const ASSERTION_LIFETIME_S = 60;

/** How long a sign-in that failed waits for its token to be ended, in milliseconds. */
const UNUSED_TOKEN_LIMIT_MS = 3_000;

export class IdentityService {
  readonly #issuer: string;
  readonly #http: HttpPort;
  readonly #now: () => Date;

  /** @param issuer the service's issuer address, with or without a final slash */
  constructor(issuer: string, http: HttpPort, now: () => Date) {
    this.#issuer = issuer.replace(/\/$/, '');
    this.#http = http;
    this.#now = now;
  }

  /** Whether the service answers at all; for the sign-in screen's foot. */
  async isReachable(signal: AbortSignal): Promise<boolean> {
    return this.#discover(signal).then(
      () => true,
      () => false,
    );
  }

  /** A fresh statement for the card to sign: bound to this service, a nonce of its own and the purpose. */
  async statement(signal: AbortSignal): Promise<SignInStatement> {
    const { issuer, challenge_endpoint } = await this.#discover(signal);
    const { nonce } = await this.#ask(challengeSchema, postJson(challenge_endpoint, { purpose: 'sign-in' }), signal);
    const issuedAt = Math.floor(this.#now().getTime() / 1000);
    return { audience: issuer, nonce, purpose: 'sign-in', issuedAt, expiresAt: issuedAt + ASSERTION_LIFETIME_S, id: crypto.randomUUID() };
  }

  /** Trades the signed assertion for a token and reads who it is and which roles they hold. Throws `SignInProblem`. */
  async signIn(assertion: string, signal: AbortSignal): Promise<SignedIn> {
    const discovery = await this.#discover(signal);
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
    const { access_token } = await this.#ask(tokenSchema, postForm(discovery.token_endpoint, form), signal);
    try {
      return { clinician: await this.#clinician(discovery, access_token, signal), accessToken: access_token };
    } catch (problem) {
      // Nobody will use this token, and nobody else knows that it is there: it is ended even where the sign-in was cancelled.
      await this.signOut(access_token, AbortSignal.timeout(UNUSED_TOKEN_LIMIT_MS));
      throw problem;
    }
  }

  async #clinician(discovery: Discovery, accessToken: string, signal: AbortSignal): Promise<Clinician> {
    const headers = { Authorization: `Bearer ${accessToken}`, Accept: 'application/json' };
    const clinician = clinicianOf(await this.#ask(userinfoSchema, { method: 'GET', url: discovery.userinfo_endpoint, headers }, signal));
    if (clinician.roles.length > 0) return clinician;
    throw new SignInProblem('You have no role that Lanyard can use. Ask your registration authority to check your role profiles.');
  }

  /** Ends the token. A service that cannot be reached ends it by itself when it runs out. */
  async signOut(accessToken: string, signal: AbortSignal): Promise<void> {
    try {
      const { revocation_endpoint } = await this.#discover(signal);
      await this.#http.send(postForm(revocation_endpoint, { token: accessToken }), signal);
    } catch (problem) {
      if (!(problem instanceof NetworkFailure) && !(problem instanceof SignInProblem)) throw problem;
    }
  }

  /** Endpoints elsewhere than at the issuer itself would carry the assertion to a stranger: refused. */
  async #discover(signal: AbortSignal): Promise<Discovery> {
    const request: HttpRequest = { method: 'GET', url: `${this.#issuer}/.well-known/openid-configuration`, headers: { Accept: 'application/json' } };
    const discovery = await this.#ask(discoverySchema, request, signal);
    if (discovery.issuer.replace(/\/$/, '') !== this.#issuer) throw new SignInProblem('The identity service gave another name than its own. Tell the service desk: sign-in is stopped.');
    const origin = new URL(this.#issuer).origin;
    const endpoints = [discovery.token_endpoint, discovery.userinfo_endpoint, discovery.revocation_endpoint, discovery.challenge_endpoint];
    if (endpoints.some((endpoint) => !URL.canParse(endpoint) || new URL(endpoint).origin !== origin)) {
      throw new SignInProblem('The identity service pointed to another server. Tell the service desk: sign-in is stopped.');
    }
    return discovery;
  }

  async #ask<T>(schema: z.ZodType<T>, request: HttpRequest, signal: AbortSignal): Promise<T> {
    const response = await this.#http.send({ ...request, maxBytes: 1_048_576 }, signal).catch((problem: unknown) => {
      if (problem instanceof NetworkFailure) throw new SignInProblem(problem.message, { cause: problem });
      throw problem;
    });
    if (response.status !== 200) throw refusal(response.status, response.body);
    const parsed = schema.safeParse(parseJson(response.body));
    if (parsed.success) return parsed.data;
    throw new SignInProblem('The identity service answered with something that is not a sign-in answer. Tell the service desk.');
  }
}

function refusal(status: number, body: string): SignInProblem {
  const error = z.object({ error: z.string(), error_description: z.string().optional() }).safeParse(parseJson(body));
  if (!error.success) return new SignInProblem(`The identity service cannot be used now (it answered ${status}). Wait a minute and try again.`);
  return new SignInProblem(`The identity service did not accept this card: ${readable(error.data.error_description ?? error.data.error)}.`);
}

/** A server's own words, as far as they fit on the screen: one line, no control characters, no full stop of their own. */
function readable(text: string): string {
  const line = text.slice(0, 1_000).replaceAll(/[\p{C}\s]+/gu, ' ').trim().replace(/\.+$/, '');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

function clinicianOf(userinfo: Userinfo): Clinician {
  const organisations = new Map(userinfo.nhsid_user_orgs.map((organisation) => [organisation.org_code, organisation.org_name]));
  const roles = userinfo.nhsid_nrbac_roles.map(
    (role): Role => ({
      id: role.person_roleid,
      name: roleName(role.role_name),
      organisation: role.org_name ?? organisations.get(role.org_code) ?? role.org_code,
      odsCode: role.org_code,
    }),
  );
  return { userId: userinfo.nhsid_useruid ?? userinfo.sub, name: clinicianName(userinfo), roles };
}

function clinicianName(userinfo: Userinfo): string {
  if (userinfo.family_name === undefined) return userinfo.name ?? 'Name not recorded';
  return [userinfo.title, userinfo.given_name, userinfo.family_name.toUpperCase()].filter(Boolean).join(' ');
}

/** `"Clinical":"Clinical Provision":"General Medical Practitioner"`: the last of the three is the role a person knows. */
function roleName(text: string | undefined): string {
  const parts = (text ?? '').split(':').map((part) => part.replaceAll('"', '').trim());
  return parts.at(-1) || 'Role name not recorded';
}

function postJson(url: string, body: unknown): HttpRequest {
  return { method: 'POST', url, headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(body) };
}

function postForm(url: string, fields: Readonly<Record<string, string>>): HttpRequest {
  return {
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
    body: new URLSearchParams(fields).toString(),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
