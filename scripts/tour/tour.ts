/**
 * The tour: the whole main job once, in the real app, as a clinician would do it. Each step asserts what is on the
 * screen, takes a picture and is written to out/tour/tour.json.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type RunningApp, startApp } from '../workstation/app.ts';
import type { Desk } from '../workstation/desk.ts';
import { say } from '../workstation/say.ts';
import { TOUR_STEPS } from './steps.ts';

export interface TourStep {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly detail: string;
  readonly screenshot: string;
}

/** What a step is given: the app, the world around it, and the window as it is now. */
export interface TourContext {
  readonly app: RunningApp;
  readonly desk: Desk;
  page(): Promise<Page>;
}

const FOLDER = join(import.meta.dirname, '../../out/tour');

/** Walks every step in order; a step that fails ends the walk, because the next ones stand on it. */
export async function runTour(desk: Desk): Promise<boolean> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const app = await startApp({ staging: desk.staging, configuration: desk.simulator.ready.configuration, display: desk.display.name });
  const context: TourContext = { app, desk, page: () => app.window() };
  const steps: TourStep[] = [];
  try {
    for (const [index, step] of TOUR_STEPS.entries()) {
      const done = await takeStep(context, index + 1, step.name, step.walk);
      steps.push(done);
      say(`${done.ok ? 'ok  ' : 'FAIL'} ${done.name} (${done.ms} ms): ${done.detail}`);
      if (!done.ok) break;
    }
  } finally {
    await app.close();
    writeFileSync(join(FOLDER, 'tour.json'), `${JSON.stringify({ runtime: desk.runtime.name, steps }, null, 2)}\n`);
  }
  return steps.length === TOUR_STEPS.length && steps.every((step) => step.ok);
}

async function takeStep(context: TourContext, number: number, name: string, walk: (context: TourContext) => Promise<string>): Promise<TourStep> {
  const started = Date.now();
  const screenshot = `${String(number).padStart(2, '0')}-${name}.png`;
  const outcome = await walk(context).then(
    (detail) => ({ ok: true, detail }),
    (problem: unknown) => ({ ok: false, detail: problem instanceof Error ? problem.message : String(problem) }),
  );
  const ms = Date.now() - started;
  const page = await context.page();
  await page.screenshot({ path: join(FOLDER, screenshot) });
  return { name, ...outcome, ms, screenshot };
}
