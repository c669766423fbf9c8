/** Runs the floor in a thread of its own, so that what it leaves behind is not cleared up in the midst of ours. */
import { parentPort } from 'node:worker_threads';
import { type Plan, rawRequests } from './raw.ts';

export interface RawDone {
  readonly elapsedMs: number;
  readonly resources: number;
}

const port = parentPort;
if (port === null) throw new Error('Started by the benchmark, not by hand');
port.on('message', async (plans: readonly Plan[]) => {
  const startedAt = performance.now();
  const resources = await rawRequests(plans);
  port.postMessage({ elapsedMs: performance.now() - startedAt, resources } satisfies RawDone);
});
