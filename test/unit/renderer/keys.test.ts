import { describe, expect, test } from 'vitest';
import { asksForFind } from '../../../renderer/find-patient/find-keys.ts';
import { recordAction } from '../../../renderer/record/record-keys.ts';
import type { RecordKeyPress } from '../../../renderer/record/record-keys.ts';
import { neighbour } from '../../../renderer/record/row-walk.ts';
import { roleAfterKey } from '../../../renderer/role/role-keys.ts';

const plain = { ctrlKey: false, altKey: false, metaKey: false };
const press = (key: string, within: RecordKeyPress['within'] = 'list', parts: Partial<RecordKeyPress> = {}) => recordAction({ key, within, ...plain, ...parts });

describe('keys on the record', () => {
  test.each([
    ['j', 'next'],
    ['J', 'next'],
    ['k', 'previous'],
    ['ArrowDown', 'next'],
    ['ArrowUp', 'previous'],
    ['d', 'only-differs'],
    ['Escape', 'close'],
  ])('%s in the list: %s', (key, action) => expect(press(key)).toBe(action));

  test('letters do nothing while text is typed or a dialog is open', () => {
    for (const key of ['j', 'k', 'd', 'Escape', 'Enter']) {
      expect(press(key, 'text')).toBeNull();
      expect(press(key, 'dialog')).toBeNull();
    }
  });

  test('arrows scroll and Enter presses what has the focus outside the list', () => {
    expect(press('ArrowDown', 'control')).toBeNull();
    expect(press('Enter', 'control')).toBeNull();
    expect(press('Enter', 'list')).toBeNull();
    expect(press('Enter', 'elsewhere')).toBe('expand');
  });

  test('with Ctrl only K means something, with Alt nothing does', () => {
    expect(press('k', 'list', { ctrlKey: true })).toBe('find-another');
    expect(press('j', 'list', { ctrlKey: true })).toBeNull();
    expect(press('j', 'list', { altKey: true })).toBeNull();
  });
});

describe('walking the rows', () => {
  const sections = [
    { id: 'allergies', rows: 2 },
    { id: 'alerts', rows: 0 },
    { id: 'medication', rows: 3 },
  ];

  test('forwards and backwards over empty sections', () => {
    expect(neighbour(sections, { section: 'allergies', index: 1 }, 1)).toEqual({ section: 'medication', index: 0 });
    expect(neighbour(sections, { section: 'medication', index: 0 }, -1)).toEqual({ section: 'allergies', index: 1 });
  });

  test('meets every row once, in order, and stops at the ends', () => {
    const seen: string[] = [];
    for (let place = neighbour(sections, null, 1); place !== null; place = neighbour(sections, place, 1)) seen.push(`${place.section} ${place.index}`);
    expect(seen).toEqual(['allergies 0', 'allergies 1', 'medication 0', 'medication 1', 'medication 2']);
    expect(neighbour(sections, null, -1)).toEqual({ section: 'medication', index: 2 });
    expect(neighbour([], null, 1)).toBeNull();
  });

  test('starts over where the section of the place has emptied', () => {
    expect(neighbour(sections, { section: 'alerts', index: 0 }, 1)).toEqual({ section: 'allergies', index: 0 });
  });
});

describe('keys elsewhere', () => {
  test('a number goes to its role, arrows stop at the ends', () => {
    expect(roleAfterKey('2', 0, 3)).toBe(1);
    expect(roleAfterKey('4', 0, 3)).toBeNull();
    expect(roleAfterKey('0', 0, 3)).toBeNull();
    expect(roleAfterKey('ArrowDown', 2, 3)).toBe(2);
    expect(roleAfterKey('ArrowUp', 0, 3)).toBe(0);
    expect(roleAfterKey('ArrowDown', -1, 3)).toBe(0);
    expect(roleAfterKey('ArrowDown', 0, 0)).toBeNull();
  });

  test('slash and Ctrl K find; a slash in the field is typed', () => {
    expect(asksForFind({ ...plain, key: '/' }, false)).toBe(true);
    expect(asksForFind({ ...plain, key: '/' }, true)).toBe(false);
    expect(asksForFind({ ...plain, key: 'k', ctrlKey: true }, true)).toBe(true);
    expect(asksForFind({ ...plain, key: 'k' }, false)).toBe(false);
  });
});
