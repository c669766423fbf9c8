/** The charts of the `federate` benchmark: one invented patient in twelve sources, 60,000 resources in all. */

export const SOURCES = 12;
export const PAGE = 100;
export const NHS_NUMBER = '9990000018';

/** How much of each kind one source holds: 5,000 with the patient, most of it results, as in a long illness. */
export const RESOURCES: Readonly<Record<string, number>> = {
  AllergyIntolerance: 24,
  MedicationRequest: 480,
  MedicationStatement: 95,
  Condition: 240,
  Observation: 2_400,
  DiagnosticReport: 360,
  Immunization: 60,
  Encounter: 700,
  Procedure: 140,
  DocumentReference: 380,
  ServiceRequest: 120,
};

export const TYPES = Object.keys(RESOURCES);

/** What is needed first: to prescribe, and to know who is in front of one. */
export const FIRST = ['AllergyIntolerance', 'MedicationRequest', 'MedicationStatement', 'Condition'] as const;

export function resourceOf(type: string, source: number, index: number): object {
  if (type === 'Patient') return patient(source);
  return {
    resourceType: type,
    id: `${type.toLowerCase()}-${source}-${index}`,
    meta: { versionId: '1', lastUpdated: '2026-10-01T09:30:00+01:00', profile: [`https://fhir.hl7.org.uk/StructureDefinition/UKCore-${type}`] },
    identifier: [{ system: `https://source-${source}.example/identifiers/${type.toLowerCase()}`, value: `${source}-${index}` }],
    status: type === 'Observation' ? 'final' : 'active',
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
    code: { coding: [{ system: 'http://snomed.info/sct', code: String(100_000_000 + index * 7), display: `Finding number ${index}` }], text: `Finding number ${index} as the clinician wrote it` },
    subject: { reference: `Patient/p${source}` },
    patient: { reference: `Patient/p${source}` },
    effectiveDateTime: `20${10 + (index % 16)}-${String(1 + (index % 12)).padStart(2, '0')}-${String(1 + (index % 28)).padStart(2, '0')}`,
    ...(type === 'Observation' ? { valueQuantity: { value: (index % 97) + 0.5, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' }, referenceRange: [{ low: { value: 3.5, unit: 'mmol/L' }, high: { value: 5.3, unit: 'mmol/L' } }] } : {}),
    note: [{ text: 'Seen in clinic. Advised to continue as before and to return if things change. No further action now.' }],
  };
}

function patient(source: number): object {
  return { resourceType: 'Patient', id: `p${source}`, identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: NHS_NUMBER }], name: [{ family: 'Ashworth', given: ['Margaret'] }], gender: 'female', birthDate: '1948-03-12' };
}
