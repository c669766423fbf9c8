/** Finding a patient by demographics: what matches, and what PDS keeps out of the answer. */
import { EVERYONE } from '../people/index.ts';
import type { Person } from '../people/story.ts';

export interface Found {
  readonly person: Person;
  /** 0 to 1. */
  readonly score: number;
}

export type SearchVerdict =
  | { readonly kind: 'found'; readonly matches: readonly Found[] }
  | { readonly kind: 'too-many' }
  | { readonly kind: 'refused'; readonly code: 'TOO_FEW_VALUES_SUBMITTED' | 'INVALID_SEARCH_DATA' | 'ADDITIONAL_PROPERTIES' | 'INVALID_VALUE'; readonly diagnostics: string };

const KNOWN = new Set(['_fuzzy-match', '_exact-match', '_history', '_max-results', 'family', 'given', 'gender', 'birthdate', 'death-date', 'address-postalcode', 'address-postcode', 'general-practitioner', 'email', 'phone']);
const MOST_RESULTS = 50;
const DATE = /^(eq|ge|le)?(\d{4}-\d{2}-\d{2})$/;

/** Family name and birth date at least; wildcards from the third character; restricted records not by address or practice. */
export function searchPeople(query: URLSearchParams): SearchVerdict {
  const refusal = refuse(query);
  if (refusal !== null) return refusal;
  const most = Number(query.get('_max-results') ?? MOST_RESULTS);
  const matches = EVERYONE.filter((person) => person.demographics !== 'invalidated' && matchesAll(person, query)).map((person) => ({ person, score: query.get('_fuzzy-match') === 'true' ? 0.9 : 1 }));
  return matches.length > most ? { kind: 'too-many' } : { kind: 'found', matches };
}

function refuse(query: URLSearchParams): SearchVerdict | null {
  const stranger = [...query.keys()].find((name) => !KNOWN.has(name));
  if (stranger !== undefined) return { kind: 'refused', code: 'ADDITIONAL_PROPERTIES', diagnostics: `Additional properties are not allowed ('${stranger}' was unexpected)` };
  if (!query.get('family') || !query.has('birthdate')) return { kind: 'refused', code: 'TOO_FEW_VALUES_SUBMITTED', diagnostics: 'Too few search parameters' };
  if (query.getAll('birthdate').some((text) => !DATE.test(text))) return { kind: 'refused', code: 'INVALID_SEARCH_DATA', diagnostics: "Invalid value - in field 'birthdate'" };
  if ([query.get('family') ?? '', ...query.getAll('given')].some((text) => /^.?\*/.test(text))) return { kind: 'refused', code: 'INVALID_SEARCH_DATA', diagnostics: 'Invalid wildcard: it must not be in the first two characters' };
  const most = Number(query.get('_max-results') ?? MOST_RESULTS);
  if (!Number.isInteger(most) || most < 1 || most > MOST_RESULTS) return { kind: 'refused', code: 'INVALID_VALUE', diagnostics: "Invalid value - in field '_max-results'" };
  return null;
}

function matchesAll(person: Person, query: URLSearchParams): boolean {
  if (!matchesName(person.name.family, query.get('family') ?? '')) return false;
  if (!query.getAll('given').every((text) => person.name.given.some((name) => matchesName(name, text)))) return false;
  if (!query.getAll('birthdate').every((text) => matchesDate(person.born, text))) return false;
  if (query.has('gender') && query.get('gender') !== person.gender) return false;
  return matchesPlace(person, query);
}

function matchesPlace(person: Person, query: URLSearchParams): boolean {
  const postcode = query.get('address-postalcode') ?? query.get('address-postcode');
  const practice = query.get('general-practitioner');
  if ((postcode !== null || practice !== null) && person.demographics === 'restricted') return false;
  if (postcode !== null && squeezed(person.address?.postcode ?? '') !== squeezed(postcode)) return false;
  if (practice !== null && practice !== 'Z99001') return false;
  return query.get('phone') === null || squeezed(query.get('phone') ?? '') === squeezed(person.phone ?? '');
}

function matchesName(name: string, pattern: string): boolean {
  const expression = folded(pattern).split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return new RegExp(`^${expression}$`).test(folded(name));
}

function matchesDate(born: string, text: string): boolean {
  const [, comparator = 'eq', day = ''] = DATE.exec(text) ?? [];
  if (comparator === 'ge') return born >= day;
  if (comparator === 'le') return born <= day;
  return born === day;
}

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function squeezed(text: string): string {
  return text.replace(/\s/g, '').toUpperCase();
}
