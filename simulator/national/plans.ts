/** The plans that the record locator points at, and their bytes at whoever keeps them. */
import { pdf } from '../fhir/documents/pdf.ts';
import { stableId } from '../fhir/identifiers.ts';
import { displayName, heldBy, PEOPLE } from '../people/index.ts';
import type { Person, PlanEntry } from '../people/story.ts';

/** Plans that no region has a copy of. */
const ONLY_POINTED_AT: Readonly<Record<string, readonly PlanEntry[]>> = {
  // Margaret Ashworth
  '9990123454': [{
    kind: 'plan', id: 'emergency-plan', held: [], organisation: 'community', author: 'farrow', date: '2026-03-02',
    concept: { code: '887701000000100', display: 'Emergency health care plan' }, title: 'Emergency health care plan', description: 'For chest infection: start the antibiotics at home; ring the district nurse before calling an ambulance.',
  }],
};

/** What the record locator knows of a person. */
export function plansOf(person: Person): readonly PlanEntry[] {
  const regional = heldBy(person, 'wessex').filter((entry): entry is PlanEntry => entry.kind === 'plan');
  return [...regional, ...(ONLY_POINTED_AT[person.nhsNumber] ?? [])];
}

export function planId(person: Person, plan: PlanEntry): string {
  return stableId('plan', person.nhsNumber, plan.id);
}

/** The plan as a PDF, or nothing where nobody keeps one by this id. */
export function planDocument(id: string): Buffer | undefined {
  for (const person of PEOPLE) {
    const plan = plansOf(person).find((one) => planId(person, one) === id);
    if (plan !== undefined) return pdf(plan.title, [`Patient: ${displayName(person)}, born ${person.born}, NHS number ${person.nhsNumber}`, plan.description]);
  }
  return undefined;
}
