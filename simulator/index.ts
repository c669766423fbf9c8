/**
 * The world around a clinician's workstation in miniature: `node simulator/index.ts [options]`. Prints one line of JSON
 * when everything listens, then stays until SIGTERM, SIGINT or the end of a piped standard input.
 */
import { fstatSync } from 'node:fs';
import { ArgumentProblem, readArguments } from './arguments.ts';
import { startWorld } from './world.ts';
import type { World } from './world.ts';

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  const world = await startWorld(args).catch((error: unknown) => {
    throw isPortTaken(error) ? new ArgumentProblem(`Port ${args.port} of 127.0.0.1 is already in use. Give another with --port, or leave it out to have a free one.`) : error;
  });
  stopWhenAsked(world);
  process.stdout.write(`${JSON.stringify(world.ready)}\n`);
}

/** Once: a second signal while stopping ends the process as it would any other. */
function stopWhenAsked(world: World): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    process.stdin.pause();
    world.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (!isPiped()) return;
  process.stdin.once('end', stop);
  process.stdin.resume();
}

/** A terminal or /dev/null is nobody who could hang up. */
function isPiped(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isSocket();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBADF') return false;
    throw error;
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
}

function fail(error: unknown): void {
  const sentence = error instanceof ArgumentProblem ? error.message : `The simulator could not go on. ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

main().catch(fail);
