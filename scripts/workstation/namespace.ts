/**
 * A network and a /run/pcscd of our own: the virtual card's reader listens on every address, and a developer's own
 * smartcard service must not meet the simulator's. Only root can make one.
 */
import { spawn, spawnSync } from 'node:child_process';
import { say } from './say.ts';

const INSIDE = 'LANYARD_OWN_NAMESPACE';

/** What stands between a plain shell and this program inside the namespace; `quickack` spares 40 ms an APDU on loopback. */
const ENTER = [
  'mount --make-rprivate /',
  'mkdir -p /run/pcscd',
  'mount -t tmpfs none /run/pcscd',
  'ip link set lo up',
  'ip route replace local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1 quickack 1',
  'exec "$@"',
].join(' && ');

/** Whether this process already has the namespace, or could be given one. */
export function namespaceState(): 'inside' | 'possible' | 'impossible' {
  if (process.env[INSIDE] === '1') return 'inside';
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'impossible';
  return spawnSync('unshare', ['-m', '-n', 'true']).status === 0 ? 'possible' : 'impossible';
}

/**
 * Runs a Node.js program inside a namespace of its own and gives its exit code. Signals to this process reach it.
 * @param args what follows `node` on the command line
 */
export function runInNamespace(args: readonly string[]): Promise<number> {
  say('in a network and smartcard service of its own');
  const env = { ...process.env, [INSIDE]: '1' };
  const child = spawn('unshare', ['-m', '-n', 'sh', '-c', ENTER, 'sh', process.execPath, ...args], { env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
