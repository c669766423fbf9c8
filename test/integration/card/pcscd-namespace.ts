import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withoutPolicy } from '../../../scripts/workstation/smartcard-service.ts';

/**
 * A place of its own for tests with a real pcscd: own mounts (so an own /run/pcscd) and own loopback, nothing of which is
 * seen outside. Processes enter it through nsenter, so the test itself stays where it is and talks to them as to any child.
 */
export interface PcscdNamespace {
  /** Starts pcscd with vpcd's two slots and waits until they listen. */
  startPcscd(): Promise<void>;
  stopPcscd(signal: NodeJS.Signals): Promise<void>;
  /** Stops pcscd's clock: it is there but answers nobody, until it is resumed. */
  suspendPcscd(): void;
  resumePcscd(): void;
  /** Forks a Node module inside; messages pass by structured clone. */
  fork(module: URL, environment?: NodeJS.ProcessEnv): ChildProcess;
  /** Runs a program inside and gives what it printed. */
  run(program: string, ...parameters: readonly string[]): Promise<{ code: number | null; output: string }>;
  close(): Promise<void>;
}

const driver = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const limitMs = 20_000;
/** vpcd's two sends an answer cost 40 ms each through delayed acknowledgements; the quickack route takes them away. */
const preparation = [
  'set -e',
  'mount --make-rprivate /',
  'mkdir -p /run/pcscd',
  'mount -t tmpfs none /run/pcscd',
  'ip link set lo up',
  'ip route replace local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1 quickack 1',
  'echo ready',
  'exec cat',
].join('\n');

/** Why such a namespace cannot be had on this computer, or `null` where it can. */
export function whyNoPcscd(): string | null {
  if (process.platform !== 'linux') return 'pcscd in a namespace of its own needs Linux';
  if (process.getuid?.() !== 0) return 'an own namespace for pcscd needs root';
  if (!existsSync('/usr/sbin/pcscd') || !existsSync(driver)) return 'pcscd and vsmartcard-vpcd are not installed';
  const attempt = spawnSync('unshare', ['-m', '-n', 'true'], { timeout: limitMs });
  return attempt.status === 0 ? null : 'this computer does not let processes have namespaces of their own';
}

/** @param readerName what pcscd calls the reader, before the two numbers it adds: some programs only talk to readers of one make */
export async function openPcscdNamespace(readerName = 'Virtual PCD'): Promise<PcscdNamespace> {
  const configuration = mkdtempSync(join(tmpdir(), 'lanyard-pcscd-'));
  const reader = [`FRIENDLYNAME "${readerName}"`, 'DEVICENAME /dev/null:0x8C7B', `LIBPATH ${driver}`, 'CHANNELID 0x8C7B', ''];
  writeFileSync(join(configuration, 'vpcd'), reader.join('\n'));
  const holder = spawn('unshare', ['-m', '-n', 'sh', '-c', preparation], { stdio: ['pipe', 'pipe', 'inherit'] });
  await printed(holder, 'ready');
  const enter = ['-t', String(holder.pid), '-m', '-n', '--'];
  const children = new Set<ChildProcess>();
  const keep = <Child extends ChildProcess>(child: Child): Child => {
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  let pcscd: ChildProcess | null = null;

  const run = async (program: string, ...parameters: readonly string[]) => {
    const child = keep(spawn('nsenter', [...enter, program, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs }));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  };

  const stopPcscd = async (signal: NodeJS.Signals) => {
    if (!pcscd) return;
    const ended = once(pcscd, 'exit');
    pcscd.kill(signal);
    await ended;
    pcscd = null;
  };

  return {
    run,
    stopPcscd,
    suspendPcscd: () => void pcscd?.kill('SIGSTOP'),
    resumePcscd: () => void pcscd?.kill('SIGCONT'),
    async startPcscd() {
      // A pcscd that was killed leaves its socket behind.
      await run('rm', '-f', '/run/pcscd/pcscd.comm', '/run/pcscd/pcscd.pid');
      pcscd = keep(spawn('nsenter', [...enter, 'pcscd', '--foreground', '--config', configuration, ...withoutPolicy()], { stdio: 'ignore' }));
      const until = Date.now() + limitMs;
      while ((await run('sh', '-c', 'test -S /run/pcscd/pcscd.comm && grep -q :8C7B /proc/net/tcp && grep -q :8C7C /proc/net/tcp')).code !== 0) {
        if (Date.now() > until) throw new Error('pcscd did not start');
        await delay(50);
      }
    },
    fork: (module, environment = {}) =>
      keep(
        fork(module, {
          execPath: '/usr/bin/nsenter',
          execArgv: [...enter, process.execPath, '--no-warnings'],
          serialization: 'advanced',
          env: { ...process.env, ...environment },
          stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        }),
      ),
    async close() {
      const ends = [...children].map((child) => once(child, 'exit'));
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(ends);
      const ended = once(holder, 'exit');
      holder.kill('SIGKILL');
      await ended;
      rmSync(configuration, { recursive: true, force: true });
    },
  };
}

async function printed(child: ChildProcess, word: string): Promise<void> {
  let output = '';
  const seen = new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (text: Buffer) => {
      output += text.toString();
      if (output.includes(word)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`The namespace ended with ${code}`)));
  });
  const limit = AbortSignal.timeout(limitMs);
  await Promise.race([seen, once(limit, 'abort').then(() => Promise.reject(new Error('The namespace took too long')))]);
}
