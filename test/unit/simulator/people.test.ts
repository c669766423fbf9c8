import { describe, expect, it } from 'vitest';
import * as concepts from '../../../simulator/people/concepts.ts';
import { london, shifted } from '../../../simulator/people/dates.ts';
import { EVERYONE, heldBy, PEOPLE, personByNumber } from '../../../simulator/people/index.ts';
import { checkDigit, isNhsNumber, testNumber } from '../../../simulator/people/nhs-number.ts';
import { CLINICIANS, ORGANISATIONS } from '../../../simulator/people/organisations.ts';
import { parseNhsNumber } from '../../../main/record/values.ts';

describe('NHS numbers of people who do not exist', () => {
  const numbers = EVERYONE.flatMap((person) => [person.nhsNumber, ...(person.formerNumbers ?? [])]);

  it('lie in the 999 test range with a valid check digit, as the application reads it', () => {
    for (const number of numbers) {
      expect(number).toMatch(/^999\d{7}$/);
      expect(parseNhsNumber(number), number).toEqual({ ok: true, value: number });
    }
  });

  it('are nobody else\'s', () => {
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('reckons check digits by modulus 11 and knows the ones that are never issued', () => {
    expect(checkDigit('943476591')).toBe(9);
    expect(checkDigit('999045678')).toBe(10);
    expect(testNumber('999', 45678)).toBeNull();
    expect(isNhsNumber('9990123455')).toBe(false);
  });

  it('finds the person behind a former number', () => {
    expect(personByNumber('9990234566')?.nhsNumber).toBe('9990000018');
  });
});

describe('clinical codes', () => {
  const { ALLERGY, REACTION, PROBLEM, FINDING, TEST, VACCINE, PROCEDURE, DOCUMENT, REFERRAL, MEDICINE } = concepts;
  const all: { code: string; display: string }[] = [concepts.NO_KNOWN_ALLERGIES, ...[ALLERGY, REACTION, PROBLEM, FINDING, TEST, VACCINE, PROCEDURE, DOCUMENT, REFERRAL, MEDICINE].flatMap((group) => Object.values(group))];

  it('all end in their Verhoeff check digit', () => {
    expect(all.length).toBeGreaterThan(90);
    for (const { code, display } of all) expect(`${display} ${concepts.verhoeffDigit(code.slice(0, -1))}`).toBe(`${display} ${code.at(-1)}`);
  });

  it('catch a mistyped digit', () => {
    expect(concepts.verhoeffDigit('71618600')).toBe('3');
    expect(concepts.verhoeffDigit('71618060')).not.toBe('3');
  });
});

describe('stories', () => {
  it('are at least ten, the tour\'s patient first', () => {
    expect(PEOPLE.length).toBeGreaterThanOrEqual(10);
    expect(PEOPLE[0]).toMatchObject({ nhsNumber: '9990123454', born: '1948-03-12', name: { family: 'Ashworth', given: ['Margaret'], prefix: 'Mrs' } });
  });

  it.each(PEOPLE)('$name.family: entries have ids of their own and consultations name entries that exist', (person) => {
    const ids = person.entries.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const about = person.entries.flatMap((entry) => (entry.kind === 'encounter' ? (entry.about ?? []) : []));
    expect(about.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('live at postcodes and telephone numbers that nobody has', () => {
    for (const { address, phone } of EVERYONE) {
      if (address !== undefined) expect(address.postcode).toMatch(/^PO0 0[A-Z]{2}$/);
      if (phone !== undefined) expect(phone).toMatch(/^01632 960\d{3}$/);
    }
    for (const { phone, postcode, odsCode } of Object.values(ORGANISATIONS)) {
      expect(phone).toMatch(/^01632 960\d{3}$/);
      expect(postcode).toMatch(/^PO0 0[A-Z]{2}$/);
      expect(odsCode).toMatch(/^Z99\d{3}$/);
    }
  });

  it('give every clinician a number of their own', () => {
    const ids = Object.values(CLINICIANS).map(({ userId }) => userId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('tell of a long history and of one the region knows nothing of', () => {
    const holloway = PEOPLE.find(({ name }) => name.family === 'Holloway');
    const lines = (holloway?.entries ?? []).reduce((total, entry) => total + (entry.kind === 'report' ? entry.results.length : 1), 0);
    expect(lines).toBeGreaterThan(2_000);
    const lindqvist = PEOPLE.find(({ name }) => name.family === 'Lindqvist');
    expect(lindqvist?.wessex).toBe('none');
    expect(lindqvist === undefined ? [] : heldBy(lindqvist, 'wessex')).toEqual([]);
  });
});

describe('dates', () => {
  it.each([
    ['2026-03-28', '+00:00'], ['2026-03-29', '+01:00'], ['2026-10-24', '+01:00'], ['2026-10-25', '+00:00'], ['2026-11-14', '+00:00'],
  ])('%s in London has the offset %s', (day, offset) => {
    expect(london(day, '09:15')).toBe(`${day}T09:15:00${offset}`);
  });

  it('move across the ends of months', () => {
    expect(shifted('2026-02-27', 2)).toBe('2026-03-01');
  });
});
