/**
 * Clinical areas that an older provider does not know: it answers the rest and names them in an OperationOutcome beside it
 * (GP Connect Access Record: Structured, version compatibility).
 */
import { SECTIONS } from '../../record/model.ts';
import type { Section } from '../../record/model.ts';
import { fields, list, text } from '../../record/normalise/fields.ts';
import type { Fields } from '../../record/normalise/fields.ts';

/** The sections each area fills. */
const AREAS: Readonly<Record<string, readonly Section[]>> = {
  includeAllergies: ['allergies'],
  includeMedication: ['medication'],
  includeConsultations: ['encounters'],
  includeProblems: ['problems'],
  includeImmunisations: ['immunisations'],
  includeUncategorisedData: ['observations'],
  includeInvestigations: ['results'],
  includeReferrals: ['referrals'],
  includeDiaryEntries: ['plans'],
};

/** The sections of which nothing follows, because the provider did not understand that they were asked for. */
export function unknownAreas(bundle: Fields): readonly Section[] {
  const said = list(bundle['entry'])
    .map((entry) => fields(fields(entry)['resource']))
    .filter((resource) => resource['resourceType'] === 'OperationOutcome')
    .flatMap((resource) => list(resource['issue']).map(fields))
    .flatMap((issue) => [text(issue['diagnostics']), text(fields(issue['details'])['text'])])
    .join(' ');
  const unknown = new Set(Object.entries(AREAS).filter(([area]) => said.includes(area)).flatMap(([, sections]) => sections));
  return SECTIONS.filter((section) => unknown.has(section));
}
