/** Patients, organisations and clinicians as R4. */
import type { Address, Organization, Patient, Practitioner } from 'fhir/r4';
import { CLINICIANS, ORGANISATIONS } from '../../people/organisations.ts';
import type { ClinicianKey, OrganisationKey } from '../../people/organisations.ts';
import type { Person } from '../../people/story.ts';
import { sharedRecordOf } from '../shared-records.ts';
import { NHS_NUMBER, ODS_CODE, patientId, SDS_USER, stableId } from '../identifiers.ts';
import { clinicianId, given, organisationId, organisationReference, UK_CORE } from './common.ts';

const VERIFIED = {
  url: `${UK_CORE}/Extension-UKCore-NHSNumberVerificationStatus`,
  valueCodeableConcept: { coding: [{ system: 'https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus', code: '01', display: 'Number present and verified' }] },
};

/** The region's Patient. */
export function patient(person: Person): Patient {
  const { custodian, patientSystem } = sharedRecordOf(person);
  return {
    resourceType: 'Patient',
    id: patientId(person, 'wessex'),
    meta: { profile: [`${UK_CORE}/UKCore-Patient`], lastUpdated: '2026-11-18T02:10:00+00:00' },
    identifier: [
      { extension: [VERIFIED], system: NHS_NUMBER, value: person.nhsNumber },
      { system: patientSystem, value: `S${stableId(person.nhsNumber).slice(0, 7).toUpperCase()}` },
    ],
    active: true,
    name: [{ use: 'official', family: person.name.family, given: [...person.name.given], ...given('prefix', person.name.prefix === undefined ? undefined : [person.name.prefix]) }],
    gender: person.gender,
    birthDate: person.born,
    ...given('deceasedDateTime', person.died),
    ...given('address', person.address === undefined || person.demographics === 'restricted' ? undefined : [address(person.address)]),
    ...given('telecom', person.phone === undefined || person.demographics === 'restricted' ? undefined : [{ system: 'phone' as const, value: person.phone, use: 'home' as const }]),
    generalPractitioner: person.demographics === 'restricted' ? [] : [organisationReference('harbour')],
    managingOrganization: organisationReference(custodian),
  };
}

/** The Patient as PDS gives it (Personal Demographics Service FHIR API, retrieve patient). */
export function pdsPatient(person: Person): Patient {
  const restricted = person.demographics === 'restricted';
  return {
    resourceType: 'Patient',
    id: person.nhsNumber,
    meta: {
      versionId: person.formerNumbers === undefined ? '2' : '5',
      security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', ...(restricted ? { code: 'R', display: 'restricted' } : { code: 'U', display: 'unrestricted' }) }],
    },
    identifier: [{ system: NHS_NUMBER, value: person.nhsNumber, extension: [VERIFIED] }],
    name: [{ id: stableId(person.nhsNumber, 'name').slice(0, 5), use: 'usual', period: { start: person.born }, family: person.name.family, given: [...person.name.given], ...given('prefix', person.name.prefix === undefined ? undefined : [person.name.prefix]) }],
    gender: person.gender,
    birthDate: person.born,
    ...(person.died === undefined ? {} : { deceasedDateTime: person.died, extension: [formalDeath(person.died)] }),
    ...(restricted ? {} : openParts(person)),
  };
}

/** What is taken away from a restricted record: address, telecom, practice. */
function openParts(person: Person): Partial<Patient> {
  return {
    ...given('address', person.address === undefined ? undefined : [{ id: stableId(person.nhsNumber, 'address').slice(0, 5), ...address(person.address), period: { start: '2010-01-01' } }]),
    ...given('telecom', person.phone === undefined ? undefined : [{ id: stableId(person.nhsNumber, 'phone').slice(0, 5), system: 'phone' as const, use: 'home' as const, value: person.phone, period: { start: '2010-01-01' } }]),
    generalPractitioner: [{ id: stableId(person.nhsNumber, 'practice').slice(0, 5), type: 'Organization', identifier: { system: ODS_CODE, value: ORGANISATIONS.harbour.odsCode, period: { start: '2010-01-01' } } }],
  };
}

function formalDeath(died: string): NonNullable<Patient['extension']>[number] {
  return {
    url: `${UK_CORE}/Extension-UKCore-DeathNotificationStatus`,
    extension: [
      { url: 'deathNotificationStatus', valueCodeableConcept: { coding: [{ system: 'https://fhir.hl7.org.uk/CodeSystem/UKCore-DeathNotificationStatus', version: '1.0.0', code: '2', display: 'Formal - death notice received from Registrar of Deaths' }] } },
      { url: 'systemEffectiveDate', valueDateTime: died },
    ],
  };
}

function address(from: NonNullable<Person['address']>): Address {
  return { use: 'home', line: [...from.lines, from.town], postalCode: from.postcode };
}

export function organisation(key: OrganisationKey): Organization {
  const from = ORGANISATIONS[key];
  return {
    resourceType: 'Organization',
    id: organisationId(key),
    meta: { profile: [`${UK_CORE}/UKCore-Organization`] },
    identifier: [{ system: ODS_CODE, value: from.odsCode }],
    name: from.name,
    telecom: [{ system: 'phone', value: from.phone, use: 'work' }],
    address: [{ use: 'work', line: [...from.lines, from.town], postalCode: from.postcode }],
  };
}

export function practitioner(key: ClinicianKey): Practitioner {
  const from = CLINICIANS[key];
  return {
    resourceType: 'Practitioner',
    id: clinicianId(key),
    meta: { profile: [`${UK_CORE}/UKCore-Practitioner`] },
    identifier: [{ system: SDS_USER, value: from.userId }],
    name: [{ use: 'official', family: from.family, given: [from.given], prefix: [from.prefix] }],
    gender: from.gender,
    qualification: [{ code: { text: from.job } }],
  };
}
