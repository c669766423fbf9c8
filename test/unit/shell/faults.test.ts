import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { watchFaults } from '../../../main/shell/faults.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test.each(['uncaughtException', 'unhandledRejection'])('%s: contained, and logged by its kind alone', (event) => {
  let written = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  const target = new EventEmitter();
  let contained = 0;
  watchFaults(target as unknown as NodeJS.Process, () => {
    contained += 1;
    throw new TypeError('ASHWORTH');
  });
  target.emit(event, new RangeError('ASHWORTH'));
  target.emit(event, 'ASHWORTH');
  expect(contained).toBe(2);
  expect(written).toMatch(/"type":"RangeError"[\s\S]*fault-not-contained[\s\S]*"type":"string"/);
  expect(written).not.toContain('ASHWORTH');
});

test('a log that nobody reads any more is no fault', async () => {
  const program = `
    const { log } = await import(${JSON.stringify(new URL('../../../main/shell/log.ts', import.meta.url).href)});
    process.stdin.once('data', () => {
      for (let count = 0; count < 3; count += 1) log('written', { count });
      setImmediate(() => setImmediate(() => process.exit(0)));
    });
    process.stdout.write('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '--no-warnings', '-e', program], { stdio: 'pipe' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.stderr.destroy();
  child.stdin.write('go');
  expect(await ended).toBe(0);
});
