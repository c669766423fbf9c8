/**
 * `lock`: what Lanyard adds between the smartcard service's word that the card has gone, as a bare process hears it, and
 * the locked screen standing in the display's own memory. The virtual reader is asked every 400 ms whether its card is
 * there, so the time from the pull itself says nothing of Lanyard; it stands beside the figure as a peer.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type Page, expect } from '@playwright/test';
import { startApp, type RunningApp } from '../../scripts/workstation/app.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';
import { TOUR_CARD, enterPasscode, openPatient, tourPatient } from '../../scripts/tour/steps/hands.ts';
import { type Benchmark, type BenchmarkResult, rounded } from './benchmark.ts';
import { openScreenLines } from './screen-line.ts';

const REMOVALS = 100;
/** What is wanted of the 95th and the 99th of a hundred, in milliseconds. */
const WANTED = { p95: 50, p99: 100 };
const LOCK_LIMIT_MS = 5_000;

interface Removal {
  /** From the pull of the card to the bare process's event. */
  readonly eventMs: number;
  /** From that event until nothing of the record is on the screen. */
  readonly goneMs: number;
  /** From that event until the locked screen stands there. */
  readonly lockedMs: number;
}

async function run(desk: Desk): Promise<BenchmarkResult> {
  if (desk.smartcardService === null || desk.display.screenFile === null) throw new Error('This benchmark needs a smartcard service and a display of its own.');
  const bare = fork(join(import.meta.dirname, 'bare-watch.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const lines = openScreenLines(desk.display.screenFile);
  const app = await startApp({ staging: desk.staging, configuration: desk.simulator.ready.configuration, display: desk.display.name });
  try {
    await removeOnce(desk, app, bare, () => Buffer.alloc(0));
    const heading = await headingLine(app);
    const removals: Removal[] = [];
    for (let count = 0; count < REMOVALS; count += 1) removals.push(await removeOnce(desk, app, bare, () => lines.read(heading.x, heading.y, heading.width)));
    return resultOf(removals);
  } finally {
    await app.close();
    lines.close();
    bare.kill('SIGKILL');
  }
}

function resultOf(removals: readonly Removal[]): BenchmarkResult {
  const locked = removals.map(({ lockedMs }) => lockedMs);
  const gone = removals.map(({ goneMs }) => goneMs);
  const p95 = percentile(locked, 0.95);
  return {
    value: rounded(p95),
    unit: 'ms added, p95',
    floor: WANTED.p95,
    ratio: rounded(p95 / WANTED.p95),
    limit: 1,
    peers: {
      p50: rounded(percentile(locked, 0.5)),
      p99: rounded(percentile(locked, 0.99)),
      'p99 wanted': WANTED.p99,
      'record gone p95': rounded(percentile(gone, 0.95)),
      'raw event p50': rounded(percentile(removals.map(({ eventMs }) => eventMs), 0.5)),
      removals: removals.length,
    },
  };
}

/** The smallest value that at least this share of all values does not exceed. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.ceil(sorted.length * share) - 1];
  if (value === undefined) throw new Error('There is no percentile of nothing.');
  return value;
}

/** Opens a record, pulls the card, and looks at one line of the screen all the while. */
async function removeOnce(desk: Desk, app: RunningApp, bare: ChildProcess, read: () => Buffer): Promise<Removal> {
  await openRecord(desk, await app.window());
  const screen = watchLine(read);
  try {
    const removed = removalSeenBy(bare);
    const pulledAt = now();
    await desk.simulator.removeCard();
    const eventAt = await removed;
    await untilLocked(app);
    const { changedAt, settledAt } = screen.moments();
    return { eventMs: ms(eventAt - pulledAt), goneMs: ms(changedAt - eventAt), lockedMs: ms(settledAt - eventAt) };
  } finally {
    screen.stop();
  }
}

async function untilLocked(app: RunningApp): Promise<void> {
  await expect(async () => {
    const locked = await app.window();
    await expect(locked.getByRole('heading', { name: 'Locked' })).toBeVisible({ timeout: 100 });
  }).toPass({ timeout: LOCK_LIMIT_MS });
}

async function openRecord(desk: Desk, window: Page): Promise<void> {
  await desk.simulator.insertCard(TOUR_CARD);
  await enterPasscode(window, desk.simulator.passcode(TOUR_CARD));
  await expect(window.locator('[data-screen="role"], [data-screen="record"]')).toBeVisible();
  // Whoever comes back finds the record open; the first time it is looked for.
  if ((await window.locator('[data-screen="role"]').count()) > 0) {
    await window.getByRole('button', { name: /Harbour Health Centre/ }).click();
    await openPatient(window, tourPatient(desk));
  }
  await expect(window.locator('[data-source-id]')).toHaveCount(4);
  await expect(window.locator('[data-source-id][data-state="asking"], [data-source-id][data-state="slow"]')).toHaveCount(0);
}

/** Where on the display the middle of the locked screen's heading is. */
async function headingLine(app: RunningApp): Promise<{ readonly x: number; readonly y: number; readonly width: number }> {
  const locked = await app.window();
  const box = await locked.getByRole('heading', { name: 'Locked' }).boundingBox();
  const window = await app.electron.evaluate(({ BaseWindow }) => BaseWindow.getAllWindows()[0]?.getContentBounds());
  if (box === null || window === undefined) throw new Error('The locked screen has no place on the display.');
  return { x: Math.round(window.x + box.x), y: Math.round(window.y + box.y + box.height / 2), width: Math.round(box.width) };
}

/** The moment at which the bare process heard of the next removal. */
function removalSeenBy(bare: ChildProcess): Promise<bigint> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The bare process saw no removal.')), LOCK_LIMIT_MS);
    const listen = (message: { removedAt?: string }): void => {
      if (message.removedAt === undefined) return;
      clearTimeout(timer);
      bare.off('message', listen);
      resolve(BigInt(message.removedAt));
    };
    bare.on('message', listen);
  });
}

/** Looks at a line once a millisecond and keeps when it changed. */
function watchLine(read: () => Buffer): { moments(): { changedAt: bigint; settledAt: bigint }; stop(): void } {
  const contents: { readonly at: bigint; readonly line: Buffer }[] = [{ at: now(), line: read() }];
  const timer = setInterval(() => {
    const line = read();
    if (contents.at(-1)?.line.equals(line) !== true) contents.push({ at: now(), line });
  }, 1);
  return {
    moments() {
      const [first, ...changes] = contents;
      const last = contents.at(-1) ?? first;
      if (first === undefined || last === undefined) throw new Error('Nothing was seen.');
      return { changedAt: changes[0]?.at ?? first.at, settledAt: contents.find(({ line }) => line.equals(last.line))?.at ?? last.at };
    },
    stop: () => clearInterval(timer),
  };
}

const now = (): bigint => process.hrtime.bigint();

const ms = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6;

export const lock: Benchmark = { name: 'lock', run };
