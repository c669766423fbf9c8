/** The app on the simulator: the tour, or a window for a person with the card at their fingertips. */
import { createInterface } from 'node:readline';
import { buildApp } from '../build.ts';
import { runTour } from '../tour/tour.ts';
import { type Desk, openDesk } from '../workstation/desk.ts';
import { say } from '../workstation/say.ts';
import { runWindow } from './window.ts';

/** Walks the tour; 0 where every step held. */
export async function runTourOnDesk(): Promise<number> {
  await buildApp();
  const desk = await openDesk({ display: 'as-found' });
  try {
    const complete = await runTour(desk);
    say(complete ? 'the tour is complete: pictures in out/tour' : 'the tour did not complete: see out/tour/tour.json');
    return complete ? 0 : 1;
  } finally {
    await desk.close();
  }
}

/** Opens the window and hands the virtual card to whoever sits at the terminal; ends with the window. */
export async function runOnSimulator(): Promise<number> {
  await buildApp();
  const desk = await openDesk({ display: 'as-found' });
  try {
    explain(desk);
    const terminal = takeOrders(desk);
    const code = await runWindow(desk.staging, desk.display, desk.simulator.ready.configuration);
    terminal.close();
    return code;
  } finally {
    await desk.close();
  }
}

function explain(desk: Desk): void {
  const { cards } = desk.simulator.ready.card;
  say('type a line here: "insert nair", "remove", or a number to see a patient to try');
  for (const { id, holder, passcode, shows } of cards) say(`  insert ${id}: ${holder}${passcode === null ? '' : `, passcode ${passcode}`} (${shows})`);
  for (const person of desk.simulator.ready.people) say(`  NHS number ${person.nhsNumber}: ${person.name}. ${person.story}`);
}

function takeOrders(desk: Desk): { close(): void } {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const [order, card = 'nair'] = line.trim().split(/\s+/);
    const done = order === 'insert' ? desk.simulator.insertCard(card) : order === 'remove' ? desk.simulator.removeCard() : null;
    if (done === null) return explain(desk);
    done.then(
      () => say(order === 'insert' ? `${card} is in the reader` : 'the reader is empty'),
      (problem: unknown) => say(problem instanceof Error ? problem.message : String(problem)),
    );
  });
  return lines;
}
