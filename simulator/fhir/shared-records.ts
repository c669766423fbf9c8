/** What each region's shared record calls itself and who keeps it. */
import type { OrganisationKey } from '../people/organisations.ts';
import type { Person, RegionId } from '../people/story.ts';

export interface SharedRecord {
  readonly name: string;
  readonly custodian: OrganisationKey;
  /** Where its summaries' and its patients' local identifiers live. */
  readonly summarySystem: string;
  readonly patientSystem: string;
}

const SHARED_RECORDS: Readonly<Record<RegionId, SharedRecord>> = {
  wessex: { name: 'Wessex shared care record', custodian: 'hospital', summarySystem: 'https://fhir.wessex-record.example/Id/summary', patientSystem: 'https://fhir.southdown-general.example/Id/hospital-number' },
  'one-london': { name: 'London Care Record', custodian: 'northbank', summarySystem: 'https://fhir.london-record.example/Id/summary', patientSystem: 'https://fhir.northbank-hospital.example/Id/hospital-number' },
  'greater-manchester': { name: 'Greater Manchester Care Record', custodian: 'irwell', summarySystem: 'https://fhir.manchester-record.example/Id/summary', patientSystem: 'https://fhir.irwell-infirmary.example/Id/hospital-number' },
};

/** The record that this copy of a person's story is in; the story itself is Wessex's. */
export function sharedRecordOf(person: Person): SharedRecord & { readonly region: RegionId } {
  const region = person.keptBy ?? 'wessex';
  return { region, ...SHARED_RECORDS[region] };
}
