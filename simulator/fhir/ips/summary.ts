/**
 * The region's summary of one person: an International Patient Summary document (IPS 2.0) in UK Core R4, with the limits
 * of the draft national summary: results of the last six months or the last five of a kind, whichever is fewer;
 * observations the last five of a kind; acute medication of the last year; stopped repeats of the last six months.
 */
import type { Bundle, BundleEntry, Composition, CompositionSection, Device, FhirResource, MedicationRequest } from 'fhir/r4';
import { shifted, sortKey, TODAY } from '../../people/dates.ts';
import { displayName, heldBy } from '../../people/index.ts';
import type { Entry, MedicineEntry, Person } from '../../people/story.ts';
import { patientId, stableId } from '../identifiers.ts';
import { course } from '../r4/medication.ts';
import { medicine, organisationReference, patientReference } from '../r4/common.ts';
import { patient } from '../r4/demographics.ts';
import { DIRECTORY, resourcesOf } from '../r4/record.ts';
import { sharedRecordOf } from '../shared-records.ts';

interface SectionRule {
  readonly code: string;
  readonly display: string;
  readonly title: string;
  /** Mandatory sections are there even when empty. */
  readonly mandatory: boolean;
  readonly limited?: boolean;
  readonly take: (entries: readonly Entry[]) => readonly Entry[];
}

const SIX_MONTHS_AGO = shifted(TODAY, -183);
const ONE_YEAR_AGO = shifted(TODAY, -365);

const SECTIONS: readonly SectionRule[] = [
  { code: '11450-4', display: 'Problem list - Reported', title: 'Problems', mandatory: true, take: (entries) => of(entries, 'problem') },
  { code: '48765-2', display: 'Allergies and adverse reactions Document', title: 'Allergies and intolerances', mandatory: true, take: (entries) => of(entries, 'allergy') },
  { code: '10160-0', display: 'History of Medication use Narrative', title: 'Medication', mandatory: true, limited: true, take: (entries) => of(entries, 'medicine').filter(inMedicationLimit) },
  { code: '11369-6', display: 'History of Immunization note', title: 'Immunisations', mandatory: false, take: (entries) => of(entries, 'immunisation') },
  { code: '30954-2', display: 'Relevant diagnostic tests/laboratory data note', title: 'Results', mandatory: false, limited: true, take: (entries) => lastFive(of(entries, 'report').filter((entry) => sortKey(entry.date) >= SIX_MONTHS_AGO)) },
  { code: '47519-4', display: 'History of Procedures Document', title: 'Procedures', mandatory: false, take: (entries) => of(entries, 'procedure') },
  { code: '8716-3', display: 'Vital signs note', title: 'Observations', mandatory: false, limited: true, take: (entries) => lastFive(of(entries, 'observation')) },
  { code: '42348-3', display: 'Advance healthcare directives', title: 'Advance directives', mandatory: false, take: (entries) => of(entries, 'plan') },
  { code: '46240-8', display: 'History of Hospitalizations+Outpatient visits Narrative', title: 'Encounters', mandatory: false, limited: true, take: (entries) => newestFirst(of(entries, 'encounter')).slice(0, 5) },
  { code: '104605-1', display: 'Alert', title: 'Alerts', mandatory: false, take: (entries) => of(entries, 'flag') },
];

function of<Kind extends Entry['kind']>(entries: readonly Entry[], kind: Kind): Extract<Entry, { kind: Kind }>[] {
  return entries.filter((entry): entry is Extract<Entry, { kind: Kind }> => entry.kind === kind);
}

function newestFirst<E extends Entry>(entries: readonly E[]): E[] {
  return [...entries].sort((one, other) => sortKey(other.date).localeCompare(sortKey(one.date)));
}

/** The five newest of each concept. */
function lastFive<E extends Extract<Entry, { concept: unknown }>>(entries: readonly E[]): E[] {
  const counts = new Map<string, number>();
  return newestFirst(entries).filter(({ concept }) => {
    const count = (counts.get(concept.code) ?? 0) + 1;
    counts.set(concept.code, count);
    return count <= 5;
  });
}

function inMedicationLimit(entry: MedicineEntry): boolean {
  if (entry.standing === 'active') return true;
  return sortKey(entry.end ?? entry.date) >= (entry.course === 'acute' ? ONE_YEAR_AGO : SIX_MONTHS_AGO);
}

/** `generated`: when the region made it, a full date and time. */
export function summary(person: Person, base4: string, generated: string): Bundle {
  const entries = heldBy(person, 'wessex');
  const filled = SECTIONS.map((rule) => ({ rule, resources: rule.take(entries).map((entry) => resourcesFor(person, entry, base4)) }));
  const device = deviceOf(person);
  const composition = compose(person, generated, device, filled.flatMap(({ rule, resources }) => section(rule, resources.map(([first]) => first as FhirResource))));
  const content = filled.flatMap(({ resources }) => resources.flat());
  const body: FhirResource[] = [composition, patient(person), device, ...directoryFor([patient(person), ...content]), ...content];
  return {
    resourceType: 'Bundle',
    id: stableId('summary', person.nhsNumber, generated),
    identifier: { system: sharedRecordOf(person).summarySystem, value: stableId('summary', person.nhsNumber, generated) },
    type: 'document',
    timestamp: generated,
    entry: body.map((resource): BundleEntry => ({ fullUrl: `${base4}/${resource.resourceType}/${resource.id}`, resource })),
  };
}

/** In a summary the prescription travels inside the statement, where it says what course of therapy it is. */
function resourcesFor(person: Person, entry: Entry, base4: string): FhirResource[] {
  if (entry.kind !== 'medicine') return resourcesOf(person, entry, base4);
  const [statement] = resourcesOf(person, entry, base4);
  if (statement?.resourceType !== 'MedicationStatement') throw new Error('a medicine begins with its statement');
  const prescription: MedicationRequest = {
    resourceType: 'MedicationRequest',
    id: 'prescription',
    status: entry.standing,
    intent: 'plan',
    medicationCodeableConcept: medicine(entry.medicine),
    subject: patientReference(person),
    courseOfTherapyType: course(entry),
    dosageInstruction: [{ text: entry.dose }],
  };
  return [{ ...statement, contained: [prescription], basedOn: [{ reference: '#prescription' }] }];
}

function compose(person: Person, generated: string, device: Device, sections: CompositionSection[]): Composition {
  return {
    resourceType: 'Composition',
    id: stableId('composition', person.nhsNumber, generated),
    meta: { profile: ['http://hl7.org/fhir/uv/ips/StructureDefinition/Composition-uv-ips'] },
    status: 'final',
    type: { coding: [{ system: 'http://loinc.org', code: '60591-5', display: 'Patient summary Document' }] },
    subject: { reference: `Patient/${patientId(person, 'wessex')}` },
    date: generated,
    author: [{ reference: `Device/${device.id}`, display: sharedRecordOf(person).name }],
    title: `Patient summary for ${displayName(person)}`,
    confidentiality: person.demographics === 'restricted' ? 'R' : 'N',
    custodian: organisationReference(sharedRecordOf(person).custodian),
    event: [{ code: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActClass', code: 'PCPR' }] }], period: { end: generated } }],
    section: sections,
  };
}

function section(rule: SectionRule, resources: readonly FhirResource[]): CompositionSection[] {
  if (resources.length === 0 && !rule.mandatory) return [];
  const words = resources.length === 0 ? 'The shared record holds none.' : `${resources.length} entries.${rule.limited === true ? ' Older entries are left out of a summary: more may exist in the full record.' : ''}`;
  return [{
    title: rule.title,
    code: { coding: [{ system: 'http://loinc.org', code: rule.code, display: rule.display }] },
    text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${words}</p></div>` },
    ...(resources.length === 0
      ? { emptyReason: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: 'nilknown', display: 'Nil Known' }] } }
      : { entry: resources.map((resource) => ({ reference: `${resource.resourceType}/${resource.id}` })) }),
  }];
}

function deviceOf(person: Person): Device {
  const { region, name, custodian } = sharedRecordOf(person);
  return {
    resourceType: 'Device',
    id: stableId('device', region),
    deviceName: [{ name, type: 'user-friendly-name' }],
    type: { text: 'Shared care record' },
    owner: organisationReference(custodian),
  };
}

/** The organisations and clinicians that the resources refer to. */
function directoryFor(resources: readonly FhirResource[]): FhirResource[] {
  const text = JSON.stringify(resources);
  return [...DIRECTORY.entries()].filter(([reference]) => text.includes(`"${reference}"`)).map(([, resource]) => resource);
}
