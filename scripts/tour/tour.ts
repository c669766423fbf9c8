/**
 * The tour: the whole main job once, in the real app, as a clinician would do it. Each step asserts what is on the
 * screen, takes a picture and is written to out/tour/tour.json.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  readonly desk: Desk;
  /** The app as it runs now. */
  app(): RunningApp;
  page(): Promise<Page>;
  /** Closes the app and starts it on another configuration, with no card in the reader. */
  reopen(configuration: object): Promise<void>;
}

const FOLDER = join(import.meta.dirname, '../../out/tour');

/** Walks every step in order; a step that fails ends the walk, because the next ones stand on it. */
export async function runTour(desk: Desk): Promise<boolean> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const open = (configuration: string): Promise<RunningApp> => startApp({ staging: desk.staging, configuration, display: desk.display.name });
  let app = await open(desk.simulator.ready.configuration);
  const context: TourContext = {
    desk,
    app: () => app,
    page: () => app.window(),
    async reopen(configuration) {
      await app.close();
      await desk.simulator.reset();
      app = await open(writeBeside(desk.simulator.ready.configuration, configuration));
    },
  };
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

/** A configuration in the folder of the simulator's own, so that the files it names are found, and go with it. */
function writeBeside(original: string, configuration: object): string {
  const file = join(dirname(original), 'configuration-of-a-step.json');
  writeFileSync(file, JSON.stringify(configuration), { mode: 0o600 });
  return file;
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
