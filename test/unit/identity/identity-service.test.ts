import { beforeEach, describe, expect, test } from 'vitest';
import { IdentityService, SignInProblem } from '../../../main/identity/identity-service.ts';
import { type HttpPort, type HttpRequest, type HttpResponse, NetworkFailure } from '../../../main/net/http.ts';

const ISSUER = 'https://signin.example';
const NOW = new Date('2026-11-22T11:58:00Z');
const NONCE = 'n'.repeat(43);

const discovery = {
  issuer: ISSUER,
  token_endpoint: `${ISSUER}/token`,
  userinfo_endpoint: `${ISSUER}/userinfo`,
  revocation_endpoint: `${ISSUER}/revoke`,
  challenge_endpoint: `${ISSUER}/challenge`,
};
const role = { person_roleid: '555254240101', org_code: 'Z99001', org_name: 'HARBOUR', role_name: '"Clinical":"Clinical Provision":"General Medical Practitioner"' };
const userinfo = { sub: '555254240100', nhsid_useruid: '555254240100', title: 'Dr', given_name: 'Priya', family_name: 'Nair', nhsid_nrbac_roles: [role] };
const token = { access_token: 'the.token', token_type: 'Bearer', expires_in: '599' };

type Answer = HttpResponse | Error | ((request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>);

const json = (value: unknown, status = 200): HttpResponse => ({ status, headers: {}, body: JSON.stringify(value) });

/** An identity service of which a test replaces the answer it is about. */
class Service implements HttpPort {
  readonly requests: HttpRequest[] = [];
  readonly answers: Record<string, Answer> = {
    '/.well-known/openid-configuration': json(discovery),
    '/challenge': json({ nonce: NONCE, expires_in: 60 }),
    '/token': json(token),
    '/userinfo': json(userinfo),
    '/revoke': json({}),
  };

  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    this.requests.push(request);
    if (signal.aborted) throw new NetworkFailure('cancelled', 'The request was cancelled.');
    const answer = this.answers[new URL(request.url).pathname];
    if (answer instanceof Error) throw answer;
    if (typeof answer === 'function') return answer(request, signal);
    return answer ?? json({}, 404);
  }

  asked(path: string): HttpRequest[] {
    return this.requests.filter(({ url }) => new URL(url).pathname === path);
  }
}

let service: Service;
let identity: IdentityService;
const signal = new AbortController().signal;

beforeEach(() => {
  service = new Service();
  identity = new IdentityService(ISSUER, service, () => NOW);
});

async function problemOf(work: Promise<unknown>): Promise<string> {
  const problem = await work.then(() => new Error('It did not fail.'), (reason: unknown) => reason);
  expect(problem).toBeInstanceOf(SignInProblem);
  return (problem as SignInProblem).message;
}

describe('signing in', () => {
  test('gives the clinician, the roles by their last name, and the token', async () => {
    expect(await identity.signIn('signed', signal)).toEqual({
      accessToken: 'the.token',
      clinician: { userId: '555254240100', name: 'Dr Priya NAIR', roles: [{ id: '555254240101', name: 'General Medical Practitioner', organisation: 'HARBOUR', odsCode: 'Z99001' }] },
    });
    expect(service.asked('/token')[0]?.body).toBe('grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=signed');
    expect(service.asked('/userinfo')[0]?.headers).toMatchObject({ Authorization: 'Bearer the.token' });
    expect(service.asked('/revoke')).toHaveLength(0);
  });

  test('the statement is bound to this service, its nonce, one minute and the purpose', async () => {
    const issuedAt = NOW.getTime() / 1000;
    expect(await identity.statement(signal)).toMatchObject({ audience: ISSUER, nonce: NONCE, purpose: 'sign-in', issuedAt, expiresAt: issuedAt + 60 });
  });

  test('every answer is read up to a limit', async () => {
    await identity.statement(signal);
    await identity.signIn('signed', signal);
    for (const request of service.requests) expect(request.maxBytes).toBe(1_048_576);
  });

  test('a final slash is no other name', async () => {
    service.answers['/.well-known/openid-configuration'] = json({ ...discovery, issuer: `${ISSUER}/` });
    expect(await new IdentityService(`${ISSUER}/`, service, () => NOW).isReachable(signal)).toBe(true);
  });
});

describe('a service that is not what it should be', () => {
  test.each([
    ['another issuer', { ...discovery, issuer: 'https://signin.example.org' }, /another name/],
    ['a token endpoint elsewhere', { ...discovery, token_endpoint: 'https://elsewhere.example/token' }, /another server/],
    ['a userinfo endpoint on another port', { ...discovery, userinfo_endpoint: `${ISSUER}:8443/userinfo` }, /another server/],
    ['a revocation endpoint in the clear', { ...discovery, revocation_endpoint: 'http://signin.example/revoke' }, /another server/],
    ['a challenge endpoint that is no address', { ...discovery, challenge_endpoint: '/challenge' }, /another server/],
    ['an endpoint missing', { ...discovery, challenge_endpoint: undefined }, /not a sign-in answer/],
    ['a list', [discovery], /not a sign-in answer/],
  ])('%s: nothing is sent to it', async (_name, answer, sentence) => {
    service.answers['/.well-known/openid-configuration'] = json(answer);
    expect(await problemOf(identity.statement(signal))).toMatch(sentence);
    expect(await problemOf(identity.signIn('signed', signal))).toMatch(sentence);
    expect(new Set(service.requests.map(({ url }) => url))).toEqual(new Set([`${ISSUER}/.well-known/openid-configuration`]));
    expect(await identity.isReachable(signal)).toBe(false);
  });

  test.each([
    ['a log-in page', '/challenge', { status: 200, headers: {}, body: '<html>' }, /not a sign-in answer/],
    ['a nonce that could be guessed', '/challenge', json({ nonce: 'short' }), /not a sign-in answer/],
    ['a nonce without end', '/challenge', json({ nonce: 'n'.repeat(10_000) }), /not a sign-in answer/],
    ['a fault of its own', '/challenge', { status: 503, headers: {}, body: '' }, /cannot be used now \(it answered 503\)/],
    ['a network that fails', '/challenge', new NetworkFailure('unreachable', 'signin.example cannot be reached.'), /cannot be reached/],
  ])('%s instead of a challenge', async (_name, path, answer, sentence) => {
    service.answers[path] = answer;
    expect(await problemOf(identity.statement(signal))).toMatch(sentence);
  });

  test.each([
    ['a refusal, in its own words', json({ error: 'invalid_grant', error_description: 'the certificate was revoked.' }, 400), 'The identity service did not accept this card: the certificate was revoked.'],
    ['a refusal without words', json({ error: 'invalid_grant' }, 401), 'The identity service did not accept this card: invalid_grant.'],
    ['a token of another kind', json({ ...token, token_type: 'DPoP' }), /not a sign-in answer/],
    ['a token that would break a header', json({ ...token, access_token: 'a\r\nHost: elsewhere' }), /not a sign-in answer/],
    ['no token', json({ token_type: 'Bearer' }), /not a sign-in answer/],
  ])('%s instead of a token', async (_name, answer, sentence) => {
    service.answers['/token'] = answer;
    expect(await problemOf(identity.signIn('signed', signal))).toMatch(sentence);
    expect(service.asked('/userinfo')).toHaveLength(0);
  });

  test('a refusal of a million letters and line breaks is one short line', async () => {
    service.answers['/token'] = json({ error: 'invalid_grant', error_description: `no\n\u0000\u202e${'x'.repeat(1_000_000)}` }, 400);
    const sentence = await problemOf(identity.signIn('signed', signal));
    expect(sentence.length).toBeLessThan(300);
    expect(sentence).toMatch(/^[\x20-\x7e…]+$/);
  });
});

describe('a token that nobody will use', () => {
  const two = { ...role, org_code: 'Z99007' };
  test.each([
    ['a clinician without roles', json({ ...userinfo, nhsid_nrbac_roles: [] }), /no role/],
    ['roles that are absent', json({ sub: '1' }), /no role/],
    ['two roles under one identifier', json({ ...userinfo, nhsid_nrbac_roles: [role, two] }), /not a sign-in answer/],
    ['a role that would break a header', json({ ...userinfo, nhsid_nrbac_roles: [{ ...role, person_roleid: '1\r\nx: y' }] }), /not a sign-in answer/],
    ['a role without an identifier', json({ ...userinfo, nhsid_nrbac_roles: [{ ...role, person_roleid: '' }] }), /not a sign-in answer/],
    ['something else than userinfo', { status: 200, headers: {}, body: 'null' }, /not a sign-in answer/],
    ['a refusal', json({ error: 'invalid_token' }, 401), /did not accept/],
    ['a network that fails', new NetworkFailure('reset', 'signin.example broke off.'), /broke off/],
  ])('%s: the token is ended', async (_name, answer, sentence) => {
    service.answers['/userinfo'] = answer;
    expect(await problemOf(identity.signIn('signed', signal))).toMatch(sentence);
    expect(service.asked('/revoke').map(({ body }) => body)).toEqual(['token=the.token']);
  });

  test('a card that leaves while the roles are read: the token is ended all the same', async () => {
    const abort = new AbortController();
    service.answers['/userinfo'] = () => {
      abort.abort();
      return Promise.reject(new NetworkFailure('cancelled', 'The request was cancelled.'));
    };
    await problemOf(identity.signIn('signed', abort.signal));
    expect(service.asked('/revoke')).toHaveLength(1);
  });

  test('ending it never fails for what the network does', async () => {
    service.answers['/revoke'] = new NetworkFailure('unreachable', 'signin.example cannot be reached.');
    await identity.signOut('the.token', signal);
    service.answers['/.well-known/openid-configuration'] = json({}, 500);
    await identity.signOut('the.token', signal);
  });

  test('no sentence holds the token or the assertion', async () => {
    for (const path of ['/token', '/userinfo']) {
      const fresh = new Service();
      fresh.answers[path] = new NetworkFailure('reset', 'signin.example broke off.');
      const sentence = await problemOf(new IdentityService(ISSUER, fresh, () => NOW).signIn('signed-by-the-card', signal));
      expect(sentence).not.toMatch(/the\.token|signed-by-the-card/);
    }
  });
});
