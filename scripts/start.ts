/**
 * `npm start`: the app on the simulator, or on the deployment that `--config FILE` describes. With no display it walks
 * the main job once (the tour) on a virtual one; `--tour` does so anywhere.
 */
import { parseArgs } from 'node:util';
import { runOnDeployment } from './start/deployment.ts';
import { runTourOnDesk, runOnSimulator } from './start/simulated.ts';
import { hasDisplay } from './workstation/display.ts';
import { namespaceState, runInNamespace } from './workstation/namespace.ts';
import { say } from './workstation/say.ts';

const USAGE = 'npm start [-- --tour | --config FILE]';

async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) return 2;
  if (options.config !== undefined) return runOnDeployment(options.config);
  if (namespaceState() === 'possible') return runInNamespace([import.meta.filename, ...process.argv.slice(2)]);
  if (options.tour || !hasDisplay()) return runTourOnDesk();
  return runOnSimulator();
}

function readOptions(): { tour: boolean; config: string | undefined } | null {
  try {
    const { values } = parseArgs({ options: { tour: { type: 'boolean', default: false }, config: { type: 'string' } } });
    if (!values.tour || values.config === undefined) return { tour: values.tour, config: values.config };
    say(`--tour and --config do not go together. ${USAGE}`);
  } catch (problem) {
    say(`${problem instanceof Error ? problem.message : String(problem)} ${USAGE}`);
  }
  return null;
}

try {
  process.exitCode = await main();
} catch (problem) {
  say(problem instanceof Error ? problem.message : String(problem));
  process.exitCode = 1;
}
