/** The keys under which items meet. Two items with one key in common are put together. */
import type { Item } from './model.ts';
import { identifies, meansNoKnownAllergies, NHS_NUMBER } from './normalise/codings.ts';
import { folded } from './normalise/fields.ts';

const SEPARATOR = '\u0001';

/** Rung 1: business identifiers on the same kind of resource. */
export function identityKeys({ identifiers, resourceType }: Item): readonly string[] {
  const own = resourceType === 'Patient' || identifiers.every(({ system }) => system !== NHS_NUMBER) ? identifiers : identifiers.filter(({ system }) => system !== NHS_NUMBER);
  return own.map(({ system, value }) => `identifier${SEPARATOR}${resourceType}${SEPARATOR}${system}${SEPARATOR}${value}`);
}

/** Rung 2: the resource's own id within its source. Only needed where the source repeats it. */
export function ownIdKey(own: string): string {
  return `id${SEPARATOR}${own}`;
}

/** Source, type and id without the place that tells repeats apart. */
export function ownId({ id }: Item): string {
  const repeat = id.indexOf('~');
  return repeat < 0 ? id : id.slice(0, repeat);
}

/** Rung 4: one key for each code that says what the item is about; none where likeness proves nothing. */
export function likenessKeys(item: Item): readonly string[] {
  if (item.section === 'supporting' || item.section === 'other' || item.standing === 'withdrawn') return [];
  // An issue belongs to its prescription; by itself it looks like every other issue.
  if (item.basedOn !== undefined && item.resourceType !== 'MedicationStatement') return [];
  const codes = codeKeys(item);
  if (codes.length === 0) return codes;
  const rest = `${dayKey(item)}${SEPARATOR}${statementKey(item)}`;
  return codes.map((code) => `${item.section}${SEPARATOR}${kindKey(item)}${SEPARATOR}${code}${SEPARATOR}${rest}`);
}

/** A code as one key; every way of saying "no known allergies" is one. */
export function codeKeys({ codings }: Item): readonly string[] {
  const telling = codings.every(identifies) ? codings : codings.filter(identifies);
  return telling.map((coding) => (meansNoKnownAllergies(coding) ? 'no-known-allergies' : `${coding.system}|${coding.code}`));
}

/** Reports and single results may share a code without being the same; kinds of medication entry are one kind. */
function kindKey(item: Item): string {
  return item.section === 'medication' ? '' : item.resourceType;
}

/** The clinical day; partial dates only meet the same partial date; allergies meet whatever the day, if both are dated. */
function dayKey(item: Item): string {
  if (item.date === undefined) return 'undated';
  return item.section === 'allergies' ? 'dated' : item.date.day ?? item.date.text;
}

/** What has to be equal besides code and day for two items to be the same fact. */
function statementKey(item: Item): string {
  switch (item.section) {
    case 'allergies':
      return `${item.standing} ${item.status ?? ''} ${item.verification ?? ''}`;
    case 'medication':
      return `${item.standing} ${doseKey(item.dose)}`;
    case 'results':
    case 'observations':
      return `${item.standing} ${valueKey(item)}`;
    case 'problems':
      return `${item.standing} ${item.verification ?? ''}`;
    case 'documents':
    case 'plans':
    case 'referrals':
    case 'appointments':
    case 'alerts':
      return `${item.standing} ${folded(item.title)} ${wordsKey(item)}`;
    default:
      return `${item.standing} ${item.status ?? ''}`;
  }
}

/** Doses are the same when they read the same. */
export function doseKey(dose: string | undefined): string {
  return folded(dose ?? '').replace(/[.,;]+$/, '');
}

/** A number with its unit and comparator, words as they read; without a value what else was said counts. */
export function valueKey(item: Item): string {
  const { value } = item;
  if (value === undefined) return `none ${wordsKey(item)}`;
  if (value.kind === 'quantity') return `${value.comparator ?? ''}${value.number ?? value.text} ${unitKey(value.unit)}`;
  return pressureKey(value.text) ?? folded(value.text);
}

/** `120/80 mmHg` and `120.000/75.000 mm[Hg]`: two numbers and a unit, however many noughts they were sent with. */
function pressureKey(words: string): string | undefined {
  const match = /^(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?) (\S+)$/.exec(words);
  return match === null ? undefined : `${Number(match[1])}/${Number(match[2])} ${unitKey(match[3])}`;
}

/**
 * Units that are only spelled differently (UCUM and what laboratories write for it). Nothing is converted, and no letter
 * changes its case but the litre's: `mIU` and `MIU`, `g/L` and `G/L` are different things.
 */
const UNIT_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['x10^9/L', '10*9/L'], ['10^9/L', '10*9/L'], ['x10*9/L', '10*9/L'], ['x10^12/L', '10*12/L'], ['10^12/L', '10*12/L'], ['x10*12/L', '10*12/L'],
  ['mmHg', 'mm[Hg]'], ['mcg/L', 'ug/L'], ['mcg', 'ug'], ['iu/L', '[IU]/L'], ['IU/L', '[IU]/L'], ['[iU]/L', '[IU]/L'], ['u/L', 'U/L'],
  ['bpm', '/min'], ['beats/min', '/min'], ['degC', 'Cel'], ['°C', 'Cel'], ['Kg', 'kg'], ['kg/m^2', 'kg/m2'], ['kg/m²', 'kg/m2'],
  ['mL/min/1.73m2', 'mL/min/{1.73_m2}'], ['mL/min/1.73m^2', 'mL/min/{1.73_m2}'],
]);

const LITRE = /(^|\/)([munpd]?)l(?=$|\/)/g;

export function unitKey(unit: string | undefined): string {
  if (unit === undefined) return '';
  const plain = unit.replace(/\s+/g, '').replace(/[µμ]/g, 'u').replace(LITRE, '$1$2L');
  return UNIT_SPELLINGS.get(plain) ?? plain;
}

function wordsKey(item: Item): string {
  return folded(item.facts.map((one) => `${one.label}=${one.text}`).join('|'));
}
