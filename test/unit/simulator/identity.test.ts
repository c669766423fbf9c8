import { describe, expect, it } from 'vitest';
import { requested } from '../../../simulator/cis2/authenticators.ts';
import { createTokens, roleIsHeld } from '../../../simulator/identity/tokens.ts';
import type { Tokens } from '../../../simulator/identity/tokens.ts';
import { userById, userinfo, userinfoFor, userOf, USERS } from '../../../simulator/identity/users.ts';

describe('users', () => {
  it('are found by their number, else by name, else are visitors with one role', () => {
    expect(userOf({ userId: '555254240100', commonName: 'Somebody' }).family).toBe('NAIR');
    expect(userOf({ userId: null, commonName: 'daniel okafor' }).family).toBe('OKAFOR');
    expect(userOf({ userId: '123456789012', commonName: 'Priya NAIR' })).toMatchObject({ userId: '123456789012', family: 'CLINICIAN', roles: [{ org_code: 'Z99001' }] });
  });

  it.each([
    ['555254240100', [['Z99001', ['B0360', 'B0420']], ['Z99007', undefined]]],
    ['555254242102', [['Z99001', ['B0360', 'B1611']]]],
    ['555254243104', [['Z99001', ['B0360', 'B0420']]]],
    ['555254244106', []],
    ['555254245108', [['Z99001', ['B0360', 'B0420']]]],
    ['555254246101', [['Z99001', ['B0360']]]],
    ['555254247103', [['Z99001', ['B0360', 'B0420']], ['Z99007', ['B0360', 'B1611', 'B0062']], ['Z99301', ['B0278']], ['Z99001', undefined]]],
  ])('%s holds these roles and activities', (userId, expected) => {
    expect(userById(userId).roles.map(({ org_code, activity_codes }) => [org_code, activity_codes])).toEqual(expected);
  });

  it("have role names in CIS2's quoted form, and identifiers that nobody shares", () => {
    const roles = USERS.flatMap((user) => user.roles);
    for (const { role_name } of roles) expect(role_name).toMatch(/^"[^"]+":"[^"]+":"[^"]+"$/);
    expect(new Set(roles.map(({ person_roleid }) => person_roleid)).size).toBe(roles.length);
    expect(new Set(USERS.map(({ userId }) => userId)).size).toBe(USERS.length);
    for (const { userId } of USERS) expect(userId).toMatch(/^5552542\d{5}$/);
  });
});

describe('userinfo', () => {
  const nair = userById('555254240100');

  it('names the user three times, and has a number in a text', () => {
    expect(userinfo(nair)).toMatchObject({ sub: '555254240100', uid: '555254240100', nhsid_useruid: '555254240100', given_name: 'Priya', family_name: 'NAIR', title: 'Dr', idassurancelevel: '3', gmc_id: 'SIM-GMC-100' });
  });

  it('leaves out the lists of a user who has none', () => {
    expect(Object.keys(userinfo(userById('555254244106'))).filter((claim) => claim.startsWith('nhsid_'))).toEqual(['nhsid_useruid']);
  });

  it('says what its scopes allow, and no more', () => {
    const keys = (...scopes: string[]): string[] => Object.keys(userinfoFor(nair, new Set(scopes)));
    expect(keys('openid')).toEqual(['sub']);
    expect(keys('openid', 'nationalrbacaccess')).toEqual(['sub', 'nhsid_useruid', 'nhsid_nrbac_roles']);
    expect(keys('openid', 'associatedorgs', 'organisationalmemberships')).toEqual(['sub', 'nhsid_user_orgs', 'nhsid_org_memberships']);
    expect(keys('openid', 'profile')).toContain('family_name');
    expect(keys('openid', 'constructor')).toEqual(['sub']);
  });
});

describe('tokens', () => {
  const [nair, okafor] = [userById('555254240100'), userById('555254242102')];
  const isGood = (tokens: Tokens, token: string): boolean => tokens.bearer(`Bearer ${token}`).kind === 'user';

  it('end after ten minutes and when revoked', () => {
    let now = 0;
    const tokens = createTokens(() => now);
    const [early, late] = [tokens.open(nair).accessToken, tokens.open(nair).accessToken];
    expect(isGood(tokens, early)).toBe(true);
    tokens.revoke(early);
    expect([isGood(tokens, early), isGood(tokens, late)]).toEqual([false, true]);
    now = 598_999;
    expect(isGood(tokens, late)).toBe(true);
    now = 599_000;
    expect(isGood(tokens, late)).toBe(false);
    expect([tokens.bearer('').kind, tokens.bearer('Bearer ').kind, tokens.bearer('Basic x').kind]).toEqual(['missing-header', 'missing-token', 'invalid']);
  });

  it('are refreshed until ten hours after the sign-in, and no longer', () => {
    let now = 0;
    const tokens = createTokens(() => now);
    let set = tokens.open(nair);
    expect(set).toMatchObject({ accessSeconds: 599, refreshSeconds: 35_999, refreshCount: 0 });
    const [first, { sid }] = [set.refreshToken, set];
    for (const [minutes, count] of [[10, 1], [300, 2], [599, 3]] as const) {
      now = minutes * 60_000;
      set = tokens.refresh(set.refreshToken) ?? set;
      expect(set).toMatchObject({ refreshSeconds: 35_999 - minutes * 60, refreshCount: count, sid });
    }
    expect(set.accessSeconds).toBe(59);
    expect(tokens.refresh(first)).toBeNull();
    now = 35_999_000;
    expect([tokens.refresh(set.refreshToken), isGood(tokens, set.accessToken)]).toEqual([null, false]);
  });

  it('end together when a refreshed one, a sign-in or a user ends', () => {
    const tokens = createTokens(() => 0);
    const [mine, other, hers] = [tokens.open(nair), tokens.open(nair, 'at-cis2'), tokens.open(okafor)];
    const renewed = tokens.refresh(mine.refreshToken);
    tokens.revoke(renewed?.refreshToken ?? '');
    expect([mine.accessToken, renewed?.accessToken ?? '', other.accessToken].map((token) => isGood(tokens, token))).toEqual([false, false, true]);
    tokens.endSession('at-cis2');
    expect([isGood(tokens, other.accessToken), tokens.refresh(other.refreshToken), isGood(tokens, hers.accessToken)]).toEqual([false, null, true]);
    tokens.endUser('555254240100');
    expect(isGood(tokens, hers.accessToken)).toBe(true);
    tokens.endUser(null);
    expect(isGood(tokens, hers.accessToken)).toBe(false);
  });

  it('need a role to be named where the user has several', () => {
    const tokens = createTokens(() => 0);
    const [two, one] = [nair, okafor].map((user) => tokens.bearer(`Bearer ${tokens.open(user).accessToken}`)) as [ReturnType<typeof tokens.bearer>, ReturnType<typeof tokens.bearer>];
    expect([roleIsHeld(two, ''), roleIsHeld(two, '555254240101'), roleIsHeld(two, '555254242101'), roleIsHeld(one, '')]).toEqual([false, true, false, true]);
  });
});

describe('acr_values', () => {
  it.each([
    [undefined, 'AAL3_ANY', ['N3_SMARTCARD', 'FIDO2']],
    ['AAL3_CIS2_SMARTCARD', 'AAL3_CIS2_SMARTCARD', ['N3_SMARTCARD']],
    ['NOBODY_KNOWS AAL2_TOTP AAL3_ANY', 'AAL2_TOTP', ['TOTP']],
    ['constructor', 'AAL3_ANY', ['N3_SMARTCARD', 'FIDO2']],
  ])('%s', (values, acr, methods) => expect(requested(values)).toEqual({ acr, methods }));
});
