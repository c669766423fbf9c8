/** Reads a PDS Patient at the border. Everything but the NHS number may be missing: minimal and restricted records are real. */
import type { Demographics, Gender, PersonName } from '../record/demographics.ts';
import { nameOf } from '../record/patient-guard.ts';
import { parseClinicalDate } from '../record/normalise/dates.ts';
import { fields, identifier, list, text } from '../record/normalise/fields.ts';
import type { Fields } from '../record/normalise/fields.ts';
import { parseNhsNumber } from '../record/values.ts';

const ODS = 'https://fhir.nhs.uk/Id/ods-organization-code';
const GENDERS: ReadonlySet<string> = new Set(['male', 'female', 'other', 'unknown']);
const CONFIDENTIALITY: Readonly<Record<string, Demographics['confidentiality']>> = { U: 'unrestricted', R: 'restricted', V: 'very-restricted' };

/** The person, or nothing where the resource is no Patient with an NHS number for its id. */
export function parseDemographics(patient: Fields): Demographics | undefined {
  if (patient['resourceType'] !== 'Patient') return undefined;
  const number = parseNhsNumber(identifier(patient['id']) ?? '');
  if (!number.ok) return undefined;
  const gender = text(patient['gender']);
  return withoutGaps({
    nhsNumber: number.value,
    names: namesOf(patient),
    gender: gender !== undefined && GENDERS.has(gender) ? (gender as Gender) : undefined,
    birthDate: parseClinicalDate(patient['birthDate']),
    died: parseClinicalDate(patient['deceasedDateTime']),
    address: addressOf(patient),
    telephone: telephoneOf(patient),
    registeredWith: practiceOf(patient),
    confidentiality: confidentialityOf(patient),
  });
}

type Loose = { readonly [Key in keyof Demographics]-?: Demographics[Key] | undefined };

function withoutGaps(loose: Loose): Demographics {
  return Object.fromEntries(Object.entries(loose).filter(([, value]) => value !== undefined)) as unknown as Demographics;
}

const NAME_ORDER = ['usual', 'official'];

/** The usual name first, then the official one, then the others as they stand. */
function namesOf(patient: Fields): readonly PersonName[] {
  const names = list(patient['name']).map((name) => nameOf(fields(name)));
  const rank = ({ use }: PersonName): number => (NAME_ORDER.indexOf(use ?? '') + NAME_ORDER.length + 1) % (NAME_ORDER.length + 1);
  return names.toSorted((one, other) => rank(one) - rank(other));
}

/** The home address on one line; a temporary one only where there is no other. */
function addressOf(patient: Fields): string | undefined {
  const addresses = list(patient['address']).map(fields);
  const chosen = addresses.find((address) => text(address['use']) === 'home') ?? addresses[0];
  if (chosen === undefined) return undefined;
  const lines = [...list(chosen['line']), chosen['city'], chosen['district']].flatMap((line) => text(line) ?? []);
  const whole = [lines.join(', '), text(chosen['postalCode'])].filter((part) => part !== undefined && part !== '').join(' ');
  return whole === '' ? undefined : whole;
}

function telephoneOf(patient: Fields): string | undefined {
  const phones = list(patient['telecom']).map(fields).filter((contact) => text(contact['system']) === 'phone');
  return text((phones.find((phone) => text(phone['use']) === 'home') ?? phones[0])?.['value']);
}

function practiceOf(patient: Fields): string | undefined {
  const identifiers = list(patient['generalPractitioner']).map((practice) => fields(fields(practice)['identifier']));
  return text(identifiers.find(({ system }) => text(system) === ODS)?.['value']);
}

/** A code this program does not know is treated as restricted: the safe side. */
function confidentialityOf(patient: Fields): Demographics['confidentiality'] {
  const codes = list(fields(patient['meta'])['security']).flatMap((label) => text(fields(label)['code']) ?? []);
  if (codes.length === 0) return 'unrestricted';
  const known = codes.map((code) => CONFIDENTIALITY[code] ?? 'restricted');
  return known.find((level) => level === 'very-restricted') ?? known.find((level) => level === 'restricted') ?? 'unrestricted';
}
