import { enterPasscode, lockedBy, openRecordOf, pressLockKey, signInAsNair } from './clinician.ts';
import { expect, test } from './fixtures.ts';

test('pulling the card ends the renderer that showed the patient and locks', async ({ app, desk }) => {
  await openRecordOf(app, desk, /ashworth/i);
  const locked = await lockedBy(app, () => desk.simulator.removeCard());
  expect(await locked.content()).not.toMatch(/ashworth|999.?012/i);
});

test('one key locks, and the same card and passcode sign in again', async ({ app, desk }) => {
  await signInAsNair(app, desk);
  const locked = await lockedBy(app, () => pressLockKey(app));
  await enterPasscode(locked, desk.simulator.passcode('nair'));
  await expect(locked.getByRole('heading', { name: 'Choose your role' })).toBeVisible();
});

test('the smartcard service dying locks an open session', async ({ app, desk }) => {
  test.skip(desk.smartcardService === null, 'There is no real smartcard service on this computer.');
  await openRecordOf(app, desk, /ashworth/i);
  await lockedBy(app, async () => desk.smartcardService?.stop('SIGKILL'));
  await desk.simulator.removeCard();
  await desk.smartcardService?.start();
});

test('another clinician at the same computer sees nothing of the first', async ({ app, desk }) => {
  await openRecordOf(app, desk, /ashworth/i);
  const next = await lockedBy(app, () => desk.simulator.removeCard());
  await desk.simulator.insertCard('okafor');
  await expect(next.getByRole('heading', { name: /OKAFOR/ })).toBeVisible();
  await enterPasscode(next, desk.simulator.passcode('okafor'));
  await expect(next.locator('[data-screen="find-patient"]')).toBeVisible();
  expect(await next.content()).not.toMatch(/ashworth|NAIR/i);
});
