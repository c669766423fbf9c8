/** A real pcscd with the virtual card's reader, for a namespace of our own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from './wait-until.ts';

const DAEMON = '/usr/sbin/pcscd';
const READER_DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const SOCKET = '/run/pcscd/pcscd.comm';
/** vpcd's own port for its first slot; the second is on the next. */
export const VPCD_PORT = 35963;

/** The reader's entry in pcscd's configuration: two slots that take a card over TCP, each on its port. */
const READER = `FRIENDLYNAME "Virtual PCD"
DEVICENAME /dev/null:0x8C7B
LIBPATH ${READER_DRIVER}
CHANNELID 0x8C7B
`;

/** What is missing for a real smartcard service, or `null`. */
export function missingForSmartcardService(): string | null {
  if (!existsSync(DAEMON)) return 'pcscd (Debian package pcscd)';
  if (!existsSync(READER_DRIVER)) return 'a reader for the virtual card (Debian package vsmartcard-vpcd)';
  return null;
}

export class SmartcardService {
  readonly #folder = mkdtempSync(join(tmpdir(), 'lanyard-pcscd-'));
  #daemon: ChildProcess | null = null;

  get isRunning(): boolean {
    return this.#daemon !== null;
  }

  /** Starts the daemon and waits until clients and, with its reader, the virtual card can connect. */
  async start(readers: 'with-reader' | 'without-reader' = 'with-reader'): Promise<void> {
    rmSync(SOCKET, { force: true });
    rmSync('/run/pcscd/pcscd.pid', { force: true });
    writeFileSync(join(this.#folder, 'vpcd'), readers === 'with-reader' ? READER : '');
    // It outlives Ctrl-C while its reader waits for a card: it must end with this process, however that ends.
    const endsWithUs = ['--pdeathsig', 'KILL', DAEMON];
    this.#daemon = spawn('setpriv', [...endsWithUs, '--foreground', '--config', this.#folder, ...withoutPolicy()], { stdio: 'ignore' });
    await waitUntil('pcscd to listen', 10_000, () => existsSync(SOCKET));
    if (readers === 'with-reader') await waitUntil('the virtual readers to listen', 10_000, async () => (await listens(VPCD_PORT)) && (await listens(VPCD_PORT + 1)));
  }

  /** Ends the daemon; `SIGKILL` is what a crash looks like to its clients. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = null;
    if (daemon === null || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill(signal);
    await ended;
  }

  /** `SIGSTOP`: it is there and answers nobody, until `SIGCONT`. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#daemon?.kill(signal);
  }

  async dispose(): Promise<void> {
    const stopped = this.stop('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
    await stopped;
  }
}

/**
 * From Debian 13 on pcscd asks the system's policy service who may use a card, and refuses where there is none, as in a
 * container. The card here is a virtual one, and only what runs in this namespace can reach it.
 */
export function withoutPolicy(): readonly string[] {
  const known = spawnSync(DAEMON, ['--help'], { encoding: 'utf8' }).stdout;
  return known.includes('--disable-polkit') ? ['--disable-polkit'] : [];
}

/** Whether something listens, seen without connecting: a connection would be a card to vpcd. */
async function listens(port: number): Promise<boolean> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const table = await readFile('/proc/net/tcp', 'utf8').catch(() => '');
  return table.split('\n').some((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return local?.endsWith(wanted) === true && state === '0A';
  });
}
