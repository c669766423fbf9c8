/** What a practice does not send, and why nothing follows from it. */
import { describe, expect, test } from 'vitest';
import { createRecord } from '../../../main/record/record.ts';
import type { SourceOutcome } from '../../../main/record/model.ts';
import { sourceId } from '../../../main/record/values.ts';
import { recordView } from '../../../main/record/view.ts';
import { createSources, type SourcesConfiguration, sourceOrigins } from '../../../main/sources/create.ts';
import { createGpConnectSource } from '../../../main/sources/gp-connect/gp-connect-source.ts';
import { PATIENT as TRACED } from '../../integration/record/people.ts';
import { askSource, bundle, json, outcome, PATIENT, REQUEST, scripted } from './scripted-http.ts';

const source = createGpConnectSource({ id: sourceId('practice'), name: 'Harbour practice', role: 'practice', baseUrl: 'https://gateway.example.nhs.uk', route: 'clinical-data-gateway' });
const notKnown = (area: string): object => ({ resourceType: 'OperationOutcome', issue: [{ severity: 'warning', code: 'not-supported', details: { coding: [{ code: 'NOT_IMPLEMENTED' }], text: `${area} is an unrecognised parameter` } }] });
const warned = { resourceType: 'List', code: { coding: [{ system: 'http://snomed.info/sct', code: '886921000000105' }] }, title: 'Allergies', extension: [{ url: 'https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-ListWarningCode-1', valueCode: 'confidential-items' }] };

/** What the screen says of an empty section. */
function emptySentence(came: SourceOutcome, section: string): string {
  const record = createRecord({ patient: TRACED, sources: [source] });
  record.setState(source.id, came);
  return recordView(record.snapshot()).sections.find(({ id }) => id === section)?.emptySentence ?? '';
}

describe('an area that the practice does not know yet', () => {
  test('is not offered, and nothing is said to be absent from it', async () => {
    const { end, pages } = await askSource(source, scripted(() => json(bundle([PATIENT, notKnown('includeImmunisations'), notKnown('includeDiaryEntries')], { type: 'collection' }))).http);
    expect(pages).toHaveLength(1);
    expect(end.outcome).toEqual({ kind: 'answered', notOffered: ['immunisations', 'plans'] });
    expect(end.notes).toEqual(['Harbour practice cannot give every part of its record by this way yet.']);
    expect(emptySentence(end.outcome, 'immunisations')).toMatch(/Unavailable: Harbour practice cannot give immunisations/);
    expect(emptySentence(end.outcome, 'problems')).toMatch(/None recorded/);
  });

  test('stands beside what is kept back', async () => {
    const { end } = await askSource(source, scripted(() => json(bundle([PATIENT, warned, notKnown('includeReferrals')], { type: 'collection', timestamp: '2026-11-22T11:58:00+00:00' }))).http);
    expect(end.outcome).toMatchObject({ kind: 'partial', because: 'kept-back', lacks: ['allergies'], notOffered: ['referrals'], generatedAt: { text: '2026-11-22T11:58:00+00:00' } });
  });

  test('another note beside the record closes nothing', async () => {
    const { end } = await askSource(source, scripted(() => json(bundle([PATIENT, { resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational' }] }], { type: 'collection' }))).http);
    expect(end.outcome).toEqual({ kind: 'answered' });
  });
});

test('of a record that may be kept back from everybody nothing is said to be absent', async () => {
  const { end } = await askSource(source, scripted(() => json(outcome('PATIENT_NOT_FOUND', 'not-found'), 404)).http);
  for (const section of ['allergies', 'medication', 'problems']) expect(emptySentence(end.outcome, section)).toMatch(/Unavailable: Harbour practice cannot give/);
});

describe('a deployment', () => {
  const spineProxy = { proxyUrl: 'https://proxy.example.nhs.uk', asidFrom: '1', asidTo: '2', interactionId: 'urn:nhs:names:services:x', issuer: 'https://lanyard.example.nhs.uk' };
  const configuration: SourcesConfiguration = {
    practice: { id: 'practice', name: 'Practice', protocol: 'gp-connect', route: 'spine-proxy', baseUrl: 'https://provider.example.nhs.uk', odsCode: 'Z99001', spineProxy },
    sources: [
      { id: 'network', name: 'Network', protocol: 'gp-connect', route: 'clinical-data-gateway', baseUrl: 'https://gateway.example.nhs.uk' },
      { id: 'summary', name: 'Summary', protocol: 'ips', baseUrl: 'https://record.example.nhs.uk' },
    ],
  };

  test('sends the session’s token to no provider behind the Spine proxy', () => {
    const origins = sourceOrigins(configuration);
    expect(origins).toEqual(expect.arrayContaining(['https://gateway.example.nhs.uk', 'https://record.example.nhs.uk']));
    expect(origins.filter((origin) => /provider|proxy/.test(origin))).toEqual([]);
  });

  test('asks no practice by GP Connect for a restricted patient, wherever it stands in the profile', async () => {
    for (const one of createSources(configuration, { confidentiality: 'restricted' })) {
      const { http, sent } = scripted(() => json('', 500));
      const { end } = await askSource(one, http, REQUEST);
      expect([one.name, sent.length > 0, end.outcome.kind]).toEqual([one.name, one.name === 'Summary', one.name === 'Summary' ? 'failed' : 'refused']);
    }
  });
});
