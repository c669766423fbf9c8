/** Reports, specimens, observations and consultations of the practice record. */
import type { DiagnosticReport, Encounter, FhirResource, List, Observation, Specimen } from 'fhir/r3';
import type { EncounterEntry, ObservationEntry, Person, ProcedureEntry, ReportEntry, ResultLine } from '../../people/story.ts';
import { decimal, entryId } from '../identifiers.ts';
import { author, base, clinicianId, concept, given, GPC_CODES, instant, meta, organisationId, patientReference, snomed, valueOf } from './common.ts';

/** The report first, then its specimen and results. */
export function report(person: Person, entry: ReportEntry): [DiagnosticReport, ...FhirResource[]] {
  const specimenId = entryId(person, entry, 'practice', 'specimen');
  const header: DiagnosticReport = {
    resourceType: 'DiagnosticReport',
    ...base(person, entry, 'CareConnect-GPC-DiagnosticReport-1'),
    status: 'final',
    category: { coding: [{ system: 'http://hl7.org/fhir/v2/0074', code: 'PAT', display: 'Pathology (gross & histopath, not surgical)' }] },
    code: entry.filedUnnamed === true ? snomed('721981007', 'Diagnostic studies report') : concept(entry.concept),
    subject: patientReference(person),
    issued: instant(entry.issued ?? entry.date),
    performer: [{ actor: { reference: `Organization/${organisationId(entry.organisation)}` } }],
    specimen: [{ reference: `Specimen/${specimenId}` }],
    result: entry.results.map((line) => ({ reference: `Observation/${entryId(person, entry, 'practice', line.id)}` })),
    ...given('conclusion', entry.conclusion),
  };
  return [header, specimen(person, entry, specimenId), ...entry.results.map((line) => result(person, entry, line, specimenId))];
}

function specimen(person: Person, entry: ReportEntry, id: string): Specimen {
  return {
    resourceType: 'Specimen',
    id,
    meta: meta('CareConnect-GPC-Specimen-1'),
    type: { text: entry.specimen },
    subject: patientReference(person),
    ...(entry.date === undefined ? {} : { collection: { collectedDateTime: entry.date } }),
  };
}

function result(person: Person, entry: ReportEntry, line: ResultLine, specimenId: string): Observation {
  return {
    resourceType: 'Observation',
    ...base(person, entry, 'CareConnect-GPC-Observation-1', line.id),
    status: 'final',
    category: [{ coding: [{ system: 'http://hl7.org/fhir/observation-category', code: 'laboratory', display: 'Laboratory' }] }],
    code: concept(line.concept),
    subject: patientReference(person),
    ...given('effectiveDateTime', entry.date),
    issued: instant(entry.issued ?? entry.date),
    performer: [{ reference: `Organization/${organisationId(entry.organisation)}` }],
    ...valueOf(line.value),
    ...given('interpretation', line.flag === undefined ? undefined : { coding: [{ system: 'http://hl7.org/fhir/v2/0078', code: line.flag, display: FLAG[line.flag] }] }),
    ...given('comment', line.comment),
    specimen: { reference: `Specimen/${specimenId}` },
    ...given('referenceRange', range(line)),
  } as Observation;
}

const FLAG = { H: 'High', L: 'Low', A: 'Abnormal' } as const;

function range(line: ResultLine): object[] | undefined {
  if (line.low === undefined && line.high === undefined) return undefined;
  const unit = line.value.kind === 'quantity' ? { unit: line.value.unit } : {};
  return [{
    ...given('low', line.low === undefined ? undefined : { value: decimal(line.low), ...unit }),
    ...given('high', line.high === undefined ? undefined : { value: decimal(line.high), ...unit }),
  }];
}

/** A finding; what the practice wrote beside it is the comment. Procedures are coded findings in a practice record. */
export function observation(person: Person, entry: ObservationEntry | ProcedureEntry): Observation {
  const finding = entry.kind === 'observation' ? entry : undefined;
  return {
    resourceType: 'Observation',
    ...base(person, entry, 'CareConnect-GPC-Observation-1'),
    status: 'final',
    code: concept(entry.concept),
    subject: patientReference(person),
    ...given('effectiveDateTime', entry.date),
    issued: instant(entry.recorded ?? entry.date),
    performer: [author(entry)],
    ...(finding?.value === undefined || finding.value.kind === 'coded' ? {} : valueOf(finding.value)),
    ...given('comment', entry.note),
    ...given('component', finding?.parts?.map((part) => ({ code: concept(part.concept), ...valueOf(part.value) }))),
  } as Observation;
}

/** An encounter and, as GP Connect nests them, its consultation list and topic list with what was recorded in it. */
export function consultation(person: Person, entry: EncounterEntry, recorded: readonly string[]): [Encounter, List, List] {
  const start = base(person, entry, 'CareConnect-GPC-Encounter-1');
  const topicId = entryId(person, entry, 'practice', 'topic');
  const encounter: Encounter = {
    resourceType: 'Encounter',
    ...start,
    status: 'finished',
    type: [{ text: entry.type }],
    subject: patientReference(person),
    ...given('participant', participants(entry)),
    period: { ...given('start', entry.date), ...given('end', entry.end) },
    ...given('reason', entry.note === undefined ? undefined : [{ text: entry.note }]),
    serviceProvider: { reference: `Organization/${organisationId(entry.organisation)}` },
  };
  const list = (id: string, code: string, display: string, entries: readonly string[], title?: string): List => ({
    resourceType: 'List',
    id,
    meta: meta('CareConnect-GPC-List-1'),
    status: 'current',
    mode: 'snapshot',
    ...given('title', title),
    code: snomed(code, display),
    subject: patientReference(person),
    encounter: { reference: `Encounter/${start.id}` },
    date: instant(entry.date),
    orderedBy: { coding: [{ system: 'http://hl7.org/fhir/list-order', code: 'system', display: 'Sorted by System' }] },
    ...given('entry', entries.length === 0 ? undefined : entries.map((reference) => ({ item: { reference } }))),
  });
  return [encounter, list(entryId(person, entry, 'practice', 'list'), '325851000000107', 'Consultation', [`List/${topicId}`], entry.type), list(topicId, '25851000000105', 'Topic (EHR)', recorded)];
}

function participants(entry: EncounterEntry): Encounter['participant'] {
  if (entry.author === undefined) return undefined;
  const individual = { reference: `Practitioner/${clinicianId(entry.author)}` };
  return [
    { type: [{ coding: [{ system: 'http://hl7.org/fhir/v3/ParticipationType', code: 'PPRF', display: 'primary performer' }] }], individual },
    { type: [{ coding: [{ system: `${GPC_CODES}/GPConnect-ParticipantType-1`, code: 'REC', display: 'recorder' }] }], individual },
  ];
}
