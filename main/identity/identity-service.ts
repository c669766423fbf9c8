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

const challengeSchema = z.object({ nonce: z.string().min(43) });
const tokenSchema = z.object({ access_token: z.string().min(1), token_type: z.string().regex(/^bearer$/i) });

/** As CIS2 really sends it: quoted role names, absent arrays, and fields that nobody has asked for. */
const userinfoSchema = z.object({
  sub: z.string(),
  nhsid_useruid: z.string().optional(),
  name: z.string().optional(),
  title: z.string().optional(),
  given_name: z.string().optional(),
  family_name: z.string().optional(),
  nhsid_nrbac_roles: z
    .array(z.object({ person_roleid: z.string(), org_code: z.string(), org_name: z.string().optional(), role_name: z.string().optional() }))
    .default([]),
  nhsid_user_orgs: z.array(z.object({ org_code: z.string(), org_name: z.string().optional() })).default([]),
});
type Userinfo = z.infer<typeof userinfoSchema>;

/** How long an assertion is good for, in seconds: long enough for a slow reader, short enough to be of no use later. */
const ASSERTION_LIFETIME_S = 60;

export class IdentityService {
  readonly #issuer: string;
  readonly #http: HttpPort;
  readonly #now: () => Date;

  /** @param issuer the service's issuer address, without a final slash */
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
    const headers = { Authorization: `Bearer ${access_token}`, Accept: 'application/json' };
    const userinfo = await this.#ask(userinfoSchema, { method: 'GET', url: discovery.userinfo_endpoint, headers }, signal);
    const clinician = clinicianOf(userinfo);
    if (clinician.roles.length === 0) {
      await this.signOut(access_token, signal);
      throw new SignInProblem('You have no role that Lanyard can use. Ask your registration authority to check your role profiles.');
    }
    return { clinician, accessToken: access_token };
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
    if (discovery.issuer !== this.#issuer) throw new SignInProblem('The identity service gave another name than its own. Tell the service desk: sign-in is stopped.');
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
  const reason = error.data.error_description ?? error.data.error;
  return new SignInProblem(`The identity service did not accept this card: ${reason}.`);
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
