/** As whom the sources are asked, and that nobody is asked where the role may not. */
import { expect, test } from 'vitest';
import type { HttpPort, HttpRequest } from '../../../main/net/http.ts';
import { tracePatient } from '../../../main/patient/pds.ts';
import type { ResolvedSource } from '../../../main/policy/load.ts';
import { type SourcesConfiguration, createSources } from '../../../main/sources/create.ts';
import type { Protocol, Source } from '../../../main/sources/source.ts';
import { NHS_NUMBER } from '../../integration/record/people.ts';

const ROLE = '555254240101';
const at = (protocol: Protocol) => ({ id: protocol, name: protocol, baseUrl: `https://${protocol}.example.nhs.uk` });
/** One source of each protocol that asks for content. */
const SOURCES: { readonly [Spoken in Exclude<Protocol, 'launch'>]: Extract<ResolvedSource, { protocol: Spoken }> } = {
  'fhir-r4': { ...at('fhir-r4'), protocol: 'fhir-r4' },
  'fhir-stu3': { ...at('fhir-stu3'), protocol: 'fhir-stu3' },
  ips: { ...at('ips'), protocol: 'ips' },
  mhd: { ...at('mhd'), protocol: 'mhd' },
  nrl: { ...at('nrl'), protocol: 'nrl' },
  scr: { ...at('scr'), protocol: 'scr' },
  'gp-connect': { ...at('gp-connect'), protocol: 'gp-connect', route: 'clinical-data-gateway' },
};
const CONFIGURATION: SourcesConfiguration = {
  practice: { id: 'practice', name: 'Harbour Health Centre', protocol: 'gp-connect', route: 'clinical-data-gateway', baseUrl: 'https://gateway.example.nhs.uk', odsCode: 'Z99001' },
  sources: Object.values(SOURCES),
};
const { signal } = new AbortController();

/** One patient is found wherever one is looked for; nothing else is. */
function recording(): { readonly http: HttpPort; readonly sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  const patient = { resourceType: 'Bundle', type: 'searchset', entry: [{ resource: { resourceType: 'Patient', id: 'p1' } }] };
  return { sent, http: { send: (request) => (sent.push(request), Promise.resolve({ status: 200, headers: {}, body: JSON.stringify(patient) })) } };
}

async function outcomesOf(source: Source, http: HttpPort, roleId: string): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for await (const part of source.fetch({ nhsNumber: NHS_NUMBER, organisation: 'Z99001', roleId }, http, signal)) if (part.kind === 'outcome') outcomes.push(part.outcome);
  return outcomes;
}

test('every request of every source names the role it is made in', async () => {
  for (const source of createSources(CONFIGURATION, { confidentiality: 'unrestricted' })) {
    const { http, sent } = recording();
    await outcomesOf(source, http, ROLE);
    expect(sent.length, source.name).toBeGreaterThan(0);
    for (const { headers } of sent) expect(headers, source.name).toMatchObject({ 'nhsd-session-urid': ROLE });
  }
});

test('so does a trace in PDS', async () => {
  const { http, sent } = recording();
  await tracePatient('https://pds.example.nhs.uk', { nhsNumber: NHS_NUMBER, roleId: ROLE, organisation: 'Z99001' }, http, signal);
  expect(sent).toMatchObject([{ headers: { 'nhsd-session-urid': ROLE, 'nhsd-end-user-organisation-ods': 'Z99001' } }]);
});

test('where the role may not open the record nobody is asked, and each source says so', async () => {
  const { http, sent } = recording();
  for (const source of createSources(CONFIGURATION, { confidentiality: 'restricted' }, 'This role may not.')) {
    expect(await outcomesOf(source, http, ROLE)).toEqual([{ kind: 'refused', sentence: `${source.name} was not asked. This role may not.` }]);
  }
  expect(sent).toEqual([]);
});
