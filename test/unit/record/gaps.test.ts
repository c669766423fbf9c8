/** Hazard: what a source did not send is taken for what does not exist. */
import { describe, expect, test } from 'vitest';
import { filledSections } from '../../../main/record/emptiness.ts';
import { recordView } from '../../../main/record/view.ts';
import { allergy, ASTHMA, bundleOf, concept, condition, incomplete, keptBack, medicine, PENICILLIN, RAMIPRIL_5, rowsOf, snapshotOf, SUMMARY } from './builder.ts';
import type { Held, Resource } from './builder.ts';

const FAILED: Held = { state: { kind: 'failed', sentence: 'x' } };
const EMPTY: Held = { resources: [] };
const summary = (resources: readonly Resource[] = []): Held => ({ resources, state: SUMMARY });
const view = (sources: Readonly<Record<string, Held>>) => recordView(snapshotOf(sources));
const emptySentence = (section: string, sources: Readonly<Record<string, Held>>) => view(sources).sections.find(({ id }) => id === section)?.emptySentence;

describe('the record as a whole', () => {
  test.each<[string, Readonly<Record<string, Held>>, string | null, string | undefined]>([
    ['every source has given all it holds', { practice: EMPTY, wessex: EMPTY }, null, undefined],
    ['one of them is a summary', { practice: EMPTY, wessex: EMPTY, london: summary() }, 'London record is a summary only: more may exist', 'plain'],
    ['two of them are summaries', { practice: EMPTY, wessex: summary(), london: summary() }, 'Wessex record and London record are summaries only: more may exist', 'plain'],
    ['a source failed beside a summary', { practice: EMPTY, wessex: FAILED, london: summary() }, '1 source has not answered: differences may be incomplete', 'warning'],
    ['a source has not answered yet', { practice: EMPTY, wessex: { state: { kind: 'asking' } } }, '1 source has not answered: differences may be incomplete', 'warning'],
    ['a part did not come', { practice: EMPTY, wessex: { ...EMPTY, state: incomplete('problems') } }, '1 source answered in part: differences may be incomplete', 'warning'],
    ['something is kept back', { practice: { ...EMPTY, state: keptBack('encounters') }, wessex: EMPTY }, '1 source kept something back: differences may be incomplete', 'warning'],
  ])('%s', (_what, sources, completeness, tone) => {
    const { completeness: said, completenessTone } = view(sources);
    expect([said, completenessTone]).toEqual([completeness, tone]);
  });
});

describe('a source may be asked again where that may bring more', () => {
  test.each<[string, Held, boolean, string | undefined]>([
    ['failed', FAILED, true, undefined],
    ['timed out', { state: { kind: 'timed-out', sentence: 'x' } }, true, undefined],
    ['incomplete', { ...EMPTY, state: incomplete('results') }, true, 'incomplete'],
    ['a summary', summary(), false, 'summary'],
    ['kept back', { ...EMPTY, state: keptBack('results') }, false, 'kept-back'],
    ['refused', { state: { kind: 'refused', sentence: 'x' } }, false, undefined],
    ['holds none', { state: { kind: 'none-held', sentence: 'x' } }, false, undefined],
    ['answered', EMPTY, false, undefined],
  ])('%s', (_what, held, canRetry, partial) => {
    const [source] = view({ wessex: held }).sources;
    expect([source?.canRetry, source?.partial]).toEqual([canRetry, partial]);
  });
});

describe('an empty section', () => {
  test('a summary has answered for problems, and only for what it sends whole', () => {
    expect(emptySentence('problems', { practice: EMPTY, wessex: summary() })).toBe('None recorded in Harbour Health Centre and Wessex record.');
    expect(emptySentence('procedures', { practice: EMPTY, wessex: summary() })).toBe('None in what was received. Wessex record is a summary only: more may exist.');
  });

  test('what is kept back is kept back from its own section', () => {
    const practice: Held = { ...EMPTY, state: keptBack('problems') };
    expect(emptySentence('problems', { practice, wessex: EMPTY })).toMatch(/Harbour Health Centre gave only a part/);
    expect(emptySentence('procedures', { practice, wessex: EMPTY })).toMatch(/^None recorded/);
  });
});

describe('"Only practice" waits until it is known', () => {
  const practice: Held = { resources: [medicine('m', RAMIPRIL_5, '5 mg once a day'), condition('c', ASTHMA)] };
  const labelled = (section: string, others: Readonly<Record<string, Held>>) => rowsOf(snapshotOf({ practice, ...others }), section).map(({ comparison }) => comparison);

  test.each<[string, Readonly<Record<string, Held>>, string, string]>([
    ['the shared record has answered', { wessex: EMPTY }, 'only-practice', 'Only practice'],
    ['a summary beside it changes nothing', { wessex: EMPTY, london: summary() }, 'only-practice', 'Only practice'],
    ['only a summary has answered', { london: summary() }, 'incomplete', 'Not in summary'],
    ['one is waited for', { wessex: EMPTY, london: { state: { kind: 'asking' } } }, 'incomplete', 'Not compared yet'],
    ['one of two failed', { wessex: EMPTY, london: FAILED }, 'incomplete', 'Not fully compared'],
    ['every one failed', { wessex: FAILED, london: FAILED }, 'incomplete', 'Not compared'],
    ['the medication did not come', { wessex: { ...EMPTY, state: incomplete('medication') } }, 'incomplete', 'Not fully compared'],
  ])('%s', (_what, others, kind, label) => {
    expect(labelled('medication', others)).toMatchObject([{ kind, label }]);
  });

  test('a problem a summary does not have is only in the practice record', () => {
    expect(labelled('problems', { london: summary() })).toMatchObject([{ kind: 'only-practice' }]);
  });

  test('why it is not known is said, and the row is not counted as differing', () => {
    expect(labelled('medication', { wessex: EMPTY, london: FAILED })[0]?.sentence).toBe('Not seen elsewhere. London record did not answer.');
    expect(view({ practice, wessex: EMPTY, london: FAILED }).sections.find(({ id }) => id === 'medication')).toMatchObject({ rows: 1, differing: 0 });
  });

  test('"Only shared" waits for the practice in the same way', () => {
    const shared: Held = { resources: [allergy('a', PENICILLIN)] };
    expect(rowsOf(snapshotOf({ practice: { ...EMPTY, state: keptBack('allergies') }, wessex: shared }), 'allergies')).toMatchObject([{ comparison: { label: 'Not fully compared' } }]);
    expect(rowsOf(snapshotOf({ practice: EMPTY, wessex: shared }), 'allergies')).toMatchObject([{ comparison: { label: 'Only shared' } }]);
  });
});

describe('the sections a summary fills', () => {
  const section = (code: string, more: Resource): Resource => ({ code: concept(code, 'x', 'http://loinc.org'), ...more });
  const document = (...sections: readonly Resource[]): Resource => {
    const body = bundleOf([{ resourceType: 'Composition', id: 'c', section: sections }, allergy('a', PENICILLIN)]);
    return { ...body, type: 'document' };
  };
  const fills = (...sections: readonly Resource[]) => [...filledSections(document(...sections))];

  test('with entries that came, or a reason why there are none', () => {
    expect(fills(section('48765-2', { entry: [{ reference: 'AllergyIntolerance/a' }] }), section('11450-4', { emptyReason: concept('nilknown', 'Nil known', 'x') }))).toEqual(['allergies', 'problems']);
  });

  test.each<[string, readonly Resource[]]>([
    ['left out', []],
    ['with neither entries nor a reason', [section('48765-2', {})]],
    ['naming an entry that did not come', [section('48765-2', { entry: [{ reference: 'AllergyIntolerance/a' }, { reference: 'AllergyIntolerance/lost' }] })]],
    ['filled once and broken once', [section('48765-2', { emptyReason: concept('nilknown', 'x', 'x') }), section('48765-2', {})]],
  ])('not where it is %s', (_what, sections) => {
    expect(fills(...sections)).toEqual([]);
  });
});
