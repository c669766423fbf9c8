/** The identity parts of the banner, by the rules of the Common User Interface. */
import { describe, expect, test } from 'vitest';
import { ageBetween, bannerName, bannerView } from '../../../main/patient/banner.ts';
import type { Demographics } from '../../../main/record/demographics.ts';
import { parseClinicalDate } from '../../../main/record/normalise/dates.ts';
import { PATIENT } from '../../integration/record/people.ts';

const NOW = new Date('2026-11-22T11:58:00Z');
const born = (text: string): { readonly birthDate?: NonNullable<Demographics['birthDate']> } => {
  const birthDate = parseClinicalDate(text);
  return birthDate === undefined ? {} : { birthDate };
};

test('a person in full', () => {
  expect(bannerView({ ...PATIENT, address: '14 Sample Road, Portsmouth PO0 0ZZ', telephone: '01632 960 123', registeredWith: 'Z99001' }, NOW, ['A notice.'])).toEqual({
    name: 'ASHWORTH, Margaret (Mrs)', born: '12-Mar-1948 (78y)', gender: 'Female', nhsNumber: '999\u00a0000\u00a00018',
    address: '14 Sample Road, Portsmouth PO0 0ZZ · 01632 960 123', registered: 'Z99001', died: null, restricted: false, notices: ['A notice.'],
  });
});

test('a restricted person has no address, whatever was sent', () => {
  expect(bannerView({ ...PATIENT, confidentiality: 'restricted', address: '14 Sample Road' }, NOW, [])).toMatchObject({ restricted: true, address: null });
});

test('a person who has died has an age at death and no present age', () => {
  const died = parseClinicalDate('2020-03-11');
  expect(bannerView({ ...PATIENT, ...(died === undefined ? {} : { died }) }, NOW, [])).toMatchObject({ born: '12-Mar-1948', died: { date: '11-Mar-2020', age: '71y' } });
});

describe('names', () => {
  test.each([
    [{ family: 'O’Brien', given: ['Seán', 'Patrick'], prefix: ['Dr'] }, 'O’BRIEN, Seán Patrick (Dr)'],
    [{ family: 'Ashworth', given: [], prefix: [] }, 'ASHWORTH'],
    [{ given: ['Cher'], prefix: [] }, 'Cher'],
    [undefined, 'Name not recorded'],
  ])('%#', (name, shown) => expect(bannerName(name)).toBe(shown));
});

describe('ages', () => {
  test.each([
    ['1948-03-12', '78y'], ['1948-11-22', '78y'], ['1948-11-23', '77y'], ['2026-11-22', '0d'], ['2026-11-01', '21d'], ['2026-10-11', '6w'], ['2026-06-22', '5m'], ['2025-01-01', '22m'], ['2024-11-22', '2y'], ['1948', '78y'], ['1948-03', '78y'],
  ])('born %s', (text, age) => expect(ageBetween(born(text).birthDate, '2026-11-22')).toBe(age));
  test('a birth in the future has no age', () => expect(ageBetween(born('2030-01-01').birthDate, '2026-11-22')).toBeUndefined());
  test('a birth date that is not held is not recorded', () => {
    const { birthDate: _left, ...without } = PATIENT;
    expect(bannerView(without, NOW, [])).toMatchObject({ born: 'Not recorded' });
  });
});
