/** The `record` command where it cannot do what it is asked. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendJson, serve } from './loopback-server.ts';
import type { LoopbackServer } from './loopback-server.ts';
import { NHS_NUMBER, patientResource } from './people.ts';
import { runRecord } from './record-command.ts';

let server: LoopbackServer;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lanyard-command-'));
  file = join(folder, 'configuration.json');
  server = await serve(({ path }, response) => {
    if (path.includes('9990000026')) return sendJson(response, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not_found', details: { coding: [{ code: 'RESOURCE_NOT_FOUND' }] } }] }, 404);
    if (path.startsWith('/pds/')) return sendJson(response, { ...patientResource(), id: NHS_NUMBER });
    if (path.includes('$gpc')) return sendJson(response, { resourceType: 'Bundle', type: 'collection', entry: [{ resource: patientResource() }] });
    response.writeHead(500).end();
  });
  await writeFile(file, JSON.stringify({
    site: { name: 'Harbour Health Centre', odsCode: 'Z99001' },
    region: { id: 'test', name: 'Test', sources: [{ id: 'record', name: 'Test record', protocol: 'ips', baseUrl: `${server.origin}/region` }] },
    identity: { kind: 'card-assertion', issuer: server.origin },
    pds: { baseUrl: `${server.origin}/pds` },
    practice: { name: 'Harbour Health Centre', protocol: 'gp-connect', baseUrl: `${server.origin}/practice`, odsCode: 'Z99001' },
  }));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a command that is wrong ends with 2 and says how it is used', () => {
  test.each([
    ['nothing', [], /--config/],
    ['no number', ['--config', 'x'], /--nhs-number/],
    ['a number whose last digit does not fit', ['--config', 'x', '--nhs-number', '9990000019'], /last digit/],
    ['an option nobody knows', ['--colour'], /--colour/],
  ])('%s', async (_what, args, sentence) => {
    const result = await runRecord(args);
    expect(result).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(sentence) });
    expect(result.stderr).toContain('Usage:');
  });
});

describe('a record that cannot be opened ends with 1 and a sentence', () => {
  test('no configuration', async () => {
    expect(await runRecord(['--config', join(folder, 'gone.json'), '--nhs-number', NHS_NUMBER])).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('there is no such file') });
  });

  test('no such patient', async () => {
    expect(await runRecord(['--config', file, '--nhs-number', '999 000 0026'])).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('No patient has the NHS number') });
  });
});

test('a source that fails is in the document, and the token goes only where it belongs', async () => {
  const result = await runRecord(['--config', file, '--nhs-number', NHS_NUMBER, '--pretty', '--role-id', '555254240100'], { LANYARD_TOKEN: 'a-token' });
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  const document = JSON.parse(result.stdout) as { sources: { id: string; state: { kind: string } }[]; completeness: string };
  expect(document.sources.map(({ id, state }) => `${id} ${state.kind}`)).toEqual(['practice answered', 'record failed']);
  expect(document.completeness).toBe('1 source has not answered: differences may be incomplete');
  expect(result.stdout).not.toContain('a-token');
  expect(server.seen.filter(({ headers }) => headers.authorization === 'Bearer a-token')).toHaveLength(3);
});
