/**
 * Sign-in at a site's own broker with a statement that the card signed (RFC 7523), as docs/identity-and-simulator.md
 * describes it. What the tokens say of who it is comes from the broker alone.
 */
import * as z from 'zod';
import type { SignInStatement } from '../../card/messages.ts';
import type { HttpPort } from '../../net/http.ts';
import type { LoadedCardAssertion } from '../../policy/identity-files.ts';
import { ANOTHER_SERVER, discover, kept, withoutSlash } from '../discovery.ts';
import { verifyIdToken } from '../id-token.ts';
import { type IdentityProvider, type SignedIn, SignInProblem, type SignInMethod, type Tokens } from '../provider.ts';
import { ask, postForm, postJson, send } from '../service-http.ts';
import { SigningKeys } from '../signing-keys.ts';
import { TokenRefused } from '../token-refusal.ts';
import { firstTokens, laterTokens, refreshTokenOf, tokenAnswerSchema } from '../tokens.ts';
import { endUnused, settleQuietly } from '../unused-tokens.ts';
import { askUserinfo, clinicianOf, requireUserinfo } from '../userinfo.ts';

/** Who the broker's ID tokens are for. */
const CLIENT_ID = 'lanyard';

/** How long an assertion is good for, in seconds: long enough for a slow reader, short enough to be of no use later. */
const ASSERTION_LIFETIME_S = 60;

const address = z.string().max(2_000);
const discoverySchema = z.object({
  issuer: address,
  token_endpoint: address,
  userinfo_endpoint: address,
  revocation_endpoint: address,
  challenge_endpoint: address,
  jwks_uri: address.optional(),
});
type Broker = z.infer<typeof discoverySchema>;

/** Long enough that it cannot be guessed (32 bytes in base64url), short enough for a card to sign soon. */
const challengeSchema = z.object({ nonce: z.string().min(43).max(512) });

export interface CardAssertionPorts {
  readonly http: HttpPort;
  readonly now: () => Date;
}

export class CardAssertionProvider implements IdentityProvider {
  readonly method: SignInMethod;
  readonly #http: HttpPort;
  readonly #now: () => Date;
  readonly #keys: SigningKeys;
  readonly #broker: (signal: AbortSignal, again?: 'again') => Promise<Broker>;

  constructor({ issuer }: Pick<LoadedCardAssertion, 'issuer'>, { http, now }: CardAssertionPorts) {
    this.#http = http;
    this.#now = now;
    this.#keys = new SigningKeys(http, now);
    this.#broker = kept((signal) => findBroker(issuer, http, signal), now);
    this.method = {
      kind: 'card-statement',
      statement: (signal) => this.#statement(signal),
      redeem: (assertion, statement, signal) => this.#redeem(assertion, statement, signal),
    };
  }

  async isReachable(signal: AbortSignal): Promise<boolean> {
    return this.#broker(signal, 'again').then(
      () => true,
      () => false,
    );
  }

  async refresh(tokens: Tokens, signal: AbortSignal): Promise<Tokens> {
    const form = { grant_type: 'refresh_token', refresh_token: refreshTokenOf(tokens, this.#milliseconds()), client_id: CLIENT_ID };
    const { token_endpoint } = await this.#broker(signal);
    return laterTokens(tokens, await ask(this.#http, tokenAnswerSchema, postForm(token_endpoint, form), signal), this.#milliseconds());
  }

  async isTokenGood({ accessToken }: Tokens, signal: AbortSignal): Promise<boolean> {
    const { userinfo_endpoint } = await this.#broker(signal);
    return (await askUserinfo(this.#http, userinfo_endpoint, accessToken, signal)) !== null;
  }

  async signOut({ accessToken, refreshToken }: Tokens, signal: AbortSignal): Promise<void> {
    await settleQuietly(async () => {
      const { revocation_endpoint } = await this.#broker(signal);
      const tokens = refreshToken === null ? [accessToken] : [refreshToken, accessToken];
      await Promise.all(tokens.map((token) => send(this.#http, postForm(revocation_endpoint, { token }), signal)));
    }, signal);
  }

  /** A fresh statement for the card to sign: bound to this service, a nonce of its own and the purpose. */
  async #statement(signal: AbortSignal): Promise<SignInStatement> {
    const { issuer, challenge_endpoint } = await this.#broker(signal);
    const { nonce } = await ask(this.#http, challengeSchema, postJson(challenge_endpoint, { purpose: 'sign-in' }), signal);
    const issuedAt = Math.floor(this.#milliseconds() / 1_000);
    return { audience: issuer, nonce, purpose: 'sign-in', issuedAt, expiresAt: issuedAt + ASSERTION_LIFETIME_S, id: crypto.randomUUID() };
  }

  async #redeem(assertion: string, statement: SignInStatement, signal: AbortSignal): Promise<SignedIn> {
    const broker = await this.#broker(signal);
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
    const tokens = firstTokens(await ask(this.#http, tokenAnswerSchema, postForm(broker.token_endpoint, form), signal), this.#milliseconds());
    return endUnused(this, tokens, async () => ({ clinician: await this.#clinician(broker, tokens, statement, signal), tokens }));
  }

  async #clinician(broker: Broker, tokens: Tokens, statement: SignInStatement, signal: AbortSignal): Promise<SignedIn['clinician']> {
    const subject = tokens.idToken === null ? null : await this.#subject(broker, tokens.idToken, tokens.accessToken, statement, signal);
    const userinfo = await requireUserinfo(this.#http, broker.userinfo_endpoint, tokens, signal);
    if (subject !== null && subject !== userinfo.sub) throw new TokenRefused('subject');
    return clinicianOf(userinfo, null);
  }

  /** Whose sign-in the ID token proves; its nonce is the statement's, so that it is the answer to this card's signature. */
  async #subject({ issuer, jwks_uri }: Broker, idToken: string, accessToken: string, { nonce }: SignInStatement, signal: AbortSignal): Promise<string> {
    if (jwks_uri === undefined) throw new TokenRefused('signing-key');
    const rules = { issuer, audience: CLIENT_ID, nonce, accessToken, now: this.#now() };
    return (await verifyIdToken(idToken, jwks_uri, this.#keys, rules, signal)).sub;
  }

  #milliseconds(): number {
    return this.#now().getTime();
  }
}

/** Endpoints elsewhere than at the issuer itself would carry the assertion to a stranger: refused. */
async function findBroker(issuer: string, http: HttpPort, signal: AbortSignal): Promise<Broker> {
  const broker = await discover(http, issuer, discoverySchema, signal, (given) => withoutSlash(given) === withoutSlash(issuer));
  const { origin } = new URL(issuer);
  const endpoints = [broker.token_endpoint, broker.userinfo_endpoint, broker.revocation_endpoint, broker.challenge_endpoint, ...(broker.jwks_uri === undefined ? [] : [broker.jwks_uri])];
  if (endpoints.some((endpoint) => !URL.canParse(endpoint) || new URL(endpoint).origin !== origin)) throw new SignInProblem(ANOTHER_SERVER);
  return broker;
}
