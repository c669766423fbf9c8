/** One made-up person, and the ways the tests' servers speak of them. */
import type { Demographics } from '../../../main/record/demographics.ts';
import { parseNhsNumber } from '../../../main/record/values.ts';
import type { NhsNumber } from '../../../main/record/values.ts';

const parsed = parseNhsNumber('999 000 0018');
if (!parsed.ok) throw new Error(parsed.sentence);

export const NHS_NUMBER: NhsNumber = parsed.value;
export const NHS_SYSTEM = 'https://fhir.nhs.uk/Id/nhs-number';

/** Demographic fields as a FHIR Patient has them, in either release. */
export const PATIENT_FIELDS = {
  name: [{ use: 'usual', family: 'Ashworth', given: ['Margaret'], prefix: ['Mrs'] }],
  gender: 'female',
  birthDate: '1948-03-12',
} as const;

export const PATIENT: Demographics = {
  nhsNumber: NHS_NUMBER,
  names: [{ use: 'usual', family: 'Ashworth', given: ['Margaret'], prefix: ['Mrs'] }],
  gender: 'female',
  birthDate: { text: '1948-03-12', precision: 'day', day: '1948-03-12' },
  confidentiality: 'unrestricted',
};

export function patientResource(id = 'p1', nhsNumber: string = NHS_NUMBER): Record<string, unknown> {
  return { resourceType: 'Patient', id, identifier: [{ system: NHS_SYSTEM, value: nhsNumber }], ...PATIENT_FIELDS };
}

interface AnyBundle {
  entry?: { resource?: Record<string, unknown> }[];
}

/** Gives every Patient in a published bundle the test's identity, so that two systems' records are one person's. */
export function rekeyed<Bundle extends AnyBundle>(bundle: Bundle, nhsNumber: string = NHS_NUMBER): Bundle {
  for (const { resource } of bundle.entry ?? []) {
    if (resource?.['resourceType'] !== 'Patient') continue;
    const others = (resource['identifier'] as { system?: string }[] | undefined ?? []).filter(({ system }) => system !== NHS_SYSTEM);
    Object.assign(resource, PATIENT_FIELDS, { identifier: [...others, { system: NHS_SYSTEM, value: nhsNumber }] });
  }
  return bundle;
}
