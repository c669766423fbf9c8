/** How deep JSON may be nested. */
import { expect, test } from 'vitest';
import { isTooDeep, MOST_DEPTH } from '../../../main/sources/json-depth.ts';

const nested = (depth: number, open: string, close: string): string => `${open.repeat(depth)}1${close.repeat(depth)}`;

test.each([['lists', '[', ']'], ['objects', '{"a":', '}'], ['both', '[{"a":', '}]']])('%s as deep as allowed pass, one deeper does not', (_what, open, close) => {
  const each = open.startsWith('[{') ? 2 : 1;
  expect(isTooDeep(nested(MOST_DEPTH / each, open, close))).toBe(false);
  expect(isTooDeep(nested(MOST_DEPTH / each + 1, open, close))).toBe(true);
});

test('many brackets side by side are not deep, and brackets in strings do not count', () => {
  expect(isTooDeep(`[${'[],{},'.repeat(10_000)}1]`)).toBe(false);
  expect(isTooDeep(JSON.stringify({ text: '['.repeat(500), quoted: '\\"[[['.repeat(200), end: '\\' }))).toBe(false);
  expect(isTooDeep(JSON.stringify({ before: 'a \\"quote\\" and \\', deep: 1 }).replace('1', nested(200, '[', ']')))).toBe(true);
});

test.each(['', '"', '{"a":"', ']]]]', '\\"'])('text that is no JSON does not upset it: %j', (text) => {
  expect(isTooDeep(text)).toBe(false);
});
