/** One patient's record, with a source that fails, and the lock that ends it. */
import { expect } from '@playwright/test';
import type { TourContext } from '../tour.ts';
import { openPatient, tourPatient } from './hands.ts';

export async function findPatient({ page, desk }: TourContext): Promise<string> {
  const window = await page();
  await openPatient(window, tourPatient(desk));
  const banner = window.getByRole('region', { name: 'Patient', exact: true });
  await expect(banner.getByText('ASHWORTH, Margaret (Mrs)')).toBeVisible();
  await expect(banner.getByText(/12-Mar-1948 \(\d+y\)/)).toBeVisible();
  await expect(window.locator('[data-source-id]')).toHaveCount(4);
  return 'traced in PDS: ASHWORTH, Margaret (Mrs); four sources are asked';
}

export async function readRecord({ page }: TourContext): Promise<string> {
  const window = await page();
  await expect(window.locator('[data-source-id="practice"]')).toHaveAttribute('data-state', /answered|partial/);
  await expect(window.locator('[data-source-id="wessex-record"]')).toHaveAttribute('data-state', /answered|partial/);
  await expect(window.locator('[data-source-id="wessex-summary"]')).toHaveAttribute('data-state', /answered|partial/);
  await expect(window.locator('[data-source-id="wessex-documents"]')).toHaveAttribute('data-state', /answered|partial|none-held/);
  await expect(window.getByRole('group', { name: 'Allergies' })).toContainText('Known allergies');
  await expect(window.locator('[data-comparison="conflict"]').filter({ hasText: /penicillin|no known allerg/i }).first()).toBeVisible();
  const ramipril = window.locator('[data-row-id]').filter({ hasText: 'ramipril' }).first();
  await expect(ramipril).toHaveAttribute('data-comparison', 'differs');
  const copies = ramipril.getByRole('button', { name: /ramipril/ });
  await copies.click();
  await expect(copies).toHaveAttribute('aria-expanded', 'true');
  await expect(ramipril.getByText('Original record').first()).toBeVisible();
  await copies.click();
  await expect(copies).toHaveAttribute('aria-expanded', 'false');
  const evidence = window.getByRole('complementary', { name: 'Evidence' });
  await expect(evidence).toContainText('Harbour Health Centre');
  await expect(evidence).toContainText('Wessex');
  await window.getByRole('navigation').getByRole('button', { name: /^Allergies/ }).click();
  return 'one record from four sources: the allergy conflict and the changed dose are on the screen';
}

export async function loseSource({ page, desk }: TourContext): Promise<string> {
  const window = await page();
  await desk.simulator.setFault('wessex', { kind: 'status', status: 503 });
  await window.getByRole('button', { name: /Find another patient/ }).click();
  await openPatient(window, tourPatient(desk));
  await expect(window.locator('[data-source-id="practice"]')).toHaveAttribute('data-state', /answered|partial/);
  await expect(window.locator('[data-source-id="wessex-record"]')).toHaveAttribute('data-state', 'failed');
  await expect(window.getByRole('button', { name: /Try again: Wessex record/ })).toBeVisible();
  await expect(window.locator('[data-row-id]').filter({ hasText: 'ramipril' }).first()).toBeVisible();
  await desk.simulator.setFault('wessex', null);
  return 'Wessex failed and says so; the practice record is there';
}

export async function removeCard({ page, desk }: TourContext): Promise<string> {
  const replaced = (await page()).waitForEvent('close', { timeout: 10_000 });
  await desk.simulator.removeCard();
  await replaced;
  const window = await page();
  await expect(window.getByRole('heading', { name: 'Locked' })).toBeVisible();
  await expect(window.getByText('ASHWORTH')).toHaveCount(0);
  return 'the card left: locked, and nothing of the patient is left';
}
