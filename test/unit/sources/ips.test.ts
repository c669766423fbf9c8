/** A summary, by NHS number in one step or by the patient the server knows. */
import { describe, expect, test } from 'vitest';
import type { HttpResponse } from '../../../main/net/http.ts';
import { sourceId } from '../../../main/record/values.ts';
import { createIpsSource } from '../../../main/sources/ips/ips-source.ts';
import { askSource, bundle, json, outcome, PATIENT, scripted } from './scripted-http.ts';

const source = createIpsSource({ id: sourceId('region'), name: 'Region summary', role: 'shared', baseUrl: 'https://region.example.nhs.uk/R4' });
const document = bundle([{ resourceType: 'Composition', date: '2026-11-22', subject: { reference: 'Patient/p1' } }, PATIENT], { type: 'document' });

/** A server that knows the operation only for one patient. */
const instanceOnly = (refusal: HttpResponse, found: object = bundle([PATIENT])) =>
  scripted(({ url }) => (url.includes('Patient/$summary') ? refusal : url.includes('/p1/$summary') ? json(document) : json(found)));

describe('a server that has the operation for one patient only', () => {
  test.each([
    ['400', json(outcome('', 'invalid'), 400)],
    ['404', json(outcome('', 'not-supported'), 404)],
    ['404 and nothing more', json('', 404)],
    ['404 as if there were a patient of the name $summary', json({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-found' }] }, 404)],
    ['405', json('', 405)],
    ['501', json('', 501)],
  ])('and says %s is asked for that patient', async (_status, refusal) => {
    const { http, sent } = instanceOnly(refusal);
    const { pages, end } = await askSource(source, http);
    expect(sent.map(({ url }) => url.replace(/identifier=.*/, 'identifier=…'))).toEqual(['https://region.example.nhs.uk/R4/Patient/$summary?identifier=…', 'https://region.example.nhs.uk/R4/Patient?identifier=…', 'https://region.example.nhs.uk/R4/Patient/p1/$summary']);
    expect(pages).toHaveLength(1);
    expect(end.outcome.kind).toBe('partial');
  });

  test('and does not know the patient holds none', async () => {
    const { end } = await askSource(source, instanceOnly(json('', 404), bundle([])).http);
    expect(end.outcome).toMatchObject({ kind: 'none-held' });
  });

  test('and knows two is not guessed at', async () => {
    const { http, sent } = instanceOnly(json('', 404), bundle([PATIENT, { ...PATIENT, id: 'p2' }]));
    expect((await askSource(source, http)).end.outcome).toMatchObject({ kind: 'failed', sentence: expect.stringMatching(/2 patients/) });
    expect(sent).toHaveLength(2);
  });
});

test.each([
  ['holds none', json(outcome('NO_RECORD_FOUND', 'not-found'), 404), 'none-held'],
  ['refuses', json('', 403), 'refused'],
  ['has a fault', json('', 500), 'failed'],
])('a server that %s is not asked a second way', async (_what, answer, kind) => {
  const { http, sent } = scripted(() => answer);
  expect((await askSource(source, http)).end.outcome.kind).toBe(kind);
  expect(sent).toHaveLength(1);
});

test('a server whose address is wrong altogether says so as before', async () => {
  const { end } = await askSource(source, scripted(() => json('', 404)).http);
  expect(end.outcome).toMatchObject({ kind: 'failed', sentence: expect.stringMatching(/Nothing answers at the address/) });
});
