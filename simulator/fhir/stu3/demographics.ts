/** The practice's own copy of the demographics, and its people. */
import type { Location, Organization, Patient, Practitioner, PractitionerRole } from 'fhir/r3';
import { CLINICIANS, ORGANISATIONS } from '../../people/organisations.ts';
import type { ClinicianKey, OrganisationKey } from '../../people/organisations.ts';
import type { Person } from '../../people/story.ts';
import { NHS_NUMBER, ODS_CODE, patientId, SDS_USER, stableId } from '../identifiers.ts';
import { clinicianId, given, GPC, GPC_CODES, meta, organisationId } from './common.ts';

const LOCATION_ID = stableId('practice', 'location', 'harbour').toUpperCase();

export function patient(person: Person): Patient {
  const name = person.practice.name ?? person.name;
  return {
    resourceType: 'Patient',
    id: patientId(person, 'practice'),
    meta: { versionId: '5852021019724084', ...meta('CareConnect-GPC-Patient-1') },
    extension: [{ url: `${GPC}/Extension-CareConnect-GPC-RegistrationDetails-1`, extension: [{ url: 'preferredBranchSurgery', valueReference: { reference: `Location/${LOCATION_ID}` } }] }],
    identifier: [{
      extension: [{ url: `${GPC}/Extension-CareConnect-GPC-NHSNumberVerificationStatus-1`, valueCodeableConcept: { coding: [{ system: `${GPC_CODES}/CareConnect-NHSNumberVerificationStatus-1`, code: '01', display: 'Number present and verified' }] } }],
      system: NHS_NUMBER,
      value: person.nhsNumber,
    }],
    active: true,
    name: [{ use: 'official', family: name.family, given: [...name.given], ...given('prefix', name.prefix === undefined ? undefined : [name.prefix]) }],
    ...given('telecom', person.phone === undefined ? undefined : [{ system: 'phone' as const, value: person.phone, use: 'home' as const }]),
    gender: person.gender,
    birthDate: person.practice.born ?? person.born,
    ...given('deceasedDateTime', person.died),
    ...given('address', person.address === undefined ? undefined : [{ use: 'home' as const, type: 'physical' as const, line: [...person.address.lines], city: person.address.town, postalCode: person.address.postcode }]),
    generalPractitioner: [{ reference: `Practitioner/${clinicianId('owen')}` }],
    managingOrganization: { reference: `Organization/${organisationId('harbour')}` },
  };
}

export function organisation(key: OrganisationKey): Organization {
  const from = ORGANISATIONS[key];
  return {
    resourceType: 'Organization',
    id: organisationId(key),
    meta: meta('CareConnect-GPC-Organization-1'),
    identifier: [{ system: ODS_CODE, value: from.odsCode }],
    ...given('type', from.type === 'practice' ? [{ coding: [{ system: `${GPC_CODES}/GPConnect-OrganisationType-1`, code: 'gp-practice' }], text: 'GP Practice' }] : undefined),
    name: from.name,
    telecom: [{ system: 'phone', value: from.phone, use: 'work', rank: 1 }],
    address: [{ use: 'work', type: 'physical', line: [...from.lines], city: from.town, postalCode: from.postcode }],
  };
}

export function practitioner(key: ClinicianKey): Practitioner {
  const from = CLINICIANS[key];
  return {
    resourceType: 'Practitioner',
    id: clinicianId(key),
    meta: meta('CareConnect-GPC-Practitioner-1'),
    identifier: [{ system: SDS_USER, value: from.userId }],
    name: [{ use: 'official', family: from.family, given: [from.given], prefix: [from.prefix] }],
    gender: from.gender,
  };
}

export function practitionerRole(key: ClinicianKey): PractitionerRole {
  const from = CLINICIANS[key];
  return {
    resourceType: 'PractitionerRole',
    id: stableId('practice', 'role', key).toUpperCase(),
    meta: meta('CareConnect-GPC-PractitionerRole-1'),
    practitioner: { reference: `Practitioner/${clinicianId(key)}` },
    organization: { reference: `Organization/${organisationId(from.organisation)}` },
    code: [{ text: from.job }],
  };
}

export function surgery(): Location {
  const from = ORGANISATIONS.harbour;
  return {
    resourceType: 'Location',
    id: LOCATION_ID,
    meta: meta('CareConnect-GPC-Location-1'),
    status: 'active',
    name: `${from.name}, main surgery`,
    address: { use: 'work', type: 'physical', line: [...from.lines], city: from.town, postalCode: from.postcode },
    managingOrganization: { reference: `Organization/${organisationId('harbour')}` },
  };
}
