import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey } from 'jose';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SignInStatement } from '../../../main/card/messages.ts';
import { CardAssertionProvider } from '../../../main/identity/card-assertion/provider.ts';
import { type SignedIn, SignInProblem, type Tokens } from '../../../main/identity/provider.ts';
import { TokenRefused } from '../../../main/identity/token-refusal.ts';
import { type HttpPort, type HttpRequest, type HttpResponse, NetworkFailure } from '../../../main/net/http.ts';

const ISSUER = 'https://signin.example';
const NOW = new Date('2026-11-22T11:58:00Z');
const SECONDS = NOW.getTime() / 1_000;
const NONCE = 'n'.repeat(43);

const discovery = {
  issuer: ISSUER,
  token_endpoint: `${ISSUER}/token`,
  userinfo_endpoint: `${ISSUER}/userinfo`,
  revocation_endpoint: `${ISSUER}/revoke`,
  challenge_endpoint: `${ISSUER}/challenge`,
  jwks_uri: `${ISSUER}/jwks`,
};
const role = { person_roleid: '555254240101', org_code: 'Z99001', org_name: 'HARBOUR', role_name: '"Clinical":"Clinical Provision":"General Medical Practitioner"' };
const userinfo = { sub: '555254240100', nhsid_useruid: '555254240100', title: 'Dr', given_name: 'Priya', family_name: 'Nair', nhsid_nrbac_roles: [role] };
const token = { access_token: 'the.token', token_type: 'Bearer', expires_in: '599', refresh_token: 'the.refresh', refresh_token_expires_in: '35999' };
const claims = { iss: ISSUER, aud: 'lanyard', sub: '555254240100', nonce: NONCE, iat: SECONDS, exp: SECONDS + 3_600 };
const statement: SignInStatement = { audience: ISSUER, nonce: NONCE, purpose: 'sign-in', issuedAt: SECONDS, expiresAt: SECONDS + 60, id: 'one' };

type Answer = HttpResponse | Error | ((request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>);

const json = (value: unknown, status = 200): HttpResponse => ({ status, headers: {}, body: JSON.stringify(value) });

/** A broker of which a test replaces the answer it is about. */
class Broker implements HttpPort {
  readonly requests: HttpRequest[] = [];
  readonly answers: Record<string, Answer> = {
    '/.well-known/openid-configuration': json(discovery),
    '/challenge': json({ nonce: NONCE, expires_in: 60 }),
    '/token': json(token),
    '/userinfo': json(userinfo),
    '/revoke': json({}),
    '/jwks': json({ keys: [jwk] }),
  };

  async send(request: HttpRequest, abort: AbortSignal): Promise<HttpResponse> {
    this.requests.push(request);
    if (abort.aborted) throw new NetworkFailure('cancelled', 'The request was cancelled.');
    const answer = this.answers[new URL(request.url).pathname];
    if (answer instanceof Error) throw answer;
    if (typeof answer === 'function') return answer(request, abort);
    return answer ?? json({}, 404);
  }

  asked(path: string): HttpRequest[] {
    return this.requests.filter(({ url }) => new URL(url).pathname === path);
  }
}

let broker: Broker;
let provider: CardAssertionProvider;
let clock: Date;
let key: CryptoKey;
let jwk: object;
const signal = new AbortController().signal;

beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  key = pair.privateKey;
  jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one' };
});

beforeEach(() => {
  broker = new Broker();
  clock = NOW;
  provider = providerAt(ISSUER);
});

const providerAt = (issuer: string): CardAssertionProvider => new CardAssertionProvider({ issuer }, { http: broker, now: () => clock });

function ofCard(one = provider): { statement(): Promise<SignInStatement>; redeem(abort?: AbortSignal): Promise<SignedIn> } {
  const { method } = one;
  if (method.kind !== 'card-statement') throw new Error('A broker is signed in to with a card.');
  return { statement: () => method.statement(signal), redeem: (abort = signal) => method.redeem('signed', statement, abort) };
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  const problem = await work.then(() => new Error('It did not fail.'), (reason: unknown) => reason);
  expect(problem).toBeInstanceOf(SignInProblem);
  return (problem as SignInProblem).message;
}

const revoked = (): unknown[] => broker.asked('/revoke').map(({ body }) => body);

describe('signing in', () => {
  test('gives the clinician, the roles by their last name, and the tokens', async () => {
    expect(await ofCard().redeem()).toEqual({
      tokens: { accessToken: 'the.token', expiresAt: NOW.getTime() + 599_000, refreshToken: 'the.refresh', endsAt: NOW.getTime() + 35_999_000, idToken: null },
      clinician: {
        userId: '555254240100',
        name: 'Dr Priya NAIR',
        selectedRoleId: null,
        roles: [{ id: '555254240101', name: 'General Medical Practitioner', organisation: 'HARBOUR', odsCode: 'Z99001', roleCode: null, activityCodes: null }],
      },
    });
    expect(broker.asked('/token')[0]?.body).toBe('grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=signed');
    expect(broker.asked('/userinfo')[0]?.headers).toMatchObject({ Authorization: 'Bearer the.token' });
    expect(revoked()).toEqual([]);
  });

  test('the statement is bound to this service, its nonce, one minute and the purpose', async () => {
    expect(await ofCard().statement()).toMatchObject({ audience: ISSUER, nonce: NONCE, purpose: 'sign-in', issuedAt: SECONDS, expiresAt: SECONDS + 60 });
  });

  test('every answer is read up to a limit', async () => {
    await ofCard().statement();
    await ofCard().redeem();
    for (const request of broker.requests) expect(request.maxBytes).toBe(1_048_576);
  });

  test.each([
    [`${ISSUER}/`, ISSUER],
    [ISSUER, `${ISSUER}/`],
  ])('a final slash is no other name: %s and %s', async (configured, given) => {
    broker.answers['/.well-known/openid-configuration'] = json({ ...discovery, issuer: given });
    const one = providerAt(configured);
    expect(await one.isReachable(signal)).toBe(true);
    expect((await ofCard(one).statement()).audience).toBe(given);
  });

  test('the service is asked again who it is after five minutes', async () => {
    await ofCard().statement();
    clock = new Date(NOW.getTime() + 299_999);
    await ofCard().statement();
    expect(broker.asked('/.well-known/openid-configuration')).toHaveLength(1);
    clock = new Date(NOW.getTime() + 300_000);
    await ofCard().statement();
    expect(broker.asked('/.well-known/openid-configuration')).toHaveLength(2);
  });
});

describe('an ID token beside it', () => {
  const sign = (changed: object = {}): Promise<string> => new SignJWT({ ...claims, ...changed }).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key);

  async function refusalOf(idToken: string): Promise<string> {
    broker.answers['/token'] = json({ ...token, id_token: idToken });
    const problem = await ofCard().redeem().then(() => null, (reason: unknown) => reason);
    if (problem === null) return 'taken';
    expect(problem).toBeInstanceOf(TokenRefused);
    expect(revoked()).toHaveLength(2);
    return (problem as TokenRefused).refusal;
  }

  test('of this sign-in is taken and kept', async () => {
    const idToken = await sign();
    expect(await refusalOf(idToken)).toBe('taken');
    expect((await ofCard().redeem()).tokens.idToken).toBe(idToken);
  });

  test.each([
    ['of another service', { iss: 'https://elsewhere.example' }, 'issuer'],
    ['for another program', { aud: 'another' }, 'audience'],
    ["of another card's statement", { nonce: 'another' }, 'nonce'],
    ['without a nonce', { nonce: undefined }, 'nonce'],
    ['that has run out', { exp: SECONDS - 61 }, 'expired'],
    ['from the future', { iat: SECONDS + 61 }, 'not-yet-valid'],
    ['of somebody else', { sub: '555254240999' }, 'subject'],
  ])('%s is refused', async (_name, changed, refusal) => {
    expect(await refusalOf(await sign(changed))).toBe(refusal);
  });

  test('with another signature is refused', async () => {
    const [header, payload] = (await sign()).split('.');
    const other = (await sign({ jti: 'other' })).split('.')[2];
    expect(await refusalOf(`${header}.${payload}.${other}`)).toBe('signature');
  });

  test('of a service that publishes no keys is refused', async () => {
    broker.answers['/.well-known/openid-configuration'] = json({ ...discovery, jwks_uri: undefined });
    expect(await refusalOf(await sign())).toBe('signing-key');
  });
});

describe('a service that is not what it should be', () => {
  test.each([
    ['another issuer', { ...discovery, issuer: 'https://signin.example.org' }, /another name/],
    ['a token endpoint elsewhere', { ...discovery, token_endpoint: 'https://elsewhere.example/token' }, /another server/],
    ['a userinfo endpoint on another port', { ...discovery, userinfo_endpoint: `${ISSUER}:8443/userinfo` }, /another server/],
    ['a revocation endpoint in the clear', { ...discovery, revocation_endpoint: 'http://signin.example/revoke' }, /another server/],
    ['a challenge endpoint that is no address', { ...discovery, challenge_endpoint: '/challenge' }, /another server/],
    ['keys elsewhere', { ...discovery, jwks_uri: 'https://elsewhere.example/jwks' }, /another server/],
    ['an endpoint missing', { ...discovery, challenge_endpoint: undefined }, /not a sign-in answer/],
    ['a list', [discovery], /not a sign-in answer/],
  ])('%s: nothing is sent to it', async (_name, answer, sentence) => {
    broker.answers['/.well-known/openid-configuration'] = json(answer);
    expect(await problemOf(ofCard().statement())).toMatch(sentence);
    expect(await problemOf(ofCard().redeem())).toMatch(sentence);
    expect(new Set(broker.requests.map(({ url }) => url))).toEqual(new Set([`${ISSUER}/.well-known/openid-configuration`]));
    expect(await provider.isReachable(signal)).toBe(false);
  });

  test.each([
    ['a log-in page', { status: 200, headers: {}, body: '<html>' }, /not a sign-in answer/],
    ['a nonce that could be guessed', json({ nonce: 'short' }), /not a sign-in answer/],
    ['a nonce without end', json({ nonce: 'n'.repeat(10_000) }), /not a sign-in answer/],
    ['a fault of its own', { status: 503, headers: {}, body: '' }, /cannot be used now \(it answered 503\)/],
    ['a network that fails', new NetworkFailure('unreachable', 'signin.example cannot be reached.'), /cannot be reached/],
  ])('%s instead of a challenge', async (_name, answer, sentence) => {
    broker.answers['/challenge'] = answer;
    expect(await problemOf(ofCard().statement())).toMatch(sentence);
  });

  test.each([
    ['a refusal, in its own words', json({ error: 'invalid_grant', error_description: 'the certificate was revoked.' }, 400), 'The identity service did not accept this sign-in: the certificate was revoked.'],
    ['a refusal without words', json({ error: 'invalid_grant' }, 401), 'The identity service did not accept this sign-in: invalid_grant.'],
    ['a token of another kind', json({ ...token, token_type: 'DPoP' }), /not a sign-in answer/],
    ['a token that would break a header', json({ ...token, access_token: 'a\r\nHost: elsewhere' }), /not a sign-in answer/],
    ['no token', json({ token_type: 'Bearer' }), /not a sign-in answer/],
    ['a lifetime that is no number', json({ ...token, expires_in: 'soon' }), /not a sign-in answer/],
  ])('%s instead of a token', async (_name, answer, sentence) => {
    broker.answers['/token'] = answer;
    expect(await problemOf(ofCard().redeem())).toMatch(sentence);
    expect(broker.asked('/userinfo')).toHaveLength(0);
  });

  test('a refusal of a million letters and line breaks is one short line', async () => {
    broker.answers['/token'] = json({ error: 'invalid_grant', error_description: `no\n\u0000\u202e${'x'.repeat(1_000_000)}` }, 400);
    const sentence = await problemOf(ofCard().redeem());
    expect(sentence.length).toBeLessThan(300);
    expect(sentence).toMatch(/^[\x20-\x7e…]+$/);
  });
});

describe('a token that nobody will use', () => {
  test.each([
    ['two roles under one identifier', json({ ...userinfo, nhsid_nrbac_roles: [role, { ...role, org_code: 'Z99007' }] }), /not a sign-in answer/],
    ['something else than userinfo', { status: 200, headers: {}, body: 'null' }, /not a sign-in answer/],
    ['a refusal', json({ error: 'invalid_token' }, 401), /did not accept/],
    ['a service that cannot say', json({}, 500), /it answered 500/],
    ['a network that fails', new NetworkFailure('reset', 'signin.example broke off.'), /broke off/],
  ])('%s: it is ended', async (_name, answer, sentence) => {
    broker.answers['/userinfo'] = answer;
    expect(await problemOf(ofCard().redeem())).toMatch(sentence);
    expect(revoked()).toEqual(['token=the.refresh', 'token=the.token']);
  });

  test('a card that leaves while the roles are read: it is ended all the same', async () => {
    const abort = new AbortController();
    const reason = new DOMException('The card left the reader.', 'AbortError');
    broker.answers['/userinfo'] = () => {
      abort.abort(reason);
      return Promise.reject(new NetworkFailure('cancelled', 'The request was cancelled.'));
    };
    await expect(ofCard().redeem(abort.signal)).rejects.toBe(reason);
    expect(broker.asked('/revoke')).toHaveLength(2);
  });

  test('ending it never fails for what the network or the service does', async () => {
    const { tokens } = await ofCard().redeem();
    broker.answers['/revoke'] = new NetworkFailure('unreachable', 'signin.example cannot be reached.');
    await provider.signOut(tokens, signal);
    broker.answers['/.well-known/openid-configuration'] = json({}, 500);
    await providerAt(ISSUER).signOut(tokens, signal);
    await providerAt(ISSUER).signOut(tokens, AbortSignal.abort());
  });

  test('no sentence holds the token or the assertion', async () => {
    for (const path of ['/token', '/userinfo']) {
      broker.answers[path] = new NetworkFailure('reset', 'signin.example broke off.');
      expect(await problemOf(ofCard().redeem())).not.toMatch(/the\.token|signed/);
    }
  });
});

describe('the tokens', () => {
  let tokens: Tokens;
  beforeEach(async () => {
    ({ tokens } = await ofCard().redeem());
  });

  test('are refreshed; what the answer leaves out stays, and the ceiling does not rise', async () => {
    clock = new Date(NOW.getTime() + 590_000);
    broker.answers['/token'] = json({ access_token: 'next', token_type: 'bearer', expires_in: 599, refresh_token_expires_in: 35_999 });
    expect(await provider.refresh(tokens, signal)).toEqual({ ...tokens, accessToken: 'next', expiresAt: clock.getTime() + 599_000 });
    expect(broker.asked('/token')[1]?.body).toBe('grant_type=refresh_token&refresh_token=the.refresh&client_id=lanyard');
  });

  test('are not refreshed past the ceiling, or without a refresh token', async () => {
    expect(await problemOf(provider.refresh({ ...tokens, refreshToken: null }, signal))).toMatch(/run out/);
    clock = new Date(tokens.endsAt ?? 0);
    expect(await problemOf(provider.refresh(tokens, signal))).toMatch(/longest time/);
    expect(broker.asked('/token')).toHaveLength(1);
  });

  test('that are refused say so', async () => {
    broker.answers['/token'] = json({ error: 'invalid_grant', error_description: 'refresh_token is invalid' }, 401);
    expect(await problemOf(provider.refresh(tokens, signal))).toMatch(/refresh_token is invalid/);
  });

  test('are good, are not, or nobody knows', async () => {
    expect(await provider.isTokenGood(tokens, signal)).toBe(true);
    broker.answers['/userinfo'] = json({ error: 'invalid_token' }, 401);
    expect(await provider.isTokenGood(tokens, signal)).toBe(false);
    for (const answer of [json({}, 500), json({}, 403), { status: 200, headers: {}, body: '<html>' }, new NetworkFailure('reset', 'signin.example broke off.')]) {
      broker.answers['/userinfo'] = answer;
      await problemOf(provider.isTokenGood(tokens, signal));
    }
  });
});
