import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { Workstation } from '../../../renderer/app.tsx';
import { ErrorBoundary, Fallback } from '../../../renderer/error-boundary.tsx';
import { emptySentence } from '../../../renderer/record/record-list.tsx';
import { progressSentence, SOURCE_LOOKS } from '../../../renderer/sources/source-states.ts';
import type { BannerView, SourceView, WorkstationView } from '../../../preload/contract.ts';
import { banner, bridgeWith, recordScreen, signedIn, signIn, viewOf } from './views.ts';

const draw = (screen: WorkstationView['screen']) => renderToStaticMarkup(createElement(Workstation, { view: viewOf(screen), bridge: bridgeWith() }));
const words = (markup: string) => markup.replace(/<[^>]*>/g, ' ').replace(/[ \n]+/g, ' ').trim();
const drawBanner = (parts: Partial<BannerView>) => draw(recordScreen({ banner: banner(parts) }));

const screens: Readonly<Record<string, WorkstationView['screen']>> = {
  'sign-in': signIn(),
  role: { kind: 'role', clinician: 'Dr Priya NAIR', message: null, roles: [{ id: '1', name: 'General practitioner', organisation: 'Harbour Health Centre', odsCode: 'Z99001' }] },
  'find-patient': { kind: 'find-patient', signedIn, tracing: false, message: null },
  record: recordScreen(),
};

describe('every screen', () => {
  test.each(Object.entries(screens))('%s has its hook, one main and one first heading', (name, screen) => {
    const markup = draw(screen);
    expect(markup).toContain(`data-screen="${name}"`);
    expect(markup.match(/<main/g)).toHaveLength(1);
    expect(markup.match(/<h1/g)).toHaveLength(1);
  });

  test.each(Object.entries(screens))('%s has nothing the content security policy refuses', (_name, screen) => {
    expect(draw(screen)).not.toMatch(/ style=|<script|<style| on[a-z]+="|javascript:/);
  });

  test.each(['role', 'find-patient', 'record'])('%s can be locked and left', (name) => {
    const text = words(draw(screens[name] as WorkstationView['screen']));
    expect(text).toContain('Lock F12');
    expect(text).toContain('Sign out');
    expect(text).toContain('Nothing here is stored on this computer');
  });

  test('a failed screen shows a way out and nothing of a patient', () => {
    const text = words(renderToStaticMarkup(createElement(Fallback, { onLock: () => Promise.resolve() })));
    expect(text).toContain('This screen could not be drawn. Lock and sign in again.');
    expect(text).toContain('Lock');
    expect(ErrorBoundary.getDerivedStateFromError()).toEqual({ failed: true });
  });
});

describe('the patient banner (Common User Interface, patient banner)', () => {
  test('name, born, gender, NHS number in this order, without colons', () => {
    const text = words(draw(recordScreen()));
    expect(text).toMatch(/ASHWORTH, Margaret \(Mrs\) Born 12-Mar-1948 \(78y\) Gender Female NHS No\. 999\u00a0012\u00a03454/);
  });

  test('one who has died looks different and says when', () => {
    const markup = drawBanner({ died: { date: '02-Nov-2026', age: '78y' } });
    expect(markup).toContain('banner-died');
    expect(words(markup)).toMatch(/Died 02-Nov-2026 Age at Death 78y/);
    expect(draw(recordScreen())).not.toContain('banner-died');
  });

  test.each(['Known allergies', 'No known allergies', 'Allergies not recorded', 'Allergies unavailable'] as const)('%s', (phrase) => {
    expect(drawBanner({ allergies: { phrase, detail: '', tone: 'plain' } })).toContain(`>${phrase}<`);
  });

  test('notices and a restricted record are said', () => {
    const text = words(drawBanner({ restricted: true, notices: ['This NHS number replaces 999 000 0018'] }));
    expect(text).toContain('Restricted record');
    expect(text).toContain('This NHS number replaces 999\u00a0000\u00a00018');
  });
});

describe('the source strip', () => {
  const source = (state: SourceView['state'], parts: Partial<SourceView> = {}): SourceView => ({ id: 'wessex', name: 'Wessex', role: 'shared', state, summary: '', detail: [], canRetry: false, ...parts });

  test.each(Object.keys(SOURCE_LOOKS) as SourceView['state'][])('%s has a shape and a word', (state) => {
    const markup = draw(recordScreen({ sources: [source(state)] }));
    expect(markup).toContain(`data-source-id="wessex" data-state="${state}"`);
    expect(markup).toMatch(new RegExp(`${SOURCE_LOOKS[state].word.toLowerCase()}</span>`));
  });

  test('two states never look and read alike', () => {
    const looks = Object.values(SOURCE_LOOKS);
    expect(new Set(looks.map((look) => look.word)).size).toBe(looks.length);
    expect(new Set(looks.map((look) => `${look.shape} ${look.tone}`)).size).toBe(looks.length);
  });

  test('a summary is a summary, what is kept back is kept back, and neither looks like a fault', () => {
    expect(draw(recordScreen({ sources: [source('partial', { partial: 'summary' })] }))).toMatch(/source-plain.*answered with a summary/);
    expect(draw(recordScreen({ sources: [source('partial', { partial: 'kept-back' })] }))).toMatch(/source-warning.*kept something back/);
    expect(draw(recordScreen({ sources: [source('partial', { partial: 'incomplete' })] }))).toMatch(/source-warning.*answered in part/);
  });

  test('only a source that may be asked again has a button for it', () => {
    expect(draw(recordScreen({ sources: [source('failed', { canRetry: true })] }))).toContain('Try again: Wessex');
    expect(draw(recordScreen({ sources: [source('failed')] }))).not.toContain('Try again');
  });

  test('progress is said for those who do not see the strip', () => {
    expect(progressSentence([source('answered'), source('slow')])).toBe('1 of 2 sources have finished');
    expect(progressSentence([source('answered'), source('timed-out')])).toBe('All 2 sources have finished. Wessex: no answer in time');
  });
});

describe('the record', () => {
  const text = words(draw(recordScreen({ quarantined: 2 })));

  test('says how far it can be relied upon', () => {
    expect(text).toContain('1 source has not answered: differences may be incomplete');
    expect(text).toContain('2 items could not be tied to this patient and are held back');
    expect(words(draw(recordScreen({ completeness: null })))).not.toContain('incomplete');
  });

  test('says what only a summary leaves open without a warning, and everything else with one', () => {
    const sentence = 'Wessex summary is a summary only: more may exist';
    expect(draw(recordScreen({ completeness: sentence, completenessTone: 'plain' }))).toContain(`<span class="soft">${sentence}</span>`);
    expect(draw(recordScreen({ completeness: sentence, completenessTone: 'warning' }))).toMatch(new RegExp(`<span class="caution">.*${sentence}`));
    expect(draw(recordScreen({ completeness: sentence }))).toMatch(new RegExp(`<span class="caution">.*${sentence}`));
  });

  test('says what is awaited before any source has been asked', () => {
    expect(words(draw(recordScreen({ sections: [], sources: [] })))).toContain('Asking the sources for this record…');
  });

  test('every section keeps its place, an empty one says what is true', () => {
    expect(text).toContain('No allergies in the source that has answered');
    expect(text).toContain('Medication 2 differ of 3');
  });

  test('the filter says how much it hides', () => {
    expect(text).toContain('Only what differs (2 of 3)');
    const section = { id: 'a', name: 'A', rows: 4, items: 4, differing: 0, emptySentence: 'None recorded' };
    expect(emptySentence(section, { onlyDiffering: true, includeWithdrawn: false })).toBe('Nothing differs here: 4 rows are not shown');
    expect(emptySentence({ ...section, rows: 0 }, { onlyDiffering: true, includeWithdrawn: false })).toBe('None recorded');
  });
});
