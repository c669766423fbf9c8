/**
 * Waits for something outside this process that sends no signal of its own (a daemon's socket, a port).
 * @param holds asked again every 20 ms  @throws Error naming `what` when `limitMs` is over
 */
export async function waitUntil(what: string, limitMs: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${limitMs} ms for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
