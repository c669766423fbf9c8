/** Invented organisations and clinicians. ODS codes lie in the Z99 range, which no organisation has. */

export interface Organisation {
  readonly odsCode: string;
  readonly name: string;
  readonly type: 'practice' | 'hospital' | 'community' | 'out-of-hours' | 'laboratory' | 'ambulance';
  /** Where its business identifiers live. */
  readonly identifierSystem: string;
  readonly phone: string;
  readonly lines: readonly string[];
  readonly town: string;
  readonly postcode: string;
}

export const ORGANISATIONS = {
  harbour: {
    odsCode: 'Z99001', name: 'Harbour Health Centre', type: 'practice', identifierSystem: 'https://EMISWeb/Z99001',
    phone: '01632 960100', lines: ['1 Harbour Parade'], town: 'Portsmouth', postcode: 'PO0 0AA',
  },
  hospital: {
    odsCode: 'Z99301', name: 'Southdown General Hospital', type: 'hospital',
    identifierSystem: 'https://fhir.southdown-general.example/Id/record-item',
    phone: '01632 960300', lines: ['Southdown Road'], town: 'Portsmouth', postcode: 'PO0 0SG',
  },
  laboratory: {
    odsCode: 'Z99310', name: 'Southdown Pathology', type: 'laboratory',
    identifierSystem: 'https://fhir.southdown-pathology.example/Id/result',
    phone: '01632 960310', lines: ['Southdown Road'], town: 'Portsmouth', postcode: 'PO0 0SG',
  },
  community: {
    odsCode: 'Z99401', name: 'Solent Shore Community Trust', type: 'community',
    identifierSystem: 'https://fhir.solent-shore.example/Id/care-record',
    phone: '01632 960400', lines: ['The Quay'], town: 'Gosport', postcode: 'PO0 0QY',
  },
  outOfHours: {
    odsCode: 'Z99007', name: 'Southdown Out of Hours', type: 'out-of-hours',
    identifierSystem: 'https://fhir.southdown-ooh.example/Id/contact',
    phone: '01632 960007', lines: ['Southdown Road'], town: 'Portsmouth', postcode: 'PO0 0SG',
  },
  ambulance: {
    odsCode: 'Z99501', name: 'Channel Coast Ambulance', type: 'ambulance',
    identifierSystem: 'https://fhir.channel-coast.example/Id/incident',
    phone: '01632 960500', lines: ['Station Approach'], town: 'Fareham', postcode: 'PO0 0AM',
  },
  northbank: {
    odsCode: 'Z99601', name: 'Northbank University Hospital', type: 'hospital',
    identifierSystem: 'https://fhir.northbank-hospital.example/Id/record-item',
    phone: '01632 960600', lines: ['Embankment Row'], town: 'London', postcode: 'PO0 0NB',
  },
  irwell: {
    odsCode: 'Z99701', name: 'Irwell Valley Infirmary', type: 'hospital',
    identifierSystem: 'https://fhir.irwell-infirmary.example/Id/record-item',
    phone: '01632 960700', lines: ['Mill Lane'], town: 'Salford', postcode: 'PO0 0IV',
  },
} as const satisfies Record<string, Organisation>;

export type OrganisationKey = keyof typeof ORGANISATIONS;

export interface Clinician {
  readonly family: string;
  readonly given: string;
  readonly prefix: string;
  readonly gender: 'male' | 'female';
  readonly job: string;
  readonly organisation: OrganisationKey;
  /** 12-digit national user identifier. */
  readonly userId: string;
}

export const CLINICIANS = {
  owen: { family: 'OWEN', given: 'Lowri', prefix: 'Dr', gender: 'female', job: 'General Medical Practitioner', organisation: 'harbour', userId: '555254240201' },
  nair: { family: 'NAIR', given: 'Priya', prefix: 'Dr', gender: 'female', job: 'General Medical Practitioner', organisation: 'harbour', userId: '555254240100' },
  okafor: { family: 'OKAFOR', given: 'Daniel', prefix: 'Mr', gender: 'male', job: 'Practice Nurse', organisation: 'harbour', userId: '555254242102' },
  mistry: { family: 'MISTRY', given: 'Hemal', prefix: 'Dr', gender: 'male', job: 'Consultant in Acute Medicine', organisation: 'hospital', userId: '555254240301' },
  larkin: { family: 'LARKIN', given: 'Fiona', prefix: 'Dr', gender: 'female', job: 'Emergency Medicine Registrar', organisation: 'hospital', userId: '555254240302' },
  adeyemi: { family: 'ADEYEMI', given: 'Tunde', prefix: 'Mr', gender: 'male', job: 'Consultant Orthopaedic Surgeon', organisation: 'hospital', userId: '555254240303' },
  pryce: { family: 'PRYCE', given: 'Megan', prefix: 'Ms', gender: 'female', job: 'Community Midwife', organisation: 'community', userId: '555254240401' },
  farrow: { family: 'FARROW', given: 'Joan', prefix: 'Mrs', gender: 'female', job: 'District Nurse', organisation: 'community', userId: '555254240402' },
  quist: { family: 'QUIST', given: 'Anders', prefix: 'Dr', gender: 'male', job: 'Out of Hours General Practitioner', organisation: 'outOfHours', userId: '555254240701' },
  bell: { family: 'BELL', given: 'Ruth', prefix: 'Dr', gender: 'female', job: 'Chemical Pathologist', organisation: 'laboratory', userId: '555254240311' },
  akinola: { family: 'AKINOLA', given: 'Folake', prefix: 'Dr', gender: 'female', job: 'Consultant Physician', organisation: 'northbank', userId: '555254240601' },
  entwistle: { family: 'ENTWISTLE', given: 'Graham', prefix: 'Dr', gender: 'male', job: 'Consultant in Care of the Elderly', organisation: 'irwell', userId: '555254240801' },
} as const satisfies Record<string, Clinician>;

export type ClinicianKey = keyof typeof CLINICIANS;

/** `Dr Lowri OWEN` */
export function clinicianName(key: ClinicianKey): string {
  const clinician = CLINICIANS[key];
  return `${clinician.prefix} ${clinician.given} ${clinician.family}`;
}
