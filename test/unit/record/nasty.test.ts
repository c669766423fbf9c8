/** Input that is meant to break the program, or that nobody meant at all: everything that goes in can be reached. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExactJson, textOf, writeExactJson } from '../../../main/record/exact-json.ts';
import { countResources } from '../../../main/record/normalise/entries.ts';
import { resourceSlices } from '../../../main/record/normalise/json-slices.ts';
import { createRecord } from '../../../main/record/record.ts';
import type { PatientRecord } from '../../../main/record/record.ts';
import { sourceId } from '../../../main/record/values.ts';
import { recordView, rowPage } from '../../../main/record/view.ts';
import { PATIENT, patientResource } from '../../integration/record/people.ts';
import { ABOUT, RETRIEVED, SODIUM } from './builder.ts';

const SOURCE = sourceId('wessex');

/** Pages as a source sends them: text that is parsed. */
function recordOfTexts(texts: readonly string[]): { readonly record: PatientRecord; readonly sent: number } {
  const record = createRecord({ patient: PATIENT, sources: [{ id: SOURCE, name: 'Wessex record', role: 'shared' }] });
  const bodies = [JSON.stringify({ resourceType: 'Bundle', entry: [{ resource: patientResource() }] }), ...texts].map(parseExactJson);
  bodies.forEach((body, page) => record.addPage({ source: SOURCE, page, release: 'R4', body, retrievedAt: RETRIEVED }));
  record.setState(SOURCE, { kind: 'answered' });
  return { record, sent: bodies.reduce<number>((total, body) => total + countResources(body), 0) };
}

function expectAllReachable({ record, sent }: ReturnType<typeof recordOfTexts>): void {
  const snapshot = record.snapshot();
  const copies = rowPage(snapshot, { section: null, from: 0, count: 100_000, onlyDiffering: false, includeWithdrawn: true }).rows.flatMap((row) => row.copies.map(({ itemId }) => itemId));
  expect(snapshot.resources).toMatchObject({ received: sent, heldBack: sent - copies.length });
  expect(new Set(copies).size).toBe(copies.length);
  for (const id of copies) expect(record.raw(id)).toBeTypeOf('string');
  expect(recordView(snapshot).sections.reduce((total, { items }) => total + items, 0)).toBe(copies.length);
}

const RUDE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'resourceType', 'id', 'rawJSON', 'contained', 'entry', 'length', ''];
const RUDE_TEXTS = ['', ' ', '\u0000', '\u202Eabc', '\uD800', 'e\u0301', '😀', '٣', 'NaN', '-0', '1e400', '0x10', '"', '\\', '\\"', '":7.0,', 'a":7.0}', '~', '#', 'Patient/p1', '#r1', '__proto__', 'x'.repeat(3_000)];
const TYPES = ['Observation', 'Condition', 'MedicationRequest', 'AllergyIntolerance', 'DiagnosticReport', 'List', 'Composition', 'Provenance', 'PractitionerRole', 'Practitioner', 'Claim', '__proto__', 'constructor', 'toString', ''];
const rude: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constantFrom(...RUDE_TEXTS), fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 3 }), fc.array(fc.tuple(fc.constantFrom(...RUDE_NAMES, 'coding', 'code', 'reference', 'system', 'value', 'display'), tie('value')), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs))),
})).value;

const reference = fc.nat({ max: 5 }).chain((id) => fc.constantFrom(`Observation/r${id}`, `MedicationRequest/r${id}`, `#r${id}`, `Practitioner/r${id}`, '#', 'Patient/p1', 'urn:uuid:x', `https://x.example/FHIR/Observation/r${id}/_history/2`)).map((address) => ({ reference: address }));

const rudeResource = fc.record({
  resourceType: fc.constantFrom(...TYPES),
  id: fc.oneof(fc.nat({ max: 3 }).map((id) => `r${id}`), fc.constantFrom(...RUDE_TEXTS)),
  subject: fc.oneof(fc.constant(ABOUT), reference),
  code: fc.oneof(fc.constant(SODIUM), rude),
  basedOn: fc.array(reference, { maxLength: 2 }),
  medicationReference: reference,
  result: fc.array(reference, { maxLength: 3 }),
  hasMember: fc.array(reference, { maxLength: 2 }),
  performer: fc.array(reference, { maxLength: 2 }),
  practitioner: reference,
  target: fc.array(reference, { maxLength: 2 }),
  agent: fc.array(fc.record({ who: reference }), { maxLength: 2 }),
  valueQuantity: fc.record({ value: fc.oneof(fc.double(), rude), unit: fc.oneof(fc.constantFrom('mmol/L', '%'), rude) }),
  identifier: fc.oneof(rude, fc.constant([{ system: 'urn:x', value: '1' }])),
  effectiveDateTime: fc.oneof(fc.constantFrom('2019', '2019-03', '2026-11-01T08:00:00Z'), rude),
  contained: fc.array(fc.record({ resourceType: fc.constantFrom(...TYPES), id: fc.constantFrom('r1', 'r2', ''), code: rude }), { maxLength: 2 }),
  extension: rude,
  note: rude,
}, { requiredKeys: ['resourceType'] });

describe('N in, N reachable', () => {
  test('whatever names, numbers, texts, circles and repeated ids there are, over however many pages', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.oneof(rudeResource, rude), { maxLength: 5 }), { maxLength: 4 }), (pages) => {
      expectAllReachable(recordOfTexts(pages.map((resources) => JSON.stringify({ resourceType: 'Bundle', entry: resources.map((resource, index) => ({ resource, ...(index % 2 === 0 ? { fullUrl: `https://x.example/FHIR/Observation/r${index}` } : {}) })) }))));
    }), { numRuns: 250 });
  });

  test('names that every object inherits are names like others, and nothing is polluted', () => {
    expectAllReachable(recordOfTexts(['{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"__proto__","id":"__proto__","__proto__":{"polluted":1},"subject":{"reference":"Patient/p1"}}},{"resource":{"resourceType":"constructor","id":"constructor","subject":{"reference":"Patient/p1"},"constructor":{"prototype":{"polluted":1}}}}]}']));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('bundles in bundles and resources in resources, a thousand deep', () => {
    const deep = (open: string, close: string, inner: string): string => `${open.repeat(1_000)}${inner}${close.repeat(1_000)}`;
    expectAllReachable(recordOfTexts([
      deep('{"resourceType":"Bundle","entry":[{"resource":', '}]}', '{"resourceType":"Basic"}'),
      deep('{"resourceType":"Condition","subject":{"reference":"Patient/p1"},"contained":[', ']}', '{"resourceType":"Basic"}'),
    ]));
  });

  test('a text of ten million letters', () => {
    expectAllReachable(recordOfTexts([JSON.stringify({ resourceType: 'Condition', id: 'c', subject: ABOUT, code: { text: 'x'.repeat(10_000_000) } })]));
  });

  test('one id on every resource of every page', () => {
    const page = JSON.stringify({ resourceType: 'Bundle', entry: Array.from({ length: 50 }, (_, index) => ({ resource: { resourceType: 'Condition', id: 'same', subject: ABOUT, code: { text: `Problem ${index}` } } })) });
    expectAllReachable(recordOfTexts([page, page, page]));
  });
});

describe('digits stay as they were sent', () => {
  const exact = (text: string): unknown => parseExactJson(text);
  test.each([
    ['{"value":7.0}', { value: { rawJSON: '7.0' } }],
    ['{"value" : 1e3 }', { value: { rawJSON: '1e3' } }],
    ['{"value":-0}', { value: { rawJSON: '-0' } }],
    ['{"value":12345678901234567890}', { value: { rawJSON: '12345678901234567890' } }],
    ['{"value":0.0000001}', { value: { rawJSON: '0.0000001' } }],
    ['{"value":0.10000000000000000555}', { value: { rawJSON: '0.10000000000000000555' } }],
    ['{"a":[7.0,1.50]}', { a: [{ rawJSON: '7.0' }, { rawJSON: '1.50' }] }],
    ['[7.0]', [{ rawJSON: '7.0' }]],
    ['{"a b!":7.0}', { 'a b!': { rawJSON: '7.0' } }],
    ['{"text":"x\\":7.0, y","value":7}', { text: 'x":7.0, y', value: 7 }],
    ['{"text":"is a\\":7.0}","value":2.50}', { text: 'is a":7.0}', value: { rawJSON: '2.50' } }],
    ['{"value":0,"other":10,"more":0.5,"less":-12.25}', { value: 0, other: 10, more: 0.5, less: -12.25 }],
  ])('%s', (text, value) => expect(exact(text)).toEqual(value));

  test('any JSON is parsed as the number-by-number way parses it', () => {
    type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;
    const numberByNumber = (text: string): unknown => JSON.parse(text, ((_key, value, context) => (typeof value === 'number' && context?.source !== undefined && String(value) !== context.source ? { rawJSON: context.source } : value)) as Reviver as (key: string, value: unknown) => unknown);
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,4})(\.\d{1,9})?(e[+-]?\d{1,2})?$/);
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('value', 'a b', 'x"', ''), fc.oneof(digits, fc.constantFrom(...RUDE_TEXTS).map((words) => JSON.stringify(words)), digits.map((one) => `[${one}, ${one}]`))), { maxLength: 5 }), fc.constantFrom('', ' ', '\n'), (pairs, space) => {
      const text = `{${pairs.map(([name, value]) => `${JSON.stringify(name)}${space}:${space}${value}${space}`).join(',')}}`;
      expect(parseExactJson(text)).toEqual(numberByNumber(text));
    }), { numRuns: 1_000 });
  });
});

describe('a resource is found again in the text it came in', () => {
  test('whatever stands before, behind and inside it', () => {
    fc.assert(fc.property(fc.array(rude, { maxLength: 5 }), rude, fc.constantFrom(0, 2), (resources, other, indent) => {
      const text = JSON.stringify({ other, resourceType: 'Bundle', entry: resources.map((resource) => ({ other, resource, search: other })), more: other }, null, indent);
      const slices = resourceSlices(text);
      const found = resources.map((_, index) => JSON.parse(text.slice(slices?.[2 * index], slices?.[2 * index + 1])) as unknown);
      expect(found).toEqual((JSON.parse(text) as { entry: { resource: unknown }[] }).entry.map(({ resource }) => resource));
    }), { numRuns: 300 });
  });

  test.each(['7', '"entry"', '[]', '{}', '{"entry":7}', '{"entry":{"resource":{}}}'])('%s has no list of entries', (text) => expect(resourceSlices(text)).toBeNull());

  test('raw is read from the text with its own digits, long after the page was let go', () => {
    const text = JSON.stringify({ resourceType: 'Bundle', entry: [{}, { resource: { resourceType: 'Observation', id: 'o', subject: ABOUT, code: SODIUM, valueQuantity: { value: 'seven', unit: 'mmol/L' } } }] }).replace('"seven"', '7.0');
    const body = parseExactJson(text);
    expect(textOf(body)).toBe(text);
    const { record } = recordOfTexts([text]);
    expect(record.raw('wessex/Observation/o')).toContain('"value": 7.0');
  });

  test('an entry that is nested too deeply to be written says so', () => {
    expect(writeExactJson(JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`))).toBe('This entry is nested too deeply to be shown.');
  });
});
