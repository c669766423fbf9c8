import { expect, test } from 'vitest';
import type { WebContents } from 'electron';
import { watchInput } from '../../../main/shell/input.ts';

/** What is told of these inputs, one every so many milliseconds. */
function toldOf(types: readonly string[], everyMs = 2_000): number {
  let told = 0;
  let now = 0;
  let input: (event: unknown, input: { type: string }) => void = () => undefined;
  const contents = { on: (_name: string, listener: typeof input) => void (input = listener) } as unknown as Pick<WebContents, 'on'>;
  watchInput(contents, () => void (told += 1), () => now);
  for (const type of types) {
    input({}, { type });
    now += everyMs;
  }
  return told;
}

test.each(['keyDown', 'rawKeyDown', 'mouseDown', 'mouseWheel', 'touchStart'])('%s is a person', (type) => {
  expect(toldOf([type])).toBe(1);
});

test.each(['mouseMove', 'mouseEnter', 'mouseLeave', 'keyUp'])('%s alone is not', (type) => {
  expect(toldOf([type])).toBe(0);
});

test('typing is told once a second, the first key at once', () => {
  expect(toldOf(Array.from({ length: 21 }, () => 'keyDown'), 100)).toBe(3);
});
