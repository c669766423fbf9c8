/** Short names of code systems, for people: an address says nothing to a clinician. */
import type { Coding } from './model.ts';
import { folded } from './normalise/fields.ts';

/** By canonical address, lower case. dm+d codes are SNOMED CT codes of the UK drug extension and arrive here as such. */
const NAMES: Readonly<Record<string, string>> = {
  'http://snomed.info/sct': 'SNOMED CT',
  'http://loinc.org': 'LOINC',
  'http://read.info/readv2': 'Read v2',
  'http://read.info/ctv3': 'CTV3',
  'https://fhir.hl7.org.uk/id/emis-drug-codes': 'EMIS code',
  'https://fhir.hl7.org.uk/id/egton-codes': 'EMIS code',
  'https://fhir.hl7.org.uk/id/multilex-drug-codes': 'Multilex',
  'https://fhir.hl7.org.uk/id/resipuk-gemscript-drug-codes': 'Gemscript',
  'http://hl7.org/fhir/sid/icd-10': 'ICD-10',
  'http://hl7.org/fhir/sid/icd-10-uk': 'ICD-10',
  'http://hl7.org/fhir/sid/icd-10-cm': 'ICD-10-CM',
  'urn:oid:2.16.840.1.113883.6.3': 'ICD-10',
  'urn:oid:2.16.840.1.113883.6.90': 'ICD-10-CM',
  'https://fhir.hl7.org.uk/id/opcs-4': 'OPCS-4',
  'https://fhir.nhs.uk/id/opcs-4': 'OPCS-4',
  'urn:oid:2.16.840.1.113883.2.1.3.2.4.16.1': 'OPCS-4',
  'http://hl7.org/fhir/sid/cvx': 'CVX',
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'RxNorm',
  'http://www.whocc.no/atc': 'ATC',
  'urn:oid:2.16.840.1.113883.6.73': 'ATC',
  'http://hl7.org/fhir/sid/ndc': 'NDC',
  'http://dicom.nema.org/resources/ontology/dcm': 'DICOM',
};

/** Whole families of addresses: the terminologies of HL7 itself and of NHS England's and HL7 UK's profiles. */
const FAMILIES: readonly (readonly [beginning: string, name: string])[] = [
  ['http://terminology.hl7.org/', 'HL7'],
  ['http://hl7.org/fhir/', 'HL7'],
  ['https://fhir.nhs.uk/', 'NHS code'],
  ['https://fhir.hl7.org.uk/', 'UK Core code'],
];

/** `SNOMED CT`, or `local code` for one that only the sender's system knows. */
export function systemName(system: string): string {
  const address = system.toLowerCase();
  if (Object.hasOwn(NAMES, address)) return NAMES[address] as string;
  return FAMILIES.find(([beginning]) => address.startsWith(beginning))?.[1] ?? 'local code';
}

/** `SNOMED CT 318906001`; with the code's own words before it where the title does not say the same. */
export function codeText({ system, code, display }: Coding, title: string): string {
  const named = `${systemName(system)} ${code}`;
  return display === undefined || folded(display) === folded(title) ? named : `${display} (${named})`;
}
