/** MedicationStatement, MedicationRequest, MedicationDispense and MedicationAdministration, R4 and STU3. */
import type { Item, MedicationEntry } from '../model.ts';
import { codingsOf, statusWord, wordsOf } from './codings.ts';
import type { Context } from './context.ts';
import { firstDate, periodDate } from './dates.ts';
import { doseOf } from './dose.ts';
import type { Entry } from './entries.ts';
import { exactNumber, extension, fields, list, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { dated, fact, notes, quantityText, reasons, standingOf } from './item.ts';
import type { Normaliser, Reading } from './item.ts';

export const MEDICATION: Normaliser = { read, facts: medicationFacts };

function read(entry: Entry, context: Context): Reading {
  const { resource } = entry;
  const medicine = medicineOf(entry, context);
  const status = statusWord(resource['status']);
  const course = courseOf(entry, context);
  const basedOn = context.itemBehind(list(resource['basedOn'])[0], entry) ?? context.itemBehind(list(resource['authorizingPrescription'])[0], entry);
  return {
    section: 'medication',
    title: medicine.title,
    codings: medicine.codings,
    date: periodDate(resource['effectivePeriod']) ?? firstDate(resource['effectiveDateTime'], resource['authoredOn'], resource['whenHandedOver'], resource['whenPrepared']),
    standing: standingOf('medication', status),
    status,
    dose: doseOf(resource['dosageInstruction'] ?? resource['dosage']),
    basedOn,
    medication: { kind: entryKind(entry, basedOn !== undefined), ...(course === undefined ? {} : { course }) },
  };
}

/** The medicine by its own code or by the Medication it refers to, contained ones included. */
function medicineOf(entry: Entry, context: Context): Pick<Item, 'title' | 'codings'> {
  const { resource } = entry;
  const target = context.resolve(resource['medicationReference'], entry);
  const concepts = [resource['medicationCodeableConcept'], target?.resource['code']].filter((one) => one !== undefined);
  const named = concepts.map(wordsOf).find((words) => words !== undefined) ?? text(fields(resource['medicationReference'])['display']);
  return { title: named ?? 'Medicine, name not recorded', codings: codingsOf(...concepts) };
}

function medicationFacts(entry: Entry, context: Context): ReturnType<Normaliser['facts']> {
  const { resource } = entry;
  const dispense = fields(resource['dispenseRequest']);
  const period = fields(resource['effectivePeriod']);
  return [
    fact('Type', courseOf(entry, context)),
    fact('Quantity', quantityText(dispense['quantity']) ?? quantityText(resource['quantity']) ?? text(extension(fields(dispense['quantity']), 'MedicationQuantityText')?.['valueString'])),
    fact('Supply', quantityText(dispense['expectedSupplyDuration'])),
    fact('Repeats allowed', exactNumber(dispense['numberOfRepeatsAllowed'])?.text),
    dated('Last issued', extension(resource, 'MedicationStatementLastIssueDate')?.['valueDateTime']),
    dated('Started', period['start']),
    dated('Ends', period['end']),
    fact('Taken', takenOf(resource)),
    fact('Prescribed at', wordsOf(extension(resource, 'PrescribingAgency')?.['valueCodeableConcept'])),
    fact('Stopped because', wordsOf(resource['statusReason']) ?? statusReason(resource)),
    reasons(resource, context, entry),
    notes(resource),
  ];
}

/** Repeat or acute: GP Connect's extension, R4's courseOfTherapyType, on the entry itself or the prescription behind it. */
function courseOf(entry: Entry, context: Context): string | undefined {
  const own = courseIn(entry.resource);
  if (own !== undefined) return own;
  const prescription = context.resolve(list(entry.resource['basedOn'])[0], entry);
  const inner = list(entry.resource['contained']).map(fields).find((one) => one['resourceType'] === 'MedicationRequest');
  return prescription === undefined ? (inner === undefined ? undefined : courseIn(inner)) : courseIn(prescription.resource);
}

function courseIn(resource: Fields): string | undefined {
  return wordsOf(extension(resource, 'PrescriptionType')?.['valueCodeableConcept']) ?? wordsOf(resource['courseOfTherapyType']);
}

/**
 * In GP Connect an `order` is one issue of a `plan` (Access Record: Structured, medication). Elsewhere an order that rests on
 * nothing is a prescription of its own.
 */
function entryKind({ resource, resourceType, page }: Entry, restsOnAnother: boolean): MedicationEntry['kind'] {
  if (resourceType === 'MedicationDispense') return 'dispensed';
  if (resourceType === 'MedicationAdministration') return 'given';
  if (resourceType === 'MedicationStatement') return 'statement';
  return resource['intent'] === 'order' && (restsOnAnother || page.release === 'STU3') ? 'issue' : 'prescription';
}

/** STU3's `taken` code; `unk` says nothing. */
function takenOf(resource: Fields): string | undefined {
  return { y: 'Yes', n: 'No', na: 'Does not apply' }[text(resource['taken']) ?? ''];
}

function statusReason(resource: Fields): string | undefined {
  const ended = extension(resource, 'MedicationStatusReason');
  const reason = list(ended?.['extension']).map(fields).find((one) => text(one['url']) === 'statusReason');
  return wordsOf(reason?.['valueCodeableConcept']);
}
