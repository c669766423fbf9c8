import { describe, expect, test } from 'vitest';
import { meetsContext } from '../../../main/identity/cis2/assurance.ts';
import { checkSignIn, checkUserinfo, checkUserinfoAlone } from '../../../main/identity/cis2/checks.ts';
import { readUserinfo } from '../../../main/identity/userinfo.ts';

const NOW = new Date('2026-11-22T11:58:00Z');
const SECONDS = NOW.getTime() / 1_000;

const rules = { acrValues: ['AAL3_ANY'], maxAgeSeconds: 300, assurance: { identity: 3, authentication: 3 }, now: NOW };
const claims = {
  sub: '555254240100',
  at_hash: 'checked-elsewhere',
  auth_time: SECONDS - 20,
  acr: 'AAL3_ANY',
  amr: ['N3_SMARTCARD'],
  id_assurance_level: 3,
  authentication_assurance_level: 3,
};
const userinfo = readUserinfo({ sub: '555254240100', nhsid_useruid: '555254240100', idassurancelevel: '3' });

describe('a sign-in at CIS2', () => {
  test('is taken as CIS2 makes it', () => {
    expect(checkSignIn(claims, rules)).toBeNull();
  });

  test.each([
    ['no at_hash', { at_hash: undefined }, 'access-token-hash'],
    ['no auth_time', { auth_time: undefined }, 'sign-in-time'],
    ['auth_time as a text', { auth_time: String(SECONDS) }, 'sign-in-time'],
    ['auth_time one second too old', { auth_time: SECONDS - 361 }, 'sign-in-too-old'],
    ['auth_time from the future', { auth_time: SECONDS + 61 }, 'not-yet-valid'],
    ['no acr', { acr: undefined }, 'authentication-context'],
    ['acr as a list', { acr: ['AAL3_ANY'] }, 'authentication-context'],
    ['a weaker acr', { acr: 'AAL2_ANY' }, 'authentication-context'],
    ['an acr nobody knows', { acr: 'AAL9_ANY' }, 'authentication-context'],
    ['no id_assurance_level', { id_assurance_level: undefined }, 'identity-assurance'],
    ['a lower id_assurance_level', { id_assurance_level: 2 }, 'identity-assurance'],
    ['a lower id_assurance_level as a text', { id_assurance_level: '2' }, 'identity-assurance'],
    ['an id_assurance_level that is no number', { id_assurance_level: 'high' }, 'identity-assurance'],
    ['an id_assurance_level in a list', { id_assurance_level: [3] }, 'identity-assurance'],
    ['no authentication_assurance_level', { authentication_assurance_level: undefined }, 'authentication-assurance'],
    ['a lower authentication_assurance_level', { authentication_assurance_level: 2 }, 'authentication-assurance'],
    ['an empty authentication_assurance_level', { authentication_assurance_level: '' }, 'authentication-assurance'],
  ])('%s: refused', (_name, broken, refusal) => {
    expect(checkSignIn({ ...claims, ...broken }, rules)).toBe(refusal);
  });

  test.each([
    ['levels as texts', { id_assurance_level: '3', authentication_assurance_level: '3' }],
    ['higher levels', { id_assurance_level: 4, authentication_assurance_level: '4' }],
    ['auth_time at the very edge', { auth_time: SECONDS - 360 }],
    ['a clock a minute ahead', { auth_time: SECONDS + 60 }],
    ['a named authenticator of the level', { acr: 'AAL3_CIS2_SMARTCARD' }],
  ])('%s: taken', (_name, changed) => {
    expect(checkSignIn({ ...claims, ...changed }, rules)).toBeNull();
  });

  test('the site decides the level and the age', () => {
    const weaker = { ...claims, acr: 'AAL2_TOTP', authentication_assurance_level: 2, auth_time: SECONDS - 1_000 };
    expect(checkSignIn(weaker, { ...rules, acrValues: ['AAL2_OR_AAL3_ANY'], maxAgeSeconds: 3_600, assurance: { identity: 3, authentication: 2 } })).toBeNull();
    expect(checkSignIn(claims, { ...rules, assurance: { identity: 4, authentication: 3 } })).toBe('identity-assurance');
  });
});

describe('authentication contexts', () => {
  test.each([
    ['AAL3_ANY', ['AAL3_ANY']],
    ['AAL3_N3_SMARTCARD', ['AAL3_ANY']],
    ['AAL3_FIDO2', ['AAL3_ANY']],
    ['AAL3_N3_SMARTCARD', ['AAL3_SMARTCARD']],
    ['AAL3_CIS2_SMARTCARD', ['AAL3_SMARTCARD']],
    ['AAL2_TOTP', ['AAL2_OR_AAL3_ANY']],
    ['AAL3_ANY', ['AAL2_OR_AAL3_ANY']],
    ['AAL3_ANY', ['AAL2_ANY']],
    ['AAL2_NHSMAIL', ['AAL3_ANY', 'AAL2_ANY']],
    ['SOMETHING_NEW', ['SOMETHING_NEW']],
  ])('%s meets %j', (reached, asked) => {
    expect(meetsContext(reached, asked)).toBe(true);
  });

  test.each([
    ['AAL2_ANY', ['AAL3_ANY']],
    ['AAL1_USERPASS', ['AAL2_OR_AAL3_ANY']],
    ['AAL2_OR_AAL3_ANY', ['AAL3_ANY']],
    ['AAL3_ANY', ['AAL3_SMARTCARD']],
    ['AAL3_FIDO2', ['AAL3_SMARTCARD']],
    ['AAL3_SMARTCARD', ['AAL3_CIS2_SMARTCARD']],
    ['AAL3_N3_SMARTCARD', ['AAL3_CIS2_SMARTCARD']],
    ['SOMETHING_NEW', ['AAL3_ANY']],
    ['AAL3_ANY', ['SOMETHING_NEW']],
    ['constructor', ['AAL3_ANY']],
    ['', ['AAL3_ANY']],
  ])('%s does not meet %j', (reached, asked) => {
    expect(meetsContext(reached, asked)).toBe(false);
  });
});

describe('userinfo beside the ID token', () => {
  test('of the same person is taken', () => {
    expect(checkUserinfo(userinfo, '555254240100')).toBeNull();
  });

  test('of somebody else is refused', () => {
    expect(checkUserinfo({ ...userinfo, sub: '555254240101' }, '555254240100')).toBe('subject');
  });

  test.each([[undefined], [null]])('without a user identifier (%s) is refused', (nhsid_useruid) => {
    expect(checkUserinfo({ ...userinfo, nhsid_useruid }, '555254240100')).toBe('user-id');
  });
});

describe('userinfo alone, in the combined pattern', () => {
  test.each([['3'], [3], [undefined], [null]])('identity level %s is taken', (idassurancelevel) => {
    expect(checkUserinfoAlone({ ...userinfo, idassurancelevel }, rules)).toBeNull();
  });

  test.each([['2'], [2], ['none']])('identity level %s is refused', (idassurancelevel) => {
    expect(checkUserinfoAlone({ ...userinfo, idassurancelevel }, rules)).toBe('identity-assurance');
  });

  test('without a user identifier is refused', () => {
    expect(checkUserinfoAlone({ ...userinfo, nhsid_useruid: undefined }, rules)).toBe('user-id');
  });
});
