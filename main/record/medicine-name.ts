/** A medicine's name apart from its strength and form. */

export interface MedicineName {
  /** Shown bold: generic names in lower case; a name written all in capitals is a brand and stays so. */
  readonly name: string;
  /** Strength and form. */
  readonly rest: string;
  /** The active substances without strength or form, for putting two strengths of one medicine side by side. */
  readonly key: string;
}

const STRENGTH = /(?:^|\s)[<>]?\d[\d.,]*\s*(?:micrograms?|milligrams?|nanograms?|grams?|mcg|mg|ng|g|ml|litres?|units?|unit|iu|mmol|%|kbq|mbq|million|dose)/i;
const FORMS = /\b(tablets?|capsules?|caplets?|oral|solution|suspension|injection|infusion|cream|ointment|gel|lotion|inhaler|breath|actuated|nasal|spray|eye|ear|drops|patch(?:es)?|suppositor(?:y|ies)|pessar(?:y|ies)|sachets?|powder|granules|modified|release|modified-release|gastro-resistant|prolonged|dispersible|effervescent|chewable|orodispersible|soluble|liquid|syrup|vials?|ampoules?|pre-filled|prefilled|pens?|syringes?|cartridges?|dose|cfc|free|sugar|hard|soft|topical|vaginal|rectal|transdermal|mr|sr|xl|ec|e\/c|la|cr|hour|hours|per|in|for)\b/gi;

/**
 * Splits a product description such as `Ramipril 2.5mg capsules`. Text is never reordered; a product of several strengths keeps
 * everything up to its last strength in the name.
 */
export function medicineName(title: string): MedicineName {
  const clean = title.trim();
  const first = STRENGTH.exec(clean);
  const combined = first !== null && /\s[/+]\s|\s(?:and|with)\s/i.test(clean.slice(first.index));
  const cut = first === null ? formStart(clean) : combined ? lastStrengthEnd(clean) : first.index;
  const name = cut <= 0 ? clean : clean.slice(0, cut).trim();
  return { name: genericCase(name), rest: cut <= 0 ? '' : clean.slice(cut).trim(), key: substanceKey(clean) };
}

function formStart(title: string): number {
  FORMS.lastIndex = 0;
  return FORMS.exec(title)?.index ?? 0;
}

function lastStrengthEnd(title: string): number {
  let end = 0;
  for (const match of title.matchAll(new RegExp(STRENGTH.source, 'gi'))) end = match.index + match[0].length;
  const unit = /^[a-z]*(?:\/[\d.]*\s*[a-z]+)?/i.exec(title.slice(end));
  return end + (unit?.[0].length ?? 0);
}

function genericCase(name: string): string {
  return name.length > 1 && name === name.toUpperCase() ? name : name.toLowerCase();
}

function substanceKey(title: string): string {
  const bare = title.replace(/\([^)]*\)/g, ' ').replace(new RegExp(`${STRENGTH.source}[a-z]*(?:/[\\d.]*\\s?[a-z]+)?`, 'gi'), ' ').replace(FORMS, ' ').replace(/[\d.,]+\s*[a-z%]*/gi, ' ');
  const words = bare.toLowerCase().split(/[^\p{L}]+/u).filter((word) => word.length > 2);
  return [...new Set(words)].sort().join(' ');
}
