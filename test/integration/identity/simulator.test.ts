/** The provider as the app makes it, from the configurations that the simulator writes, against the simulator's own services. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createProvider } from '../../../main/identity/create-provider.ts';
import type { Browser as SignInBrowser } from '../../../main/identity/cis2/browser.ts';
import type { IdentityProvider, SignedIn } from '../../../main/identity/provider.ts';
import { TokenRefused } from '../../../main/identity/token-refusal.ts';
import { createAxiosHttp } from '../../../main/net/axios-http.ts';
import { loadConfiguration } from '../../../main/policy/load.ts';
import type { LoadedCis2 } from '../../../main/policy/identity-files.ts';
import type { ReadyCis2 } from '../../../simulator/ready-line.ts';
import { Browser } from '../simulator/browser.ts';
import { startSimulator } from '../simulator/simulator-process.ts';
import type { Simulator } from '../simulator/simulator-process.ts';

const signal = AbortSignal.timeout(55_000);

let simulator: Simulator;
let site: LoadedCis2;

beforeAll(async () => {
  simulator = await startSimulator();
  const loaded = await loadConfiguration(simulator.ready.configurationCis2 ?? '');
  if (!loaded.ok || loaded.configuration.identity.kind !== 'cis2') throw new Error('The configuration for CIS2 cannot be used.');
  site = loaded.configuration.identity;
});
afterAll(() => simulator.stop());
afterEach(() => control('/reset'));

async function control(path: string, body: unknown = {}): Promise<void> {
  const response = await fetch(`${simulator.ready.control}${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(200);
}

/** Whoever has the card in the reader types its passcode, chooses the role that is offered first, comes back, and closes a page that says they are not signed in. */
function atThePage(card: string): SignInBrowser {
  const passcode = simulator.ready.card.cards.find(({ id }) => id === card)?.passcode ?? '';
  return {
    async open(address, { onFailed, onClosed }) {
      const close = (read: string): void => (read.includes('You are not signed in.') ? onClosed() : undefined);
      void visit(address, passcode).then(close, (problem: unknown) => onFailed(String(problem)));
      return { close: async () => undefined };
    },
  };
}

/** What the last page says. */
async function visit(address: string, passcode: string): Promise<string> {
  const browser = new Browser();
  let seen = await browser.open(address);
  if (seen.kind === 'page') seen = await browser.submit(seen, { action: 'passcode', passcode });
  const role = seen.kind === 'page' ? /name="role" value="(\d+)"/.exec(seen.html)?.[1] : undefined;
  if (seen.kind === 'page' && role !== undefined) seen = await browser.submit(seen, { action: 'role', role });
  if (seen.kind === 'page') throw new Error(seen.html);
  return (await fetch(seen.url)).text();
}

function provider(changed: Partial<LoadedCis2> = {}): IdentityProvider {
  return made({ ...site, ...changed });
}

function made(identity: LoadedCis2): IdentityProvider {
  const created = createProvider(identity, { http: createAxiosHttp(), browser: atThePage('nair'), now: () => new Date() });
  if (!created.ok) throw new Error(created.sentences.join(' '));
  return created.value;
}

async function signIn(one: IdentityProvider): Promise<SignedIn> {
  await control('/card/insert', { card: 'nair' });
  if (one.method.kind !== 'browser') throw new Error('CIS2 is a browser sign-in.');
  return one.method.authenticate(signal);
}

describe('CIS2 with an exchange, as the app is configured', () => {
  test('signs in, refreshes, and is known until it is ended', async () => {
    const one = provider();
    expect(await one.isReachable(signal)).toBe(true);
    const { clinician, tokens } = await signIn(one);
    expect(clinician).toMatchObject({ userId: '555254240100', selectedRoleId: null });
    expect(clinician.roles.length).toBeGreaterThan(0);
    expect(tokens.exchangedFrom?.idToken).toMatch(/^eyJ/);
    const later = await one.refresh(tokens, signal);
    expect(later.accessToken).not.toBe(tokens.accessToken);
    expect(later.endsAt).toBeLessThanOrEqual(tokens.endsAt ?? 0);
    expect(await one.isTokenGood(later, signal)).toBe(true);
    await one.signOut(later, signal);
    expect(await one.isTokenGood(later, signal)).toBe(false);
  });

  test('a remote logout is seen', async () => {
    const one = provider();
    const { tokens } = await signIn(one);
    await control('/identity/logout', {});
    expect(await one.isTokenGood(tokens, signal)).toBe(false);
    await expect(one.refresh(tokens, signal)).rejects.toThrow(/did not accept/);
  });

  test('a role chosen on the page is known', async () => {
    const { clinician } = await signIn(provider({ scope: `${site.scope} selectedrole` }));
    expect(clinician.roles.map(({ id }) => id)).toContain(clinician.selectedRoleId);
  });
});

describe('every flaw of a token is seen', () => {
  test.each([
    ['wrong-nonce', 'nonce'],
    ['no-nonce', 'nonce'],
    ['wrong-issuer', 'issuer'],
    ['wrong-audience', 'audience'],
    ['wrong-authorised-party', 'authorised-party'],
    ['expired', 'expired'],
    ['from-the-future', 'not-yet-valid'],
    ['old-auth-time', 'sign-in-too-old'],
    ['no-auth-time', 'sign-in-time'],
    ['bad-signature', 'signature'],
    ['no-signature', 'algorithm'],
    ['unknown-key', 'signing-key'],
    ['wrong-at-hash', 'access-token-hash'],
    ['no-at-hash', 'access-token-hash'],
    ['other-subject', 'subject'],
  ])('%s', async (idToken, refusal) => {
    await control('/identity/mode', { idToken });
    const problem = await signIn(provider()).then(() => null, (reason: unknown) => reason);
    expect(problem).toBeInstanceOf(TokenRefused);
    expect((problem as TokenRefused).refusal).toBe(refusal);
  });

  test('and a key that was rotated is none: the keys are asked for again', async () => {
    const one = provider();
    await signIn(one);
    await control('/identity/mode', { idToken: 'rotated-key' });
    expect((await signIn(one)).clinician.userId).toBe('555254240100');
  });

  test.each([
    [{ assurance: { identity: 2 } }, 'identity-assurance'],
    [{ assurance: { authentication: 2 } }, 'authentication-assurance'],
    [{ userinfo: 'other-subject' }, 'subject'],
    [{ authorization: 'wrong-state' }, 'state'],
  ])('%j', async (mode, refusal) => {
    await control('/identity/mode', mode);
    const problem = await signIn(provider()).then(() => null, (reason: unknown) => reason);
    expect(problem).toBeInstanceOf(TokenRefused);
    expect((problem as TokenRefused).refusal).toBe(refusal);
  });

  test.each([['discovery'], ['jwks'], ['token'], ['userinfo']])('a web page in place of %s', async (webPage) => {
    await control('/identity/mode', { webPage });
    await expect(signIn(provider())).rejects.toThrow(/not a sign-in answer/);
  });

  test('PKCE that is refused, and switched off', async () => {
    await control('/identity/mode', { pkce: 'refused' });
    await expect(signIn(provider())).rejects.toThrow();
    expect((await signIn(provider({ pkce: false }))).clinician.userId).toBe('555254240100');
  });
});

describe('the combined pattern', () => {
  test('signs in, refreshes and ends', async () => {
    const { combined } = simulator.ready.cis2 as ReadyCis2;
    const { tokenExchange: _none, ...plain } = site;
    const one = made({ ...plain, pattern: 'combined', endpoints: combined });
    const { clinician, tokens } = await signIn(one);
    expect(clinician.userId).toBe('555254240100');
    expect(tokens.idToken).toBeNull();
    const later = await one.refresh(tokens, signal);
    expect(await one.isTokenGood(later, signal)).toBe(true);
    await one.signOut(later, signal);
    expect(await one.isTokenGood(later, signal)).toBe(false);
  });
});
