/** A loopback port for a workstation to be sent back to with its code (RFC 8252 section 7.3). */
import { createServer } from 'node:net';

/** Below the range that systems take ports for their own connections from, so that it is still free when it is wanted. */
const LOWEST = 20_000;
const HIGHEST = 31_999;
const MOST_ATTEMPTS = 50;

/** Throws where none is free after many attempts. */
export async function freeRedirectPort(): Promise<number> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (await isFree(port)) return port;
  }
  throw new Error('No port is free to be sent back to.');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
