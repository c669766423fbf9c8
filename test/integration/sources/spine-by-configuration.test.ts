/** A practice behind the Spine proxy is a matter of configuration alone: the record command, and a proxy that checks everything. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSpineResponder } from '../../support/spine-responder.ts';
import { sendJson, serve } from '../record/loopback-server.ts';
import { NHS_NUMBER, patientResource } from '../record/people.ts';
import { runRecord } from '../record/record-command.ts';

const PROVIDER = 'https://provider.example.nhs.uk/Z99001/STU3/1/gpconnect/structured/fhir';
const SPINE = { asidFrom: '200000000359', asidTo: '918999198993', interactionId: 'urn:nhs:names:services:gpconnect:fhir:operation:gpc.getstructuredrecord-1' };
const allergy = { resourceType: 'AllergyIntolerance', id: 'a1', patient: { reference: 'Patient/p1' }, clinicalStatus: 'active', verificationStatus: 'unconfirmed', code: { coding: [{ system: 'http://snomed.info/sct', code: '91936005', display: 'Allergy to penicillin' }] } };

test('the record comes, and the proxy finds nothing wrong', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lanyard-spine-'));
  const responder = await startSpineResponder({ ...SPINE, provider: PROVIDER, nhsNumber: NHS_NUMBER }, { resourceType: 'Bundle', type: 'collection', entry: [{ resource: patientResource() }, { resource: allergy }] });
  const others = await serve(({ path }, response) => (path.startsWith('/pds/') ? sendJson(response, { ...patientResource(), id: NHS_NUMBER }) : sendJson(response, { resourceType: 'Bundle', type: 'searchset', total: 0 })));
  try {
    const file = join(folder, 'configuration.json');
    await writeFile(file, JSON.stringify({
      site: { name: 'Harbour Health Centre', odsCode: 'Z99001' },
      region: { id: 'test', name: 'Test region', sources: [{ id: 'record', name: 'Region record', protocol: 'fhir-stu3', baseUrl: `${others.origin}/STU3` }] },
      identity: { kind: 'card-assertion', issuer: `${others.origin}/identity` },
      pds: { baseUrl: `${others.origin}/pds` },
      practice: { name: 'Harbour Health Centre', protocol: 'gp-connect', route: 'spine-proxy', baseUrl: PROVIDER, odsCode: 'Z99001', spineProxy: { proxyUrl: responder.proxyUrl, asidFrom: SPINE.asidFrom, asidTo: SPINE.asidTo, issuer: 'https://lanyard.example.nhs.uk' } },
    }));
    const { exitCode, stdout, stderr } = await runRecord(['--config', file, '--nhs-number', NHS_NUMBER, '--token', 'session-token']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(responder.findings).toEqual([[]]);
    const report = JSON.parse(stdout) as { sources: { state: { kind: string } }[]; items: { title: string }[] };
    expect(report.sources.map(({ state }) => state.kind)).toEqual(['answered', 'none-held']);
    expect(report.items.map(({ title }) => title)).toContain('Allergy to penicillin');
    expect(others.seen.every(({ headers }) => headers.authorization === 'Bearer session-token')).toBe(true);
  } finally {
    await responder.close();
    await others.close();
    await rm(folder, { recursive: true, force: true });
  }
});
