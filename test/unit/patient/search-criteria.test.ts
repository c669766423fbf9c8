/** What may be searched by, and how it is asked. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkForm, searchQuery } from '../../../main/patient/search-criteria.ts';
import type { SearchForm } from '../../../main/patient/search-criteria.ts';

const TODAY = '2026-11-22';
const FORM: SearchForm = { family: 'Ashworth', given: '', birthDate: '12-Mar-1948', gender: '', postcode: '' };

function query(more: Partial<SearchForm> = {}): string {
  const checked = checkForm({ ...FORM, ...more }, TODAY);
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
  return decodeURIComponent(searchQuery(checked.value));
}

function faults(more: Partial<SearchForm>): Partial<Record<keyof SearchForm, string>> {
  const checked = checkForm({ ...FORM, ...more }, TODAY);
  return checked.ok ? {} : checked.faults;
}

describe('what is asked', () => {
  test('family name and birth date are enough', () => {
    expect(query()).toBe('family=Ashworth&birthdate=eq1948-03-12');
  });

  test('everything', () => {
    expect(query({ given: ' Margaret ,Anne  Marie,', gender: 'female', postcode: 'po0 0zz' })).toBe('family=Ashworth&given=Margaret&given=Anne Marie&birthdate=eq1948-03-12&gender=female&address-postalcode=PO0 0ZZ');
  });

  test.each([
    ['12-Mar-1948', 'eq1948-03-12'],
    ['12 march 1948', 'eq1948-03-12'],
    ['12/03/1948', 'eq1948-03-12'],
    ['12.3.1948', 'eq1948-03-12'],
    ['1948-03-12', 'eq1948-03-12'],
    ['29-Feb-2024', 'eq2024-02-29'],
  ])('the day %s', (birthDate, asked) => {
    expect(query({ birthDate })).toContain(`birthdate=${asked}`);
  });

  test.each([
    ['Feb-1948', 'birthdate=ge1948-02-01&birthdate=le1948-02-29'],
    ['03/1948', 'birthdate=ge1948-03-01&birthdate=le1948-03-31'],
    ['1948', 'birthdate=ge1948-01-01&birthdate=le1948-12-31'],
  ])('%s is asked as a range', (birthDate, asked) => {
    expect(query({ birthDate })).toContain(asked);
  });

  test.each([['As*'], ['Ash*rth'], ['O’Brien'], ['Ní Dhónaill'], ['Łukasz-Østergård']])('the name %s is taken', (family) => {
    expect(query({ family })).toContain(`family=${family}`);
  });

  test('nothing typed can add a parameter of its own', () => {
    fc.assert(fc.property(fc.string(), fc.string(), fc.string(), (family, given, postcode) => {
      const checked = checkForm({ ...FORM, family, given, postcode }, TODAY);
      if (!checked.ok) return;
      const names = [...new URLSearchParams(searchQuery(checked.value)).keys()];
      expect(names.filter((name) => !['family', 'given', 'birthdate', 'gender', 'address-postalcode'].includes(name))).toEqual([]);
      expect(names.filter((name) => name === 'family')).toHaveLength(1);
    }));
  });
});

describe('what is refused, field by field', () => {
  test.each([
    [{ family: '' }, 'family', /Enter a family name/],
    [{ family: '*' }, 'family', /two letters before/],
    [{ family: 'A*' }, 'family', /two letters before/],
    [{ given: 'Jo,M*' }, 'given', /two letters before/],
    [{ postcode: 'P*' }, 'postcode', /two letters before/],
    [{ postcode: 'PO1; DROP' }, 'postcode', /letters and digits/],
    [{ family: 'Ash&gender=male' }, 'family', /letters, hyphens/],
    [{ family: 'A'.repeat(36) }, 'family', /at most 35/],
    [{ birthDate: '' }, 'birthDate', /Enter a date of birth/],
    [{ birthDate: 'soon' }, 'birthDate', /not a date/],
    [{ birthDate: '12-Foo-1948' }, 'birthDate', /not a date/],
    [{ birthDate: '31-Feb-1948' }, 'birthDate', /no such day/],
    [{ birthDate: '29-Feb-2023' }, 'birthDate', /no such day/],
    [{ birthDate: '13/1948' }, 'birthDate', /no such day/],
    [{ birthDate: '23-Nov-2026' }, 'birthDate', /future/],
    [{ birthDate: '12-Mar-1848' }, 'birthDate', /130 years/],
  ] as const)('%j', (more, field, words) => {
    expect(faults(more)[field]).toMatch(words);
  });

  test('each field says its own', () => {
    expect(Object.keys(faults({ family: '', birthDate: 'x', postcode: '!' })).sort()).toEqual(['birthDate', 'family', 'postcode']);
  });

  test('the day itself is not the future', () => {
    expect(faults({ birthDate: '22-Nov-2026' })).toEqual({});
  });
});
