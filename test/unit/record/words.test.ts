/** Dates as precise as they were written, and medicine names apart from their strength. */
import { describe, expect, test } from 'vitest';
import { medicineName } from '../../../main/record/medicine-name.ts';
import { englishDay, parseClinicalDate } from '../../../main/record/normalise/dates.ts';
import { doseOf } from '../../../main/record/normalise/dose.ts';
import { shownDate, shownInstant } from '../../../main/record/view-words.ts';
import type { Instant } from '../../../main/record/values.ts';

describe('dates', () => {
  test.each([
    ['2019', 'year', undefined, '2019'],
    ['2019-03', 'month', undefined, 'Mar-2019'],
    ['2019-03-07', 'day', '2019-03-07', '07-Mar-2019'],
    ['2026-06-30T23:30:00Z', 'time', '2026-07-01', '01-Jul-2026'],
    ['2026-11-01T23:30:00Z', 'time', '2026-11-01', '01-Nov-2026'],
    ['2026-06-30T23:30:00+01:00', 'time', '2026-06-30', '30-Jun-2026'],
    ['2010-01-13T11:37:34.423+00:00', 'time', '2010-01-13', '13-Jan-2010'],
    ['1970-01-14T23:30:00Z', 'time', '1970-01-15', '15-Jan-1970'],
  ])('%s', (text, precision, day, shown) => {
    const date = parseClinicalDate(text);
    expect(date).toMatchObject({ text, precision });
    expect(date?.day).toBe(day);
    expect(date === undefined ? null : shownDate(date)).toBe(shown);
  });

  test.each(['1961-04-93', '2019-13', '2019-02-30', '2026-11-22T010:38:00Z', '01/02/2019', '', 'yesterday', 20190307, null])('%s is no date', (value) => {
    expect(parseClinicalDate(value)).toBeUndefined();
  });

  test('summer time begins and ends at 01:00 UTC on the last Sundays of March and October', () => {
    expect(englishDay(Date.parse('2026-03-28T23:30:00Z'))).toBe('2026-03-28');
    expect(englishDay(Date.parse('2026-03-29T23:30:00Z'))).toBe('2026-03-30');
    expect(englishDay(Date.parse('2026-10-24T23:30:00Z'))).toBe('2026-10-25');
    expect(englishDay(Date.parse('2026-10-25T23:30:00Z'))).toBe('2026-10-25');
  });

  test('every day of thirty years is the same as the time zone database says', () => {
    const london = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', year: 'numeric', month: '2-digit', day: '2-digit' });
    for (let moment = Date.UTC(1990, 0, 1, 23, 30); moment < Date.UTC(2030, 0, 1); moment += 86_400_000) expect(englishDay(moment)).toBe(london.format(moment));
  });

  test('an instant is shown in English time', () => {
    expect(shownInstant('2026-07-01T10:58:00.000Z' as Instant)).toBe('01-Jul-2026 11:58');
  });
});

describe('medicine names', () => {
  test.each([
    ['Ramipril 5mg capsules', 'ramipril', '5mg capsules', 'ramipril'],
    ['Ramipril 2.5 mg capsules', 'ramipril', '2.5 mg capsules', 'ramipril'],
    ['Metformin 1g modified release tablets', 'metformin', '1g modified release tablets', 'metformin'],
    ['Salbutamol 100micrograms/dose inhaler CFC free', 'salbutamol', '100micrograms/dose inhaler CFC free', 'salbutamol'],
    ['Levonorgestrel 150microgram / Ethinylestradiol 30microgram tablets', 'levonorgestrel 150microgram / ethinylestradiol 30microgram', 'tablets', 'ethinylestradiol levonorgestrel'],
    ['EPIPEN 300micrograms/0.3ml', 'EPIPEN', '300micrograms/0.3ml', 'epipen'],
    ['Apixaban', 'apixaban', '', 'apixaban'],
  ])('%s', (title, name, rest, key) => {
    expect(medicineName(title)).toEqual({ name, rest, key });
  });

  test('nothing of a title is lost', () => {
    const title = 'Paracetamol 500mg / Codeine 30mg effervescent tablets (Some Maker Ltd)';
    const { name, rest } = medicineName(title);
    expect(`${name} ${rest}`.toLowerCase()).toBe(title.toLowerCase());
  });
});

describe('doses', () => {
  test('are given in full, every dosage and every instruction', () => {
    expect(doseOf([{ text: '1 tablet once a day', patientInstruction: 'Take in the morning' }, { text: '2 at night' }])).toBe('1 tablet once a day, Take in the morning; 2 at night');
  });

  test('are put into words where only their parts were sent', () => {
    expect(doseOf([{ doseAndRate: [{ doseQuantity: { value: 2.5, unit: 'mg' } }], timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } }, route: { text: 'oral' }, asNeededBoolean: true }])).toBe('2.5 mg 2 times a day oral as needed');
  });

  test('a placeholder is no dose', () => {
    expect(doseOf([{ text: 'n/a' }])).toBeUndefined();
  });
});
