/** What the sources of a deployment are, and the small parts they share. */
import { describe, expect, test } from 'vitest';
import { createSources, sourceOrigins } from '../../../main/sources/create.ts';
import type { SourcesConfiguration } from '../../../main/sources/create.ts';
import { parseExactJson } from '../../../main/sources/exact-json.ts';
import { nextPage } from '../../../main/sources/fhir-search/paging.ts';
import { withheldNotes } from '../../../main/sources/gp-connect/withheld.ts';
import { NHS_NUMBER } from '../../integration/record/people.ts';

const CONFIGURATION: SourcesConfiguration = {
  practice: { id: 'practice', name: 'Harbour Health Centre', protocol: 'gp-connect', route: 'clinical-data-gateway', baseUrl: 'https://gateway.example.nhs.uk/x', odsCode: 'Z99001' },
  sources: [{ id: 'wessex-record', name: 'Wessex record', protocol: 'fhir-r4', baseUrl: 'https://record.example.nhs.uk/R4' }, { id: 'wessex-summary', name: 'Wessex summary', protocol: 'ips', baseUrl: 'https://record.example.nhs.uk/R4' }],
};

describe('createSources', () => {
  test('the practice first, then the region’s in their order', () => {
    expect(createSources(CONFIGURATION, { confidentiality: 'unrestricted' }).map(({ id, role }) => `${id} ${role}`)).toEqual(['practice practice', 'wessex-record shared', 'wessex-summary shared']);
    expect(sourceOrigins(CONFIGURATION)).toHaveLength(3);
  });

  test('GP Connect is not asked for a restricted patient', async () => {
    const [practice] = createSources(CONFIGURATION, { confidentiality: 'restricted' });
    let sent = 0;
    const http = { send: () => { sent += 1; return Promise.reject(new Error('must not be asked')); } };
    const parts = [];
    for await (const part of practice?.fetch({ nhsNumber: NHS_NUMBER, organisation: 'Z99001', roleId: '' }, http, new AbortController().signal) ?? []) parts.push(part);
    expect(sent).toBe(0);
    expect(parts).toMatchObject([{ kind: 'outcome', outcome: { kind: 'refused', sentence: expect.stringContaining('restricted') } }]);
  });
});

describe('parseExactJson', () => {
  test('keeps the digits that plain parsing loses, and only those', () => {
    expect(parseExactJson('{"a":7.0,"b":7.5,"c":0,"d":"7.0","e":1e3,"f":12345678901234567}')).toEqual({ a: { rawJSON: '7.0' }, b: 7.5, c: 0, d: '7.0', e: { rawJSON: '1e3' }, f: { rawJSON: '12345678901234567' } });
  });

  test('fails as JSON.parse does', () => {
    expect(() => parseExactJson('{"a":7.0')).toThrow(SyntaxError);
  });
});

describe('nextPage', () => {
  const at = 'https://record.example.nhs.uk/R4/Condition?patient=1';
  const bundle = (url: string) => ({ link: [{ relation: 'self', url: at }, { relation: 'next', url }] });
  test.each([
    ['https://record.example.nhs.uk/R4?page=2', { kind: 'page', url: 'https://record.example.nhs.uk/R4?page=2' }],
    ['/R4?page=2', { kind: 'page', url: 'https://record.example.nhs.uk/R4?page=2' }],
    [at, { kind: 'refused' }],
    ['https://elsewhere.example/R4?page=2', { kind: 'refused' }],
    ['http://record.example.nhs.uk/R4?page=2', { kind: 'refused' }],
  ])('%s', (url, expected) => {
    expect(nextPage(bundle(url), at, new Set([at]))).toMatchObject(expected);
  });
  test('without a link there is none', () => expect(nextPage({}, at, new Set())).toEqual({ kind: 'none' }));
});

test('what a practice keeps back is said once for each reason', () => {
  const list = (title: string, code: string) => ({ resource: { resourceType: 'List', title, extension: [{ url: 'https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-ListWarningCode-1', valueCode: code }] } });
  const notes = withheldNotes({ entry: [list('Allergies', 'confidential-items'), list('Problems', 'confidential-items'), list('Problems', 'data-in-transit')] });
  expect(notes).toEqual([expect.stringMatching(/confidentiality.*\(Allergies, Problems\)/), expect.stringMatching(/previous practice.*\(Problems\)/)]);
});
