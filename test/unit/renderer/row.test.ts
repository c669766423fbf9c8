import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { RowView } from '../../../preload/contract.ts';
import { EvidencePanel } from '../../../renderer/record/evidence-panel.tsx';
import { Row } from '../../../renderer/record/row.tsx';
import { copiesSentence, heldBy, statusWord } from '../../../renderer/record/row-words.ts';
import { sayTheDose, versionsOf } from '../../../renderer/record/versions.ts';
import { bridgeWith, copyOf, ramipril, rowOf } from './views.ts';

const draw = (row: RowView, parts: { expanded?: boolean; isNew?: boolean } = {}) =>
  renderToStaticMarkup(
    createElement(Row, {
      row,
      position: 1,
      setSize: 3,
      selected: false,
      focusMoves: 0,
      tabStop: true,
      expanded: parts.expanded ?? false,
      isNew: parts.isNew ?? false,
      onSelect: () => {},
      onToggle: () => {},
      bridge: bridgeWith(),
    }),
  );

const words = (markup: string) => markup.replace(/<[^>]*>/g, ' ').replace(/[ \n]+/g, ' ').trim();

describe('a row', () => {
  test.each([
    ['conflict', 'Conflict'],
    ['differs', 'Dose differs'],
    ['only-shared', 'Only shared'],
    ['only-practice', 'Only practice'],
    ['same', 'Same'],
    ['incomplete', 'Not complete'],
  ] as const)('%s has a shape, its word and a test hook', (kind, label) => {
    const markup = draw(rowOf('a', { comparison: { kind, label } }));
    expect(markup).toContain(`data-comparison="${kind}"`);
    expect(markup).toMatch(new RegExp(`mark-${kind}"><svg.*?</svg><span>${label}</span>`));
  });

  test('a dose that differs is never shown as if it were the only one', () => {
    expect(words(draw(ramipril))).toContain('DOSE 5 mg once a day Harbour HC DOSE 2.5 mg once a day Wessex');
  });

  test('a dose line that names every source is not said twice, and is kept where it says more', () => {
    const versions = versionsOf(ramipril);
    expect(sayTheDose(versions, '5 mg once a day (Harbour HC) · 2.5 mg once a day (Wessex)')).toBe(true);
    expect(sayTheDose(versions, '5 mg once a day (Harbour HC, One London) · 2.5 mg once a day (Wessex)')).toBe(false);
    expect(sayTheDose(versions, '5 mg once a day, not on Sundays')).toBe(false);
    expect(sayTheDose([], '5 mg once a day')).toBe(false);
  });

  test('the point that differs is told by whole words of the label', () => {
    const row = rowOf('a', { comparison: { kind: 'differs', label: 'Dose and status differ' }, copies: [copyOf('1', 'Harbour HC', 'a', { Dose: '1', Status: 'Active', Us: 'x' }), copyOf('2', 'Wessex', 'a', { Dose: '2', Status: 'Stopped', Us: 'y' })] });
    expect(versionsOf(row).map((version) => version.label)).toEqual(['Dose', 'Status', 'Dose', 'Status']);
  });

  test('an issue that is completed is no version of the medicine’s status', () => {
    const issue = { ...copyOf('3', 'Harbour HC', 'a', { Status: 'Completed' }), supply: true } as const;
    const row = rowOf('a', { comparison: { kind: 'differs', label: 'Status differs' }, copies: [copyOf('1', 'Harbour HC', 'a', { Status: 'Active' }), issue, copyOf('2', 'Wessex', 'a', { Status: 'Stopped' })] });
    expect(versionsOf(row).map((version) => version.text)).toEqual(['Active', 'Stopped']);
  });

  test('a dose is whole and has DOSE once in front of it', () => {
    const dose = `DOSE ${'one to be taken when needed '.repeat(20).trim()}`;
    const text = words(draw(rowOf('a', { dose })));
    expect(text).toContain(dose);
    expect(text.match(/DOSE/g)).toHaveLength(1);
  });

  test('the dose stays where something else differs', () => {
    const row = { ...ramipril, comparison: { kind: 'differs', label: 'Status differs' }, copies: [copyOf('p', 'Harbour HC', 'r', { Status: 'Active' }), copyOf('w', 'Wessex', 'r', { Status: 'Stopped' })] } as const;
    expect(words(draw(row))).toMatch(/DOSE 5 mg once a day STATUS Active Harbour HC STATUS Stopped Wessex/);
  });

  test('a conflict without a named point shows what each source holds', () => {
    const row = rowOf('a', {
      comparison: { kind: 'conflict', label: 'Conflict' },
      copies: [copyOf('1', 'Harbour HC', 'No known allergies'), copyOf('2', 'Wessex', 'Penicillin'), copyOf('3', 'One London', 'Penicillin')],
    });
    expect(versionsOf(row).map((version) => [version.text, version.sources])).toEqual([
      ['No known allergies', ['Harbour HC']],
      ['Penicillin', ['Wessex', 'One London']],
    ]);
  });

  test('a source that does not give the differing point is not made to agree', () => {
    const row = rowOf('a', { comparison: { kind: 'differs', label: 'Dose differs' }, copies: [copyOf('1', 'Harbour HC', 'a', { Dose: '5 mg' }), copyOf('2', 'Wessex', 'a')] });
    expect(versionsOf(row)).toEqual([{ label: 'Dose', text: '5 mg', sources: ['Harbour HC'] }]);
  });

  test('no date is said, not left open; a partial date stays partial', () => {
    expect(words(draw(rowOf('a', { date: null })))).toContain('Not dated');
    expect(words(draw(rowOf('a', { date: 'Mar-2019' })))).toContain('Mar-2019');
  });

  test('opens to every copy, each with its facts and its original', () => {
    expect(draw(ramipril)).not.toContain('data-item-id');
    const markup = draw(ramipril, { expanded: true });
    expect(markup.match(/data-item-id/g)).toHaveLength(2);
    expect(markup).toContain('aria-expanded="true"');
    expect(markup).toContain('Original record: ramipril 2.5 mg capsules, Wessex');
    for (const fact of ['5 mg once a day', '2.5 mg once a day', '02-Nov-2026', '14-Nov-2026']) expect(markup).toContain(fact);
  });

  test('each copy says what it is where its source tells', () => {
    const markup = words(draw({ ...ramipril, copies: [{ ...copyOf('p1', 'Harbour HC', 'ramipril 5 mg capsules'), heading: 'Issue 02-Nov-2026' }] }, { expanded: true }));
    expect(markup).toContain('Harbour HC Issue 02-Nov-2026 ramipril 5 mg capsules');
  });

  test('markup from a source is shown as text', () => {
    expect(draw(rowOf('a', { name: '<img src=x onerror=alert(1)>' }))).not.toContain('<img');
  });

  test('a new row says so', () => {
    expect(words(draw(rowOf('a'), { isNew: true }))).toContain('New');
    expect(words(draw(rowOf('a')))).not.toContain('New');
  });
});

describe('words about copies', () => {
  const copies = [copyOf('1', 'Harbour HC', 'a'), copyOf('2', 'Wessex', 'a'), copyOf('3', 'Wessex', 'a')];

  test('sources are counted once, copies each', () => {
    expect(heldBy(copies)).toBe('in 2 sources');
    expect(heldBy(copies.slice(1))).toBe('Wessex');
    expect(copiesSentence(copies)).toBe('3 copies, from 2 sources');
    expect(copiesSentence(copies.slice(0, 1))).toBe('1 copy, from 1 source');
  });

  test('the status is the source’s own word, else what is known', () => {
    expect(statusWord({ status: 'Stopped', standing: 'ended' })).toBe('Stopped');
    expect(statusWord({ status: null, standing: 'ended' })).toBe('Ended');
    expect(statusWord({ status: null, standing: 'current' })).toBeNull();
  });

  test('the evidence panel says what the comparison has to say beside its label', () => {
    const row = rowOf('a', { comparison: { kind: 'incomplete', label: 'Not compared', sentence: 'Not seen elsewhere. Wessex did not answer.' } });
    expect(words(renderToStaticMarkup(createElement(EvidencePanel, { row, bridge: bridgeWith() })))).toContain('Not compared Not seen elsewhere. Wessex did not answer.');
  });

  test('the evidence panel marks the point that differs and nothing else', () => {
    const markup = renderToStaticMarkup(createElement(EvidencePanel, { row: ramipril, bridge: bridgeWith() }));
    expect([...markup.matchAll(/<mark[^>]*>(.*?)<\/mark>/g)].map((match) => match[1])).toEqual(['5 mg once a day', '2.5 mg once a day']);
  });
});
