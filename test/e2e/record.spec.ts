import type { Desk } from '../../scripts/workstation/desk.ts';
import { everySourceSettled, nhsNumberOf, openPatient, openRecordOf, signInAsNair } from './clinician.ts';
import { expect, test } from './fixtures.ts';

test('the same fact from several sources is one row, and every copy is behind it', async ({ app, desk }) => {
  const window = await openRecordOf(app, desk, /ashworth/i);
  const row = window.locator('[data-row-id]').filter({ hasText: /hypertension/i }).first();
  await expect(row).toHaveAttribute('data-comparison', 'same');
  await row.getByRole('button').first().click();
  await expect(row).toContainText('Harbour Health Centre');
  await expect(row).toContainText('Wessex record');
});

test('an allergy that one side does not know is a conflict, on the banner and in the list', async ({ app, desk }) => {
  const window = await openRecordOf(app, desk, /ashworth/i);
  await expect(window.getByRole('group', { name: 'Allergies' })).toContainText('Known allergies');
  await expect(window.locator('[data-comparison="conflict"]').first()).toBeVisible();
});

test('the original of a copy is one step away', async ({ app, desk }) => {
  const window = await openRecordOf(app, desk, /ashworth/i);
  await window.locator('[data-row-id]').filter({ hasText: 'apixaban' }).first().getByRole('button').first().click();
  await window.getByRole('button', { name: /^Original record/ }).first().click();
  await expect(window.getByRole('dialog')).toContainText('"resourceType"');
});

for (const [fault, sentence] of [
  [{ kind: 'html' }, /web page/i],
  [{ kind: 'truncated' }, /could not|cut|incomplete|not whole|read/i],
  [{ kind: 'reset' }, /connection|could not/i],
  [{ kind: 'status', status: 500 }, /fault|could not/i],
] as const) {
  test(`a source that fails (${fault.kind}) says so beside what did arrive, and can be asked again`, async ({ app, desk }) => {
    await desk.simulator.setFault('wessex', fault);
    const window = await openRecordOf(app, desk, /ashworth/i);
    const source = window.locator('[data-source-id="wessex-record"]');
    await expect(source).toHaveAttribute('data-state', 'failed');
    await source.getByRole('button').first().click();
    await expect(source).toContainText(sentence);
    await expect(window.locator('[data-row-id]').filter({ hasText: 'omeprazole' }).first()).toBeVisible();
    await expect(window.getByRole('group', { name: 'Allergies' })).not.toContainText(/^No known allergies/);
    await desk.simulator.setFault('wessex', null);
    await window.getByRole('button', { name: /Try again: Wessex record/ }).click();
    await expect(source).toHaveAttribute('data-state', /answered|partial/);
    await expect(window.locator('[data-row-id]').filter({ hasText: 'apixaban' }).first()).toBeVisible();
  });
}

test('a malformed NHS number is refused with a sentence', async ({ app, desk }) => {
  const window = await signInAsNair(app, desk);
  await window.getByLabel('NHS number').fill('999 012 3455');
  await window.getByLabel('NHS number').press('Enter');
  await expect(window.getByText('Check the NHS number')).toBeVisible();
  await expect(window.locator('[data-screen="find-patient"]')).toBeVisible();
});

test('a number that PDS does not know opens nothing', async ({ app, desk }) => {
  const window = await signInAsNair(app, desk);
  await window.getByLabel('NHS number').fill('999 999 9999');
  await window.getByLabel('NHS number').press('Enter');
  await expect(window.getByText('No record was opened')).toBeVisible();
});

test('a superseded NHS number opens the record under the new one and says so', async ({ app, desk }) => {
  const window = await signInAsNair(app, desk);
  await openPatient(window, supersededNumberOf(desk));
  const banner = window.getByRole('region', { name: 'Patient', exact: true });
  await expect(banner).toContainText('has been replaced by');
  const shown = await banner.getByText('NHS No.').locator('xpath=following-sibling::*').textContent();
  expect(shown?.replaceAll(/\s/g, '')).toBe(nhsNumberOf(desk, /superseded/i));
});

test('a restricted patient is marked, without address, and the practice record is not asked for', async ({ app, desk }) => {
  const window = await openRecordOf(app, desk, /restricted/i);
  await expect(window.getByText('Restricted record')).toBeVisible();
  await expect(window.locator('[data-source-id="practice"]')).toHaveAttribute('data-state', /refused|none-held/);
});

test('a patient who has died is shown as such', async ({ app, desk }) => {
  const window = await openRecordOf(app, desk, /deceased/i);
  await expect(window.getByRole('region', { name: 'Patient', exact: true })).toContainText('Died');
});

test('a source whose patient is somebody else is held back as a whole', async ({ app, desk }) => {
  await desk.simulator.setFault('wessex-record', { kind: 'wrong-patient' });
  const window = await openRecordOf(app, desk, /ashworth/i);
  await expect(window.locator('[data-source-id="wessex-record"]')).toHaveAttribute('data-state', /withheld|failed/);
});

test('a source that disagrees with PDS about who this is is held back', async ({ app, desk }) => {
  const window = await openRecordOf(app, desk, /disagree|other birth|birth date/i);
  await expect(window.locator('[data-source-id="practice"]')).toHaveAttribute('data-state', 'withheld');
  await expect(window.locator('[data-row-id] .row-held').filter({ hasText: 'Harbour Health Centre' })).toHaveCount(0);
});

test('switching patients leaves nothing of the first', async ({ app, desk }) => {
  const window = await openRecordOf(app, desk, /ashworth/i);
  await window.getByRole('button', { name: /Find another patient/ }).click();
  await expect(window.locator('[data-screen="find-patient"]')).toBeVisible();
  expect(await window.content()).not.toMatch(/ashworth|apixaban/i);
  await openPatient(window, nhsNumberOf(desk, /long history/i));
  await everySourceSettled(window);
  expect(await window.content()).not.toMatch(/ashworth/i);
});

/** The old number of the simulator's patient whose number was replaced, as her story tells it. */
function supersededNumberOf(desk: Desk): string {
  const story = desk.simulator.ready.people.find((person) => /superseded/i.test(person.story))?.story ?? '';
  const [number] = /\d{3} \d{3} \d{4}/.exec(story) ?? [];
  if (number === undefined) throw new Error('The story of the superseded number does not name it.');
  return number;
}
