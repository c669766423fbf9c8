/** What a GP Connect answer says it keeps back (warning codes on its lists), in the specification's meaning. */
import { sectionOf } from '../../record/emptiness.ts';
import { SECTIONS } from '../../record/model.ts';
import type { Section } from '../../record/model.ts';
import { fields, list, text } from '../../record/normalise/fields.ts';
import type { Fields } from '../../record/normalise/fields.ts';

const WARNINGS: Readonly<Record<string, string>> = {
  'confidential-items': 'Items are excluded because of confidentiality or the patient’s preferences.',
  'data-in-transit': 'The record is still on its way from the previous practice: earlier entries may be missing.',
  'data-awaiting-filing': 'Some information has arrived at the practice and is not yet filed.',
};

/** One sentence for each kind of warning, with the lists it stands on. */
export function withheldNotes(bundle: Fields): readonly string[] {
  const lists = new Map<string, Set<string>>();
  for (const entry of list(bundle['entry'])) {
    const resource = fields(fields(entry)['resource']);
    if (resource['resourceType'] !== 'List') continue;
    for (const code of warningsOn(resource)) {
      const titles = lists.get(code) ?? new Set<string>();
      lists.set(code, titles.add(text(resource['title']) ?? 'record'));
    }
  }
  return [...lists].map(([code, titles]) => `${WARNINGS[code] ?? `The practice warns: ${code.replace(/-/g, ' ')}.`} (${describe([...titles])})`);
}

/** The sections such a warning stands on; every one where a list's code does not tell which it is about. */
export function withheldSections(bundle: Fields): readonly Section[] {
  const warned = list(bundle['entry']).map((entry) => fields(fields(entry)['resource'])).filter((resource) => resource['resourceType'] === 'List' && warningsOn(resource).length > 0).map(sectionOf);
  return warned.includes(undefined) ? SECTIONS : SECTIONS.filter((section) => warned.includes(section));
}

function warningsOn(resource: Fields): readonly string[] {
  return list(resource['extension'])
    .map(fields)
    .filter((extension) => (text(extension['url']) ?? '').includes('ListWarningCode'))
    .flatMap((extension) => text(extension['valueCode']) ?? []);
}

/** Consultations alone bring hundreds of lists: the first few titles say enough. */
function describe(titles: readonly string[]): string {
  const shown = titles.slice(0, 4).join(', ');
  return titles.length > 4 ? `${shown} and ${titles.length - 4} more lists` : shown;
}
