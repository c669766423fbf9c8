import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Reply } from '../../../preload/contract.ts';
import { prose } from '../../../renderer/design/prose.ts';
import { replyWithin } from '../../../renderer/limit.ts';
import { answeredView, newerView } from '../../../renderer/use-view.ts';
import { signIn, viewOf } from './views.ts';

const RENDERER = join(import.meta.dirname, '../../../renderer');
const tokens = readFileSync(join(RENDERER, 'design/tokens.css'), 'utf8');

function colour(name: string): readonly number[] {
  const hex = new RegExp(`--${name}: #([0-9a-f]{6});`).exec(tokens)?.[1];
  if (hex === undefined) throw new Error(`No colour is called ${name}`);
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
}

/** Contrast ratio of two colours (WCAG 2.2, relative luminance). */
function contrast(one: string, other: string): number {
  const luminance = (name: string) => {
    const [red = 0, green = 0, blue = 0] = colour(name).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

describe('colour', () => {
  test.each([
    ['ink', 'paper'],
    ['ink', 'selected'],
    ['soft', 'paper'],
    ['soft', 'pale'],
    ['soft', 'selected'],
    ['soft', 'amber-pale'],
    ['blue', 'paper'],
    ['blue', 'blue-pale'],
    ['blue', 'pale'],
    ['amber', 'paper'],
    ['amber', 'amber-pale'],
    ['amber', 'blue-pale'],
    ['red', 'paper'],
    ['red', 'red-pale'],
    ['green', 'paper'],
    ['navy-soft', 'navy'],
    ['paper', 'green-button'],
  ])('%s on %s can be read', (text, ground) => expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5));

  test('the edge of a control and the ring of focus can be seen', () => {
    expect(contrast('edge', 'paper')).toBeGreaterThanOrEqual(3);
    expect(contrast('focus', 'ink')).toBeGreaterThanOrEqual(3);
    expect(contrast('ink', 'paper')).toBeGreaterThanOrEqual(3);
  });
});

describe('what the pages are made of', () => {
  const sources = readdirSync(RENDERER, { recursive: true, encoding: 'utf8' });
  const read = (name: string) => readFileSync(join(RENDERER, name), 'utf8');

  test('no style attributes, no raw markup, no storage', () => {
    const scripts = sources.filter((name) => /\.tsx?$/.test(name));
    expect(scripts.length).toBeGreaterThan(30);
    for (const name of scripts) expect(`${name}: ${read(name)}`).not.toMatch(/ style=|dangerouslySetInnerHTML|localStorage|sessionStorage|indexedDB|console\./);
  });

  test('nothing is fetched from elsewhere and no text is under 12 px', () => {
    for (const name of sources.filter((file) => file.endsWith('.css'))) {
      expect(`${name}: ${read(name)}`).not.toMatch(/url\(|@import/);
      for (const [, size] of read(name).matchAll(/(?:font-size|--size-\w+): (\d+)px/g)) expect(Number(size)).toBeGreaterThanOrEqual(12);
    }
  });

  test('every style sheet is in the page', () => {
    const page = read('main.tsx');
    for (const name of sources.filter((file) => file.endsWith('.css'))) expect(page).toContain(`'./${name}'`);
  });

  test('the page has no script or style of its own', () => {
    expect(read('index.html')).not.toMatch(/<style|style=|<script(?![^>]* src=)/);
  });
});

describe('prose', () => {
  test('dates and NHS numbers do not break over lines, other words may', () => {
    expect(prose('999 012 3454 on 22-Nov-2026 11:58, well-known fact')).toBe('999\u00a0012\u00a03454 on 22\u2011Nov\u20112026\u00a011:58, well-known fact');
  });
});

describe('what comes from the trusted side', () => {
  const view = (revision: number) => viewOf(signIn(), { revision });

  test('an older view never replaces a newer one', () => {
    const shown = newerView({ kind: 'awaited' }, view(5));
    expect(newerView(shown, view(4))).toBe(shown);
    expect(newerView(shown, view(6))).toMatchObject({ view: { revision: 6 } });
  });

  test('a window that is told nothing stands by, unless it has been sent a view meanwhile', () => {
    const shown = newerView({ kind: 'awaited' }, view(5));
    expect(answeredView({ kind: 'awaited' }, { ok: true, value: null })).toEqual({ kind: 'standing-by' });
    expect(answeredView(shown, { ok: true, value: null })).toBe(shown);
    expect(answeredView(shown, { ok: true, value: view(4) })).toBe(shown);
    expect(answeredView(shown, { ok: false, sentence: 'No answer.' })).toBe(shown);
    expect(answeredView({ kind: 'awaited' }, { ok: false, sentence: 'No answer.' })).toEqual({ kind: 'refused', sentence: 'No answer.' });
    expect(newerView({ kind: 'standing-by' }, view(1))).toMatchObject({ kind: 'shown' });
  });

  test('a call that never comes back becomes a sentence', async () => {
    const never = new Promise<Reply<null>>(() => {});
    await expect(replyWithin(() => never, 5)).resolves.toMatchObject({ ok: false, sentence: expect.stringContaining('No answer in') });
  });

  test('a call that fails becomes a sentence without the reason', async () => {
    const reply = await replyWithin(() => Promise.reject<Reply<null>>(new Error('ASHWORTH')));
    expect(reply).toMatchObject({ ok: false });
    expect(JSON.stringify(reply)).not.toContain('ASHWORTH');
  });
});
