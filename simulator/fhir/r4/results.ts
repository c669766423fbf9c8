/** Laboratory reports and observations as UK Core R4. */
import type { DiagnosticReport, Observation, ObservationReferenceRange } from 'fhir/r4';
import { decimal, entryId, UCUM } from '../identifiers.ts';
import type { ObservationEntry, Person, ReportEntry, ResultLine } from '../../people/story.ts';
import { author, base, clinicianReference, concept, given, notes, organisationReference, patientReference, plainConcept, term, valueOf } from './common.ts';

/** The report first, then its results. */
export function report(person: Person, entry: ReportEntry): [DiagnosticReport, ...Observation[]] {
  const header: DiagnosticReport = {
    resourceType: 'DiagnosticReport',
    ...base(person, entry, 'UKCore-DiagnosticReport-Lab'),
    status: 'final',
    category: [term('v2-0074', 'LAB', 'Laboratory')],
    code: plainConcept(entry.concept),
    subject: patientReference(person),
    ...given('effectiveDateTime', entry.date),
    ...given('issued', entry.issued),
    performer: [organisationReference(entry.organisation)],
    result: entry.results.map((line) => ({ reference: `Observation/${entryId(person, entry, 'wessex', line.id)}`, type: 'Observation', display: line.concept.display })),
    ...given('conclusion', entry.conclusion),
  };
  return [header, ...entry.results.map((line) => result(person, entry, line))];
}

function result(person: Person, entry: ReportEntry, line: ResultLine): Observation {
  return {
    resourceType: 'Observation',
    ...base(person, entry, 'UKCore-Observation-Lab', line.id),
    status: 'final',
    category: [term('observation-category', 'laboratory', 'Laboratory')],
    code: plainConcept(line.concept),
    subject: patientReference(person),
    ...given('effectiveDateTime', entry.date),
    ...given('issued', entry.issued),
    performer: [organisationReference(entry.organisation), ...(entry.author === undefined ? [] : [clinicianReference(entry.author)])],
    ...valueOf(line.value),
    ...given('interpretation', line.flag === undefined ? undefined : [term('v3-ObservationInterpretation', line.flag)]),
    ...given('note', line.comment === undefined ? undefined : [{ text: line.comment }]),
    ...given('referenceRange', range(line)),
  };
}

function range(line: ResultLine): ObservationReferenceRange[] | undefined {
  if (line.low === undefined && line.high === undefined) return undefined;
  const unit = line.value.kind === 'quantity' ? { unit: line.value.unit, system: UCUM, code: line.value.ucum ?? line.value.unit } : {};
  return [{
    ...given('low', line.low === undefined ? undefined : { value: decimal(line.low), ...unit }),
    ...given('high', line.high === undefined ? undefined : { value: decimal(line.high), ...unit }),
  }];
}

export function observation(person: Person, entry: ObservationEntry): Observation {
  return {
    resourceType: 'Observation',
    ...base(person, entry, 'UKCore-Observation'),
    status: 'final',
    category: [term('observation-category', entry.category)],
    code: concept(entry.concept, entry),
    subject: patientReference(person),
    ...given('effectiveDateTime', entry.date),
    ...given('issued', entry.date?.includes('T') === true ? entry.date : undefined),
    performer: [author(entry)],
    ...(entry.value === undefined ? {} : valueOf(entry.value)),
    ...given('component', entry.parts?.map((part) => ({ code: plainConcept(part.concept), ...valueOf(part.value) }))),
    ...notes(entry),
  };
}
