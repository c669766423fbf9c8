import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { SignedInView, WorkstationView } from '../../../preload/contract.ts';
import { App, windowTitle, Workstation } from '../../../renderer/app.tsx';
import { lockSentence, secondsUntil } from '../../../renderer/frame/idle-warning.tsx';
import { roleGroups } from '../../../renderer/role/role-groups.ts';
import { fiftyRoles, findScreen, roleScreen, states } from './states.ts';
import { bridgeWith, recordScreen, signedIn, signIn, viewOf } from './views.ts';

const draw = (view: WorkstationView) => renderToStaticMarkup(createElement(Workstation, { view, bridge: bridgeWith() }));
const words = (markup: string) => markup.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
const find = (of: Partial<SignedInView> = {}) => draw(viewOf(findScreen(of)));
const record = (of: Partial<SignedInView> = {}) => draw(viewOf(recordScreen({ signedIn: { ...signedIn, ...of } })));

describe('a window that stands by', () => {
  test('draws nothing at all before its first view', () => {
    expect(renderToStaticMarkup(createElement(App, { bridge: bridgeWith() }))).toBe('');
  });
});

describe('every state', () => {
  test.each(Object.entries(states))('%s: one main, one first heading, nothing that the content security policy refuses', (_name, view) => {
    const markup = draw(view);
    expect(markup.match(/<main/g)).toHaveLength(1);
    expect(markup.match(/<h1/g)).toHaveLength(1);
    expect(markup).not.toMatch(/ style=|<script|<style| on[a-z]+="|javascript:/);
  });

  test.each(Object.entries(states))('%s: the window’s name tells the screen and nobody’s name', (_name, view) => {
    expect(windowTitle(view.screen)).toMatch(/^(Sign in|Locked|Choose your role|Find a patient|Patient record) – Lanyard$/);
  });
});

describe('the top of a session’s screens', () => {
  test.each([['find a patient', find], ['record', record]] as const)('%s: who, as what, for whom, where the card is', (_name, of) => {
    expect(words(of())).toMatch(/Dr Priya NAIR, General practitioner Harbour Health Centre \(Z99001\) · card in Reader 1/);
    expect(words(of({ reader: null }))).toContain('card not in the reader');
    expect(words(of({ reader: null }))).not.toContain('card in ');
  });

  test.each([['find a patient', find], ['record', record]] as const)('%s: notices are said under the bar, in a place that is there before them', (_name, of) => {
    const notice = { tone: 'warning', title: 'Your sign-in ends soon', sentence: 'You are signed out on 22-Nov-2026 17:04.' } as const;
    expect(of()).toContain('<output class="status notices"></output>');
    expect(of({ notices: [notice] })).toMatch(/<output class="status notices"><span class="notice notice-warning"><svg.*Your sign-in ends soon.*17:04/);
  });

  test('a change of role is offered where there is another, and says what it closes while a patient is open', () => {
    expect(find()).not.toContain('Change role');
    expect(record()).not.toContain('Change role');
    expect(find({ canChangeRole: true })).toContain('>Change role</button>');
    expect(record({ canChangeRole: true })).toMatch(/aria-expanded="false"[^>]*>Change role<.*hidden="".*This closes the patient\..*Close the patient and change role/);
  });
});

describe('a role that may not open records', () => {
  const barred = { allows: { viewRecord: false, viewSensitive: false } };

  test('is told so, and given no field', () => {
    expect(find(barred)).not.toContain('<input');
    expect(words(find(barred))).toContain('This role may not open patient records You are signed in as General practitioner at Harbour Health Centre.');
    expect(find()).toContain('<input');
    expect(find()).not.toContain('may not open');
  });

  test('is offered another where there is one', () => {
    expect(find({ ...barred, canChangeRole: true })).toContain('Choose another role');
    expect(find(barred)).not.toContain('Choose another role');
    expect(words(find(barred))).toContain('ask your Registration Authority');
  });
});

describe('roles', () => {
  test('are grouped by organisation: this site’s first, then by name, each group as it came', () => {
    const groups = roleGroups(fiftyRoles, 'Z99001');
    expect(groups.map((group) => group.odsCode)).toEqual(['Z99001', 'A81000', 'A81001', 'A81002', 'A81004']);
    expect(groups.flatMap((group) => group.roles)).toHaveLength(50);
    expect(groups[0]?.roles.map((role) => role.id)).toEqual(Array.from({ length: 10 }, (_, index) => `role-${30 + index}`));
    expect(roleGroups(fiftyRoles, 'X').map((group) => group.odsCode)).toEqual(['Z99001', 'A81000', 'A81001', 'A81002', 'A81004']);
  });

  test('an organisation elsewhere in the alphabet does not stand before this site', () => {
    const role = (id: string, organisation: string) => ({ id, name: 'Nurse', organisation, odsCode: id });
    expect(roleGroups([role('1', 'Ash Lane'), role('2', 'Rowan Surgery')], '2').map((group) => group.odsCode)).toEqual(['2', '1']);
    expect(roleGroups([role('1', 'Rowan Surgery'), role('2', 'Ash Lane')], '3').map((group) => group.odsCode)).toEqual(['2', '1']);
  });

  test('each says its organisation to those who do not see the heading, and one is a stop of the Tab key', () => {
    const markup = draw(viewOf(roleScreen(fiftyRoles)));
    expect(words(markup)).toContain('Clinical practitioner access role 31 at Harbour Health Centre');
    expect(markup.match(/class="role" tabindex="0"/g)).toHaveLength(1);
    expect(markup.match(/class="role" tabindex="-1"/g)).toHaveLength(49);
    expect(markup).toMatch(/<kbd class="key">9<\/kbd>/);
    expect(markup).not.toMatch(/<kbd class="key">10<\/kbd>/);
  });
});

describe('the idle warning', () => {
  const warned = (view: WorkstationView) => draw({ ...view, idleWarning: { locksAt: Date.now() + 41_500 } });

  test('stands over whatever screen there is, and on none without a warning', () => {
    for (const view of [viewOf(recordScreen()), viewOf(findScreen())]) {
      expect(warned(view)).toMatch(/<dialog[^>]*role="alertdialog"/);
      expect(draw(view)).not.toContain('<dialog');
    }
    expect(draw(viewOf(signIn()))).not.toContain('alertdialog');
  });

  test('is named and described once, and counts for the eye alone', () => {
    const markup = warned(viewOf(findScreen()));
    const described = /aria-describedby="([^"]+)"/.exec(/<dialog[^>]*>/.exec(markup)?.[0] ?? '')?.[1];
    expect(markup).toContain(`id="${described}">Lanyard locks in 42 seconds. Press any key to stay signed in.</p>`);
    expect(markup).toMatch(/<p aria-hidden="true" class="idle-seconds">Lanyard locks in 42 seconds\.<\/p>/);
    expect(markup).not.toMatch(/<dialog.*(aria-live|role="timer"|<output)/);
  });

  test('counts whole seconds down to none', () => {
    expect(secondsUntil(10_000, 0)).toBe(10);
    expect(secondsUntil(10_000, 1)).toBe(10);
    expect(secondsUntil(10_000, 9_001)).toBe(1);
    expect(secondsUntil(10_000, 10_000)).toBe(0);
    expect(secondsUntil(10_000, 99_999)).toBe(0);
    expect(lockSentence(1)).toBe('Lanyard locks in 1 second.');
    expect(lockSentence(0)).toBe('Lanyard is locking.');
  });
});
