/** GP Connect through the Spine proxy, against a responder that checks every header and every claim. */
import { afterEach, describe, expect, test } from 'vitest';
import { authorised } from '../../../main/net/authorised.ts';
import { createAxiosHttp } from '../../../main/net/axios-http.ts';
import { sourceId } from '../../../main/record/values.ts';
import { auditToken } from '../../../main/sources/gp-connect/audit-token.ts';
import { createGpConnectSource, type GpConnectOptions } from '../../../main/sources/gp-connect/gp-connect-source.ts';
import type { SourceRequest } from '../../../main/sources/source.ts';
import { startSpineResponder, type SpineResponder } from '../../support/spine-responder.ts';
import { askSource, bundle, PATIENT, REQUEST, scripted } from './scripted-http.ts';

const PROVIDER = 'https://provider.example.nhs.uk/Z99001/STU3/1/gpconnect/structured/fhir';
const INTERACTION = 'urn:nhs:names:services:gpconnect:fhir:operation:gpc.getstructuredrecord-1';
const ASIDS = { asidFrom: '200000000359', asidTo: '918999198993', interactionId: INTERACTION };

let responder: SpineResponder;
afterEach(() => responder.close());

async function ask(change: Partial<NonNullable<GpConnectOptions['spineProxy']>> = {}, request: SourceRequest = REQUEST, baseUrl = PROVIDER) {
  responder = await startSpineResponder({ ...ASIDS, provider: PROVIDER, nhsNumber: REQUEST.nhsNumber }, bundle([PATIENT], { type: 'collection' }));
  const source = createGpConnectSource({ id: sourceId('practice'), name: 'Harbour practice', role: 'practice', baseUrl, route: 'spine-proxy', spineProxy: { ...ASIDS, proxyUrl: responder.proxyUrl, issuer: 'https://lanyard.example.nhs.uk/', ...change } });
  // The session's own token is on offer for the proxy's origin: the source's must win.
  return askSource(source, authorised(createAxiosHttp(), () => 'session-token', [responder.proxyUrl]), request);
}

describe('the Spine proxy', () => {
  test('finds nothing wrong, and the record comes', async () => {
    const { pages, end } = await ask();
    expect(responder.findings).toEqual([[]]);
    expect(pages).toHaveLength(1);
    expect(end.outcome).toEqual({ kind: 'answered' });
  });

  test('is given the base address with or without a final slash', async () => {
    await ask({}, REQUEST, `${PROVIDER}/`);
    expect(responder.findings).toEqual([[]]);
  });

  test('is told UNK by whoever has no role profile, and the device that the site names', async () => {
    await ask({ device: { system: 'https://lanyard.example.nhs.uk/Id/device', value: 'WS-12' } }, { ...REQUEST, roleId: '' });
    expect(responder.findings).toEqual([[]]);
    const claims = Buffer.from(responder.tokens[0]?.split('.')[1] ?? '', 'base64url').toString('utf8');
    expect(claims).toContain('"system":"https://fhir.nhs.uk/Id/sds-role-profile-id","value":"UNK"');
    expect(claims).toContain('"value":"WS-12"');
  });

  test('is told UNK of a user whom only this system knows', async () => {
    await ask({}, { ...REQUEST, requester: { userId: 'arahman', name: 'Amina Rahman', organisationName: 'Harbour' } });
    expect(responder.findings).toEqual([[]]);
    expect(Buffer.from(responder.tokens[0]?.split('.')[1] ?? '', 'base64url').toString('utf8')).toContain('"system":"https://fhir.nhs.uk/Id/sds-user-id","value":"UNK"');
  });

  test('each request has a token and a trace of its own', async () => {
    const seen = [];
    for (let index = 0; index < 2; index += 1) {
      const { http, sent } = scripted(() => ({ status: 500, headers: {}, body: '' }));
      const source = createGpConnectSource({ id: sourceId('practice'), name: 'P', role: 'practice', baseUrl: PROVIDER, route: 'spine-proxy', spineProxy: { ...ASIDS, proxyUrl: 'https://proxy.example.nhs.uk', issuer: 'https://lanyard.example.nhs.uk/' }, now: () => new Date(1_700_000_000_000 + index * 1_000) });
      await askSource(source, http);
      seen.push([sent[0]?.headers?.['authorization'], sent[0]?.headers?.['ssp-traceid']]);
    }
    expect(seen[0]?.[0]).not.toBe(seen[1]?.[0]);
    expect(seen[0]?.[1]).not.toBe(seen[1]?.[1]);
  });

  test.each<[string, Partial<NonNullable<GpConnectOptions['spineProxy']>>, string]>([
    ['another ASID of ours', { asidFrom: '1' }, 'Ssp-From'],
    ['another ASID of theirs', { asidTo: '1' }, 'Ssp-To'],
    ['another interaction', { interactionId: `${INTERACTION}0` }, 'Ssp-InteractionID'],
    ['an issuer without https', { issuer: 'http://127.0.0.1/' }, 'iss'],
  ])('objects to %s', async (_what, change, finding) => {
    const { end } = await ask(change);
    expect(responder.findings).toEqual([[finding]]);
    expect(end.outcome).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('Harbour practice') });
  });

  test('is not asked where nobody says who asks', async () => {
    const { requester: _nobody, ...request } = REQUEST;
    const { end } = await ask({}, request);
    expect(responder.findings).toEqual([]);
    expect(end.outcome).toMatchObject({ kind: 'refused', sentence: expect.stringMatching(/only where it is told who asks/) });
  });
});

test.each([
  ['Dr Amina Rahman', { prefix: ['Dr'], given: ['Amina'], family: 'Rahman' }],
  ['Amina Zahra Rahman', { given: ['Amina', 'Zahra'], family: 'Rahman' }],
  ['Rahman', { family: 'Rahman' }],
  ['Zoë Ó Súilleabháin', { given: ['Zoë', 'Ó'], family: 'Súilleabháin' }],
])('%s is named in full', (name, expected) => {
  const token = auditToken({ issuer: 'https://lanyard.example.nhs.uk/', audience: PROVIDER }, REQUEST, { userId: '1', name, organisationName: 'Harbour' }, new Date());
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { requesting_practitioner: { name: unknown[] } };
  expect(claims.requesting_practitioner.name).toEqual([{ text: name, ...expected }]);
});
