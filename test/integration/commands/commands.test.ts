/** What the commands say when they are given something they cannot use: a sentence, an exit code, no stack trace. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lanyard-commands-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(script: string, ...args: string[]): { code: number | null; said: string } {
  const child = spawnSync(process.execPath, [join(ROOT, script), ...args], { cwd: ROOT, encoding: 'utf8', timeout: 30_000 });
  return { code: child.status, said: child.stdout + child.stderr };
}

const usable = {
  site: { name: 'Harbour Health Centre', odsCode: 'Z99001' },
  region: 'wessex',
  addresses: { 'wessex-record': 'http://127.0.0.1:1/FHIR/R4', 'wessex-summary': 'http://127.0.0.1:1/FHIR/R4', 'wessex-documents': 'http://127.0.0.1:1/FHIR/R4' },
  identity: { kind: 'card-assertion', issuer: 'http://127.0.0.1:1/identity' },
  pds: { baseUrl: 'http://127.0.0.1:1/pds' },
  practice: { name: 'Harbour Health Centre', odsCode: 'Z99001', protocol: 'gp-connect', baseUrl: 'http://127.0.0.1:1/practice' },
};

function configuration(change: Record<string, unknown>): string {
  const file = join(folder, 'configuration.json');
  writeFileSync(file, JSON.stringify({ ...usable, ...change }));
  return file;
}

describe('npm start -- --config', () => {
  test.each([
    ['an unknown key', { sitte: {} }, /there is no field "sitte"/],
    ['http off this computer', { pds: { baseUrl: 'http://pds.example.nhs.uk/' } }, /pds\.baseUrl: must start with https/],
    ['a region that does not ship', { region: 'mercia', addresses: {} }, /no usable profile "mercia"/],
    ['a source without an address', { addresses: {} }, /addresses\.wessex-record is missing/],
    ['a certificate file that is not there', { trust: { card: ['missing.pem'] } }, /missing\.pem/],
  ])('%s is refused with a sentence that names the field', (_name, change, sentence) => {
    const { code, said } = run('scripts/start.ts', '--config', configuration(change));
    expect(code).toBe(1);
    expect(said).toMatch(sentence);
    expect(said).not.toMatch(/\n\s+at /);
  });

  test('a file that is not JSON is refused with the place in it', () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '{\n  "site": {,\n}');
    const { code, said } = run('scripts/start.ts', '--config', file);
    expect(code).toBe(1);
    expect(said).toMatch(/broken\.json: this is not valid JSON: look at line 2/);
  });

  test('a file that is not there is refused by name', () => {
    const { code, said } = run('scripts/start.ts', '--config', join(folder, 'nowhere.json'));
    expect(code).toBe(1);
    expect(said).toMatch(/nowhere\.json: there is no such file/);
  });
});

describe('words that no command knows', () => {
  test.each([
    ['scripts/start.ts', ['--tuor'], /--tuor/],
    ['scripts/start.ts', ['--tour', '--config', 'x.json'], /do not go together/],
    ['scripts/bench.ts', ['startupp'], /no benchmark "startupp"/],
    ['scripts/run.mjs', ['strat'], /no command "strat"/],
  ])('%s %j', (script, args, sentence) => {
    const { code, said } = run(script, ...args);
    expect(code).toBe(2);
    expect(said).toMatch(sentence);
    expect(said).not.toMatch(/\n\s+at /);
  });
});
