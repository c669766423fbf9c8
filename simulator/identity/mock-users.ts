/**
 * Who may sign in. Each is a shape that CIS2's answers come in: several roles, one, none; roles with and without
 * activities; lists that are absent rather than empty. All are invented; identifiers lie in one unused block.
 */
import type { User } from './users.ts';

export const HARBOUR = { org_name: 'HARBOUR HEALTH CENTRE', org_code: 'Z99001' } as const;
const OUT_OF_HOURS = { org_name: 'SOUTHDOWN OUT OF HOURS', org_code: 'Z99007' } as const;
const HOSPITAL = { org_name: 'SOUTHDOWN GENERAL HOSPITAL', org_code: 'Z99301' } as const;

type Activity = readonly [name: string, code: string];

export const VIEW_RECORD: Activity = ['View Detailed Health Records', 'B0360'];
const PRESCRIBE: Activity = ['Independent Prescribing', 'B0420'];
const SENSITIVE: Activity = ['Access Sensitive Flagged Records', 'B1611'];
const ADMINISTER: Activity = ['Local System Administration', 'B0062'];
const PREPARE: Activity = ['Perform Prescription Preparation', 'B0278'];

export function activities(...pairs: readonly Activity[]): { activities: string[]; activity_codes: string[] } {
  return { activities: pairs.map(([name]) => name), activity_codes: pairs.map(([, code]) => code) };
}

export function roleName(job: string, group = '"Clinical":"Clinical Provision"'): string {
  return `${group}:"${job}"`;
}

const GENERAL_PRACTITIONER = { role_name: roleName('General practitioner'), role_code: 'S0030:G0100:R0260' } as const;
const NURSE = { role_name: roleName('Nurse'), role_code: 'S8000:G8000:R8001' } as const;

export const MOCK_USERS: readonly User[] = [
  {
    userId: '555254240100',
    title: 'Dr',
    given: 'Priya',
    family: 'NAIR',
    commonNames: ['Priya NAIR', 'Dr Priya NAIR', 'NAIR Priya'],
    professional: { gmc_id: 'SIM-GMC-100' },
    organisations: [{ person_orgid: '555254240110', ...HARBOUR }, { person_orgid: '555254240111', ...OUT_OF_HOURS }],
    roles: [
      { person_orgid: '555254240110', person_roleid: '555254240101', org_code: HARBOUR.org_code, ...GENERAL_PRACTITIONER, ...activities(VIEW_RECORD, PRESCRIBE), workgroups: ['HARBOUR CLINICAL'], workgroups_codes: ['555254249101'] },
      // No activities at all: some roles come without the claim.
      { person_orgid: '555254240111', person_roleid: '555254240102', org_code: OUT_OF_HOURS.org_code, role_name: roleName('Clinical practitioner'), role_code: 'S8000:G8000:R8000' },
    ],
  },
  {
    userId: '555254242102',
    title: 'Mr',
    given: 'Daniel',
    family: 'OKAFOR',
    commonNames: ['Daniel OKAFOR', 'Mr Daniel OKAFOR', 'OKAFOR Daniel'],
    professional: { nmc_id: 'SIM-NMC-102' },
    organisations: [{ person_orgid: '555254242110', ...HARBOUR }],
    roles: [{ person_orgid: '555254242110', person_roleid: '555254242101', org_code: HARBOUR.org_code, ...NURSE, ...activities(VIEW_RECORD, SENSITIVE) }],
  },
  {
    userId: '555254243104',
    title: 'Dr',
    given: 'Elin',
    family: 'FARROW',
    commonNames: ['Elin FARROW', 'Dr Elin FARROW'],
    professional: { gmc_id: 'SIM-GMC-104' },
    organisations: [{ person_orgid: '555254243110', ...HARBOUR }],
    roles: [{ person_orgid: '555254243110', person_roleid: '555254243101', org_code: HARBOUR.org_code, ...GENERAL_PRACTITIONER, ...activities(VIEW_RECORD, PRESCRIBE) }],
  },
  // Nobody's member and no role: every list is absent.
  { userId: '555254244106', given: 'Samir', family: 'IDRIS', commonNames: ['Samir IDRIS'], organisations: [], roles: [] },
  {
    userId: '555254245108',
    title: 'Dr',
    given: 'Jean',
    family: 'MCALLISTER',
    commonNames: ['Jean MCALLISTER', 'Dr Jean MCALLISTER'],
    professional: { gmc_id: 'SIM-GMC-108' },
    organisations: [{ person_orgid: '555254245110', ...HARBOUR }],
    roles: [{ person_orgid: '555254245110', person_roleid: '555254245101', org_code: HARBOUR.org_code, ...GENERAL_PRACTITIONER, ...activities(VIEW_RECORD, PRESCRIBE) }],
  },
  {
    userId: '555254246101',
    title: 'Mr',
    given: 'Kofi',
    family: 'OSEI',
    commonNames: ['Kofi OSEI', 'Mr Kofi OSEI'],
    professional: { nmc_id: 'SIM-NMC-101' },
    organisations: [{ person_orgid: '555254246110', ...HARBOUR }],
    roles: [{ person_orgid: '555254246110', person_roleid: '555254246102', org_code: HARBOUR.org_code, ...NURSE, ...activities(VIEW_RECORD) }],
  },
  {
    userId: '555254247103',
    title: 'Dr',
    given: 'Lena',
    family: 'BRANDT',
    commonNames: ['Lena BRANDT', 'Dr Lena BRANDT'],
    professional: { gmc_id: 'SIM-GMC-103' },
    organisations: [{ person_orgid: '555254247110', ...HARBOUR }, { person_orgid: '555254247111', ...OUT_OF_HOURS }, { person_orgid: '555254247112', ...HOSPITAL }],
    roles: [
      { person_orgid: '555254247110', person_roleid: '555254247121', org_code: HARBOUR.org_code, ...GENERAL_PRACTITIONER, ...activities(VIEW_RECORD, PRESCRIBE), aow: ['"General Medicine":"General Practice":"Primary care"'], aow_codes: ['P0010:Q0010:T0010'] },
      { person_orgid: '555254247111', person_roleid: '555254247122', org_code: OUT_OF_HOURS.org_code, role_name: roleName('Clinical practitioner'), role_code: 'S8000:G8000:R8000', ...activities(VIEW_RECORD, SENSITIVE, ADMINISTER) },
      // May prepare prescriptions, may not see a record.
      { person_orgid: '555254247112', person_roleid: '555254247123', org_code: HOSPITAL.org_code, role_name: roleName('Receptionist', '"Admin & Clerical":"Admin & Clerical"'), role_code: 'S8001:G8003:R8008', ...activities(PREPARE) },
      { person_orgid: '555254247110', person_roleid: '555254247124', org_code: HARBOUR.org_code, role_name: roleName('Health professional'), role_code: 'S8000:G8000:R8003' },
    ],
  },
  // No smartcard: an authenticator app, which reaches the second level only.
  {
    userId: '555254248109',
    title: 'Ms',
    given: 'Orla',
    family: 'TREMAIN',
    commonNames: ['Orla TREMAIN'],
    authenticator: { kind: 'TOTP', level: 2, code: '204860' },
    organisations: [{ person_orgid: '555254248110', ...HARBOUR }],
    roles: [{ person_orgid: '555254248110', person_roleid: '555254248101', org_code: HARBOUR.org_code, ...NURSE, ...activities(VIEW_RECORD) }],
  },
  // A passkey that reaches the third level, of somebody whose identity was proven to the second only.
  {
    userId: '555254248207',
    given: 'Ivo',
    family: 'SANTANGELO',
    commonNames: ['Ivo SANTANGELO'],
    identityAssurance: 2,
    authenticator: { kind: 'FIDO2', level: 3, code: '913577' },
    organisations: [{ person_orgid: '555254248210', ...HARBOUR }],
    roles: [{ person_orgid: '555254248210', person_roleid: '555254248201', org_code: HARBOUR.org_code, ...NURSE, ...activities(VIEW_RECORD) }],
  },
];
