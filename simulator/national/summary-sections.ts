/** What a practice sends to the Summary Care Record: allergies and medicines as tables, problems coded as well. */
import { SNOMED, stableId } from '../fhir/identifiers.ts';
import { shifted, sortKey, TODAY } from '../people/dates.ts';
import { heldBy } from '../people/index.ts';
import type { AllergyEntry, Entry, MedicineEntry, Person, ProblemEntry } from '../people/story.ts';

export interface SummarySection {
  readonly title: string;
  readonly code: { readonly coding: readonly { readonly code: string }[] };
  readonly text: { readonly status: 'generated'; readonly div: string };
  readonly entry?: readonly { readonly reference: string }[];
}

export function sectionsOf(person: Person): readonly SummarySection[] {
  const medicines = of(person, 'medicine');
  const repeats = medicines.filter(({ course }) => course === 'repeat');
  const [year, halfYear] = [shifted(TODAY, -365), shifted(TODAY, -183)];
  return [
    section('General Practice Summary', 'Title', '<h3 id="Disclaimer">Sourced from the patient\'s General Practice record. This summary may not include all the information pertinent to this patient.</h3>'),
    section('Allergies and Adverse Reactions', 'AllergiesHeader', table('Allergies', ['Date', 'Description', 'Certainty', 'Severity', 'Supporting Information'], allergies(person).map((entry) => [shownDate(entry.date), entry.concept.display, '', entry.reaction?.severity ?? '', entry.note ?? '']))),
    section(`Acute Medications (For the 12 month period ${shownDate(year)} to ${shownDate(TODAY)})`, 'AcuteMedsHeader', medicineTable('AcuteMeds', 'Acute Medication', medicines.filter(({ course, date }) => course === 'acute' && sortKey(date) >= year))),
    section('Current Repeat Medications', 'RepeatMedsHeader', medicineTable('RepeatMeds', 'Repeat Medication', repeats.filter(({ standing }) => standing === 'active'))),
    section(`Discontinued Repeat Medications (For the 6 month period ${shownDate(halfYear)} to ${shownDate(TODAY)})`, 'DiscRepeatMedsHeader', medicineTable('DiscRepeatMeds', 'Repeat Medication', repeats.filter(({ standing, end }) => standing !== 'active' && sortKey(end) >= halfYear))),
    { ...section('Diagnoses', 'DiagnosesHeader', table('Diagnoses', ['Date', 'Description'], problems(person).map(({ date, concept }) => [shownDate(date), concept.display]))), entry: problems(person).map((entry) => ({ reference: `Condition/${conditionId(person, entry)}` })) },
  ];
}

/** The coded part. */
export function coreEntries(person: Person): readonly { readonly resourceType: string; readonly id: string }[] {
  return problems(person).map((entry) => ({
    resourceType: 'Condition',
    id: conditionId(person, entry),
    identifier: [{ value: conditionId(person, entry) }],
    clinicalStatus: { coding: [{ system: 'http://hl7.org/fhir/ValueSet/condition-clinical', code: entry.standing }] },
    category: [{ coding: [{ system: SNOMED, code: '163001000000103', display: 'Diagnoses' }] }],
    code: { coding: [{ system: SNOMED, code: entry.concept.code, display: entry.concept.display }] },
    ...(entry.date === undefined ? {} : { onsetDateTime: entry.date }),
  }));
}

function conditionId(person: Person, entry: ProblemEntry): string {
  return stableId('scr', person.nhsNumber, entry.id).toUpperCase();
}

function of<Kind extends Entry['kind']>(person: Person, kind: Kind): Extract<Entry, { kind: Kind }>[] {
  return heldBy(person, 'practice').filter((entry): entry is Extract<Entry, { kind: Kind }> => entry.kind === kind);
}

function allergies(person: Person): readonly AllergyEntry[] {
  return of(person, 'allergy').filter(({ standing }) => standing === 'active');
}

function problems(person: Person): readonly ProblemEntry[] {
  return of(person, 'problem').filter(({ concept }) => concept.unmapped !== true);
}

function medicineTable(id: string, type: string, entries: readonly MedicineEntry[]): string {
  return table(id, ['Type', 'Date', 'Medication Item', 'Dosage Instructions', 'Quantity'], entries.map((entry) => [type, `Last Issued: ${shownDate(entry.issues?.at(-1) ?? entry.date)}`, entry.medicine.display, entry.dose, entry.quantity === undefined ? '' : `${entry.quantity.value} ${entry.quantity.unit}`]));
}

function section(title: string, code: string, html: string): SummarySection {
  return { title, code: { coding: [{ code }] }, text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${html}</div>` } };
}

function table(id: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, texts: readonly string[]): string => `<tr>${texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('')}</tr>`;
  if (rows.length === 0) return '<p>No items available for this section.</p>';
  return `<table id="${id}"><thead>${cells('th', heads)}</thead><tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function shownDate(date: string | undefined): string {
  const [year = '', month, day] = (date ?? '').slice(0, 10).split('-');
  return [day, month === undefined ? undefined : MONTHS[Number(month) - 1], year].filter((part) => part !== undefined).join('-');
}
