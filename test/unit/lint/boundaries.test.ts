import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lanyard-lint-'));
  copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lints one line as if it stood in that file of the project. */
function lint(file: string, line: string): { ok: boolean; output: string } {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${line}\nexport const used = [thing];\n`);
  const run = spawnSync(process.execPath, [join(ROOT, 'node_modules/oxlint/bin/oxlint'), '--deny-warnings', file], { cwd: folder, encoding: 'utf8' });
  rmSync(path);
  return { ok: run.status === 0, output: run.stdout };
}

describe('boundaries between the rooms', () => {
  test.each([
    ['main/net/a.ts', "import { thing } from '../../renderer/app.tsx';"],
    ['main/net/a.ts', "import { thing } from '../../simulator/index.ts';"],
    ['main/net/a.ts', "import type { thing } from '../../test/unit/a.ts';"],
    ['main/record/a.ts', "import { thing } from '../net/http.ts';"],
    ['main/record/a.ts', "import { thing } from 'axios';"],
    ['main/record/a.ts', "import { thing } from 'node:fs';"],
    ['main/record/a.ts', "import { thing } from 'electron';"],
    ['main/record/normalise/a.ts', "import { thing } from '../../patient/pds.ts';"],
    ['main/card/a.ts', "import { thing } from '../identity/session.ts';"],
    ['main/card/piv/a.ts', "import { thing } from '../../net/http.ts';"],
    ['renderer/record/a.ts', "import { thing } from 'electron';"],
    ['renderer/record/a.ts', "import { thing } from 'node:fs';"],
    ['renderer/record/a.ts', "import { thing } from '../../main/net/http.ts';"],
    ['renderer/record/a.ts', "import { thing } from '../../preload/channels.ts';"],
    ['preload/a.ts', "import { thing } from '../main/net/http.ts';"],
    ['simulator/pds/a.ts', "import { thing } from '../../main/record/values.ts';"],
    ['simulator/pds/a.ts', "import { thing } from '../../test/unit/a.ts';"],
  ])('%s may not have: %s', (file, line) => {
    const { ok, output } = lint(file, line);
    expect(ok).toBe(false);
    expect(output).toMatch(/restricted/);
  });

  test.each([
    ['main/record/a.ts', "import { thing } from './values.ts';"],
    ['main/record/normalise/a.ts', "import { thing } from '../values.ts';"],
    ['main/card/piv/a.ts', "import { thing } from '../apdu.ts';"],
    ['main/card/pcsc/a.ts', "import { thing } from 'koffi';"],
    ['main/workstation/a.ts', "import { thing } from '../identity/session.ts';"],
    ['renderer/record/a.ts', "import { thing } from '../../main/record/model.ts';"],
    ['renderer/record/a.ts', "import { thing } from '../../preload/contract.ts';"],
    ['simulator/pds/a.ts', "import { thing } from '../people/index.ts';"],
  ])('%s may have: %s', (file, line) => {
    const { ok, output } = lint(file, line);
    expect(output).not.toMatch(/restricted/);
    expect(ok).toBe(true);
  });

  test('the simulator may have types of the app', () => {
    const path = join(folder, 'simulator/a.ts');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "import type { NhsNumber } from '../main/record/values.ts';\nexport const number = '' as NhsNumber;\n");
    const run = spawnSync(process.execPath, [join(ROOT, 'node_modules/oxlint/bin/oxlint'), 'simulator/a.ts'], { cwd: folder, encoding: 'utf8' });
    expect(run.status).toBe(0);
  });
});
