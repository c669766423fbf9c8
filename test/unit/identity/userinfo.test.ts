import { describe, expect, test } from 'vitest';
import { SignInProblem } from '../../../main/identity/provider.ts';
import { clinicianOf, readUserinfo } from '../../../main/identity/userinfo.ts';

const role = { person_roleid: '555254240101', org_code: 'Z99001', role_name: '"Clinical":"Clinical Provision":"Nurse Access Role"', role_code: 'S8000:G8000:R8001', activity_codes: ['B0360', 'B0401'] };
const userinfo = { sub: '555254240100', nhsid_useruid: '555254240100', given_name: 'Amy', family_name: 'Okafor', nhsid_nrbac_roles: [role] };

const read = (changed: object, selected: string | null = null): ReturnType<typeof clinicianOf> => clinicianOf(readUserinfo({ ...userinfo, ...changed }), selected);
const roleFrom = (changed: object, beside: object = {}): ReturnType<typeof clinicianOf>['roles'][number] | undefined => read({ nhsid_nrbac_roles: [{ ...role, ...changed }], ...beside }).roles[0];

describe('userinfo as it really looks', () => {
  test('a role has its last name, its codes and what it allows', () => {
    expect(read({}).roles).toEqual([{ id: '555254240101', name: 'Nurse Access Role', organisation: 'Z99001', odsCode: 'Z99001', roleCode: 'S8000:G8000:R8001', activityCodes: ['B0360', 'B0401'] }]);
  });

  test.each([
    ['"Support":"Support":"Admin/Clinical Support Access Role"', 'Admin/Clinical Support Access Role'],
    ['Nurse', 'Nurse'],
    ['"A":"B":""', 'Role name not recorded'],
    ['', 'Role name not recorded'],
    [undefined, 'Role name not recorded'],
    [null, 'Role name not recorded'],
    ['"A":"B":"Nurse\n\u202e\u0000 (night)"', 'Nurse (night)'],
  ])('the role name %j is %j', (role_name, name) => {
    expect(roleFrom({ role_name })?.name).toBe(name);
  });

  test('whoever does not tell activity codes has none known, and an empty list is none held', () => {
    expect(roleFrom({ activity_codes: undefined })?.activityCodes).toBeNull();
    expect(roleFrom({ activity_codes: null })?.activityCodes).toBeNull();
    expect(roleFrom({ activity_codes: [] })?.activityCodes).toEqual([]);
  });

  test.each([
    ['the role itself', { org_name: 'HARBOUR' }, { nhsid_user_orgs: [{ org_code: 'Z99001', org_name: 'OTHER' }] }, 'HARBOUR'],
    ['the associated organisations', {}, { nhsid_user_orgs: [{ org_code: 'Z99001', org_name: 'HARBOUR' }] }, 'HARBOUR'],
    ['the memberships', {}, { nhsid_org_memberships: [{ person_orgid: '1', org_code: 'Z99001', org_name: 'HARBOUR', gnc: 'X' }] }, 'HARBOUR'],
    ['the roles at organisations', {}, { nhsid_org_roles: [{ org_code: 'Z99001', org_name: 'HARBOUR' }] }, 'HARBOUR'],
    ['nobody', {}, { nhsid_user_orgs: [{ org_code: 'Z99001' }] }, 'Z99001'],
  ])('an organisation has its name from %s', (_name, ofRole, beside, name) => {
    expect(roleFrom(ofRole, beside)?.organisation).toBe(name);
  });

  test('numbers may be texts and texts numbers', () => {
    expect(read({ sub: 555_254_240_100, nhsid_useruid: 555_254_240_100, nhsid_nrbac_roles: [{ ...role, person_roleid: 555_254_240_101 }] })).toMatchObject({ userId: '555254240100', roles: [{ id: '555254240101' }] });
  });

  test.each([
    [{}, 'Amy OKAFOR'],
    [{ title: 'Sr' }, 'Sr Amy OKAFOR'],
    [{ given_name: null, title: '' }, 'OKAFOR'],
    [{ family_name: undefined, name: 'Amy Okafor' }, 'Amy Okafor'],
    [{ family_name: undefined }, 'Name not recorded'],
    [{ family_name: ' ', name: ' ' }, 'Name not recorded'],
  ])('%j is named %j', (changed, name) => {
    expect(read(changed).name).toBe(name);
  });

  test('what nobody asked for is left alone', () => {
    expect(read({ gmc_id: 'GMC1', workgroups: { odd: true }, nhsid_org_roles: null }).roles).toHaveLength(1);
  });

  test('the role that was chosen is handed on', () => {
    expect([read({}).selectedRoleId, read({}, '555254240101').selectedRoleId]).toEqual([null, '555254240101']);
  });

  test.each([[undefined], [null], [[]]])('roles that are %j are none', (nhsid_nrbac_roles) => {
    expect(read({ nhsid_nrbac_roles }).roles).toEqual([]);
  });
});

describe('userinfo that is refused', () => {
  test.each([
    ['nothing', null],
    ['a text', 'userinfo'],
    ['nobody', { ...userinfo, sub: undefined }],
    ['a user identifier that would break a header', { ...userinfo, nhsid_useruid: '1\r\nx: y' }],
    ['two roles under one identifier', { ...userinfo, nhsid_nrbac_roles: [role, { ...role, org_code: 'Z99007' }] }],
    ['two roles under one identifier, once as a number', { ...userinfo, nhsid_nrbac_roles: [role, { ...role, person_roleid: 555_254_240_101 }] }],
    ['a role without an identifier', { ...userinfo, nhsid_nrbac_roles: [{ ...role, person_roleid: '' }] }],
    ['a role without an organisation', { ...userinfo, nhsid_nrbac_roles: [{ ...role, org_code: undefined }] }],
    ['a role that would break a header', { ...userinfo, nhsid_nrbac_roles: [{ ...role, person_roleid: '1\r\nx: y' }] }],
    ['activity codes that are no list', { ...userinfo, nhsid_nrbac_roles: [{ ...role, activity_codes: 'B0360' }] }],
    ['activity codes that are no texts', { ...userinfo, nhsid_nrbac_roles: [{ ...role, activity_codes: [{ B0360: true }] }] }],
    ['roles without end', { ...userinfo, nhsid_nrbac_roles: Array.from({ length: 501 }, (_, index) => ({ ...role, person_roleid: String(index) })) }],
    ['activity codes without end', { ...userinfo, nhsid_nrbac_roles: [{ ...role, activity_codes: Array.from({ length: 1_001 }, () => 'B0360') }] }],
    ['a name without end', { ...userinfo, family_name: 'x'.repeat(10_001) }],
  ])('%s', (_name, value) => {
    expect(() => readUserinfo(value)).toThrow(SignInProblem);
  });

  test('a long name is cut', () => {
    expect(read({ family_name: 'x'.repeat(9_000) }).name.length).toBeLessThan(200);
  });
});
