import { enterPasscode } from './clinician.ts';
import { expect, test } from './fixtures.ts';

test('a card with one role goes straight to finding a patient, by an elliptic-curve key', async ({ app, desk }) => {
  await desk.simulator.insertCard('okafor');
  const window = await app.window();
  await expect(window.getByRole('heading', { name: /OKAFOR/ })).toBeVisible();
  await enterPasscode(window, desk.simulator.passcode('okafor'));
  await expect(window.locator('[data-screen="find-patient"]')).toBeVisible();
  await expect(window.getByText(/OKAFOR/)).toBeVisible();
});

test('wrong passcodes count down, the last try is asked for twice, then the card is locked', async ({ app, desk }) => {
  await desk.simulator.insertCard('nair');
  const window = await app.window();
  await expect(window.getByText('3 tries left before the card locks')).toBeVisible();
  await enterPasscode(window, '111111');
  await expect(window.getByText('2 tries left before the card locks').first()).toBeVisible();
  await enterPasscode(window, '222222');
  await expect(window.getByText('This is the last try')).toBeVisible();
  await expect(window.getByLabel('Passcode', { exact: true })).toBeDisabled();
  await window.getByRole('checkbox').check();
  await enterPasscode(window, '333333');
  await expect(window.getByText(/card is (now )?locked/i).first()).toBeVisible();
});

test('what is not a passcode is never sent to the card', async ({ app, desk }) => {
  await desk.simulator.insertCard('nair');
  const window = await app.window();
  await enterPasscode(window, '12ab');
  await expect(window.getByText('Enter 6 to 8 numbers')).toBeVisible();
  await expect(window.getByText('3 tries left before the card locks')).toBeVisible();
});

test('a card that is not an NHS smartcard is named as such', async ({ app, desk }) => {
  await desk.simulator.insertCard('loyalty');
  const window = await app.window();
  await expect(window.getByRole('heading', { name: 'This card can not be used' })).toBeVisible();
  await expect(window.getByLabel('Passcode', { exact: true })).toHaveCount(0);
});

test('an identity service that cannot be used says so and signs nobody in', async ({ app, desk }) => {
  await desk.simulator.insertCard('nair');
  await desk.simulator.setFault('identity', { kind: 'status', status: 503 });
  const window = await app.window();
  await enterPasscode(window, desk.simulator.passcode('nair'));
  await expect(window.getByText('You are not signed in')).toBeVisible();
  await desk.simulator.setFault('identity', null);
  await enterPasscode(window, desk.simulator.passcode('nair'));
  await expect(window.getByRole('heading', { name: 'Choose your role' })).toBeVisible();
});

test('without a smartcard service the screen says what to do, and recovers by itself', async ({ app, desk }) => {
  test.skip(desk.smartcardService === null, 'There is no real smartcard service on this computer.');
  const window = await app.window();
  await expect(window.getByRole('heading', { name: 'Insert your smartcard' })).toBeVisible();
  await desk.smartcardService?.stop('SIGKILL');
  await expect(window.getByRole('heading', { name: 'No card can be read' })).toBeVisible();
  await desk.smartcardService?.start();
  await expect(window.getByRole('heading', { name: 'Insert your smartcard' })).toBeVisible({ timeout: 20_000 });
  await desk.simulator.insertCard('nair');
  await expect(window.getByRole('heading', { name: 'Priya NAIR' })).toBeVisible();
});

test('without a reader the screen asks for one, and notices when it comes', async ({ app, desk }) => {
  test.skip(desk.smartcardService === null, 'There is no real smartcard service on this computer.');
  const window = await app.window();
  await desk.smartcardService?.stop();
  await desk.smartcardService?.start('without-reader');
  await expect(window.getByRole('heading', { name: 'Connect a card reader' })).toBeVisible({ timeout: 20_000 });
  await desk.smartcardService?.stop();
  await desk.smartcardService?.start();
  await expect(window.getByRole('heading', { name: 'Insert your smartcard' })).toBeVisible({ timeout: 20_000 });
});
