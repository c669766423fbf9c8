/** What the app's window writes for its operator, without what Chromium says about every machine that is no desktop. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** No message bus, no graphics card: both are as they should be here, and the app goes on without. */
const CHATTER = /^\[[\d:/.]+:ERROR:(?:[\w/]+\/)?(?:bus|object_proxy|viz_main_impl|command_buffer_proxy_impl)\.cc[(:]/;

/**
 * Passes the log on to standard error, line by line.
 * @returns whether a screen was drawn, once the log has ended
 */
export async function passOnLog(log: Readable): Promise<boolean> {
  let drawn = false;
  for await (const line of createInterface(log)) {
    drawn ||= line.includes('"event":"screen-drawn"');
    if (!CHATTER.test(line)) process.stderr.write(`${line}\n`);
  }
  return drawn;
}
