/** The keys under which items meet. Two items with one key in common are put together. */
import type { Item } from './model.ts';
import { identifies, meansNoKnownAllergies, NHS_NUMBER } from './normalise/codings.ts';
import { folded } from './normalise/fields.ts';

const SEPARATOR = '\u0001';

/** Rungs 1 and 2: business identifiers on the same kind of resource, and the resource's own id within its source. */
export function identityKeys(item: Item): readonly string[] {
  const identifiers = item.identifiers
    .filter(({ system }) => system !== NHS_NUMBER || item.resourceType === 'Patient')
    .map(({ system, value }) => ['identifier', item.resourceType, system, value].join(SEPARATOR));
  const own = ownId(item);
  return own.endsWith('/') ? identifiers : [...identifiers, `id${SEPARATOR}${own}`];
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
  return codeKeys(item).map((code) => [item.section, kindKey(item), code, dayKey(item), statementKey(item)].join(SEPARATOR));
}

/** A code as one key; every way of saying "no known allergies" is one. */
export function codeKeys(item: Item): readonly string[] {
  return item.codings.filter(identifies).map((coding) => (meansNoKnownAllergies(coding) ? 'no-known-allergies' : `${coding.system}|${coding.code}`));
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

/** Units that are only spelled differently; conversion between units is never tried here. */
const UNIT_SPELLINGS: Readonly<Record<string, string>> = {
  'x10^9/l': '10*9/l', '10^9/l': '10*9/l', 'mmhg': 'mm[hg]', 'µmol/l': 'umol/l', 'μmol/l': 'umol/l', 'mcg/l': 'ug/l', 'iu/l': '[iu]/l', 'bpm': '/min', 'beats/min': '/min', 'degc': 'cel', '°c': 'cel', 'kg/m^2': 'kg/m2',
};

export function unitKey(unit: string | undefined): string {
  const plain = (unit ?? '').toLowerCase().replace(/\s+/g, '');
  return UNIT_SPELLINGS[plain] ?? plain;
}

function wordsKey(item: Item): string {
  return folded(item.facts.map((one) => `${one.label}=${one.text}`).join('|'));
}
