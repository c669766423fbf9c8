/** What sources say about the parts they send nothing for, and what an empty part may therefore claim. */
import type { Section } from './model.ts';
import { codingsOf } from './normalise/codings.ts';
import type { Entry } from './normalise/entries.ts';
import { fields, identifier, list, text } from './normalise/fields.ts';
import type { Fields } from './normalise/fields.ts';

/** Why a source sent nothing: it holds none, or the part was never filled in or is kept back. */
export type DeclaredEmpty = { readonly section: Section; readonly reason: 'holds-none' | 'unavailable' };

/** LOINC section codes of the International Patient Summary and SNOMED CT list codes of GP Connect. */
const SECTION_CODES: Readonly<Record<string, Section>> = {
  '48765-2': 'allergies', '886921000000105': 'allergies',
  '10160-0': 'medication', '933361000000108': 'medication',
  '11450-4': 'problems', '11348-0': 'problems', '717711000000103': 'problems',
  '30954-2': 'results', '887191000000108': 'results',
  '8716-3': 'observations', '826501000000100': 'observations',
  '11369-6': 'immunisations', '1102181000000102': 'immunisations',
  '47519-4': 'procedures', '46240-8': 'encounters', '1149501000000101': 'encounters',
  '42348-3': 'plans', '18776-5': 'plans', '714311000000108': 'plans', '792931000000107': 'referrals',
};

/**
 * `nilknown` only says that the system holds none; it is never "No known allergies". `unavailable`, `notasked`, `notstarted`, `withheld`
 * and `closed` mean that nothing can be said (HL7 list-empty-reason; GP Connect adds `no-content-recorded`).
 */
const HOLDS_NONE = new Set(['nilknown', 'no-content-recorded']);

export const DECLARING_TYPES: ReadonlySet<string> = new Set(['Composition', 'List']);

export function declaredEmpty(entry: Entry): readonly DeclaredEmpty[] {
  const parts = entry.resourceType === 'Composition' ? sectionsOf(entry.resource) : [entry.resource];
  return parts.flatMap((part) => {
    const reason = codingsOf(part['emptyReason'])[0]?.code;
    const section = sectionOf(part);
    if (reason === undefined || section === undefined) return [];
    return [{ section, reason: HOLDS_NONE.has(reason) ? 'holds-none' : 'unavailable' } as const];
  });
}

/** The section a document's section or a list is about, by its code; nothing where this program does not know the code. */
export function sectionOf(part: Fields): Section | undefined {
  return codingsOf(part['code']).map(({ code }) => (Object.hasOwn(SECTION_CODES, code) ? SECTION_CODES[code] : undefined)).find((one) => one !== undefined);
}

/**
 * The sections a document fills: each with entries that came with it, or with a reason why there are none. A section that
 * is left out, has neither, or names an entry that did not come, is not filled.
 */
export function filledSections(document: Fields): ReadonlySet<Section> {
  const entries = list(document['entry']).map(fields);
  const composition = entries.map((entry) => fields(entry['resource'])).find((resource) => resource['resourceType'] === 'Composition');
  const present = new Set(entries.flatMap((entry) => [identifier(entry['fullUrl']), addressOf(fields(entry['resource']))]));
  const parts = sectionsOf(composition ?? {}).flatMap((part) => {
    const section = sectionOf(part);
    return section === undefined ? [] : [{ section, filled: isFilled(part, present) }];
  });
  const open = new Set(parts.filter(({ filled }) => !filled).map(({ section }) => section));
  return new Set(parts.map(({ section }) => section).filter((section) => !open.has(section)));
}

function isFilled(part: Fields, present: ReadonlySet<string | undefined>): boolean {
  const references = list(part['entry']).map((entry) => identifier(fields(entry)['reference'])?.replace(/\/_history\/[^/]+$/, ''));
  if (references.length === 0) return part['emptyReason'] !== undefined;
  return references.every((reference) => reference !== undefined && present.has(reference));
}

function addressOf(resource: Fields): string {
  return `${text(resource['resourceType']) ?? ''}/${identifier(resource['id']) ?? ''}`;
}

function sectionsOf(holder: Fields): readonly Fields[] {
  return list(holder['section']).map(fields).flatMap((section) => [section, ...sectionsOf(section)]);
}
