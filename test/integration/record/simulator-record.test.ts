/** The `record` command on the simulator: plain on loopback, and over real TLS with an authority of the site's own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Simulator } from '../../../scripts/workstation/simulator.ts';
import { type TlsProxy, startTlsProxy } from '../../support/tls-proxy.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MARGARET = '9990123454';

interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly complaint: string;
}

let simulator: Simulator;
let proxy: TlsProxy;
let folder = '';
let token = '';
let roleId = '';

beforeAll(async () => {
  simulator = await Simulator.start(['--no-card']);
  const issued = await fetch(`${simulator.ready.control}/token`, { method: 'POST', body: '{}', signal: AbortSignal.timeout(10_000) });
  ({ token, roleId } = (await issued.json()) as { token: string; roleId: string });
  proxy = await startTlsProxy(simulator.ready.control);
  folder = mkdtempSync(join(tmpdir(), 'lanyard-record-'));
});

afterAll(async () => {
  await proxy.close();
  await simulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

function record(configuration: string, ...more: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/record.ts'), '--config', configuration, '--nhs-number', MARGARET, ...more], { timeout: 60_000 });
  let output = '';
  let complaint = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (complaint += data));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output, complaint })));
}

/** The simulator's own configuration with every record service behind TLS. */
function overTls(trust: readonly string[]): string {
  const text = readFileSync(simulator.ready.configuration, 'utf8').replaceAll(simulator.ready.control, proxy.origin);
  const file = join(folder, `configuration-${trust.length}.json`);
  writeFileSync(join(folder, 'servers.pem'), proxy.authority);
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(text) as object), trust: { card: [], tls: trust } }));
  return file;
}

interface Report {
  readonly resources: { readonly received: number; readonly reachable: number };
  readonly sources: readonly { readonly state: { readonly kind: string } }[];
  readonly quarantined: number;
}

describe('npm run record', () => {
  test('prints one JSON document: everything received is reachable', async () => {
    const { code, output } = await record(simulator.ready.configuration, '--token', token, '--role-id', roleId);
    const report = JSON.parse(output) as Report;
    expect(code).toBe(0);
    expect(report.resources.received).toBeGreaterThan(300);
    expect(report.resources.reachable).toBe(report.resources.received);
    expect(report.quarantined).toBe(0);
  });

  test('says that a token is missing where one is wanted', async () => {
    const { code, output, complaint } = await record(simulator.ready.configuration);
    expect(code).toBe(1);
    expect(output).toBe('');
    expect(complaint).toMatch(/--token/);
  });

  test('works over TLS with an authority that only the configuration names', async () => {
    const { code, output, complaint } = await record(overTls(['servers.pem']), '--token', token, '--role-id', roleId);
    expect(complaint).toBe('');
    expect(code).toBe(0);
    expect((JSON.parse(output) as Report).sources.map(({ state }) => state.kind)).toEqual(['answered', 'answered', 'partial', 'answered']);
  });

  test('does not trust that server without it', async () => {
    const { code, complaint } = await record(overTls([]), '--token', token, '--role-id', roleId);
    expect(code).toBe(1);
    expect(complaint).toMatch(/certificate|trust/i);
    expect(complaint).not.toContain(token);
  });
});
