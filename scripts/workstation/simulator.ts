/** The simulator as a process of its own, and its controls. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { HeardCommand } from '../../simulator/card/index.ts';
import type { PivBehaviour } from '../../simulator/card/piv-behaviour.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The ready line; see docs/identity-and-simulator.md. */
export interface SimulatorReady {
  readonly ready: true;
  readonly control: string;
  readonly identity: { readonly issuer: string };
  readonly pds: { readonly baseUrl: string };
  readonly exchanges: Readonly<Record<string, { readonly baseUrl: string }>>;
  readonly practice: { readonly baseUrl: string; readonly odsCode: string; readonly name: string };
  readonly card: {
    readonly kind: 'vpcd' | 'simulated' | 'none';
    readonly readers: number;
    readonly cards: readonly { readonly id: string; readonly holder: string; readonly passcode: string | null; readonly shows: string }[];
  };
  readonly people: readonly { readonly nhsNumber: string; readonly name: string; readonly story: string }[];
  readonly configuration: string;
  readonly configurationCis2: string;
}

export type Fault =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'html' | 'truncated' | 'hang' | 'reset' | 'wrong-patient' }
  | { readonly kind: 'delay'; readonly ms: number };

export class Simulator {
  readonly ready: SimulatorReady;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, ready: SimulatorReady) {
    this.#process = child;
    this.ready = ready;
  }

  /** Starts it and waits for its ready line. @throws Error with what it said where it did not get that far */
  static async start(args: readonly string[] = []): Promise<Simulator> {
    const child = spawn(process.execPath, [join(ROOT, 'simulator/index.ts'), ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (data) => (complaint += data));
    const line = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`The simulator was not ready within 60 s. ${complaint}`)), 60_000);
      createInterface(child.stdout).once('line', (text) => {
        clearTimeout(timer);
        resolve(text);
      });
      child.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`The simulator ended with code ${code}. ${complaint.trim()}`));
      });
    });
    return new Simulator(child, JSON.parse(line) as SimulatorReady);
  }

  /** Readers count from 1; the second is there only with a real smartcard service. */
  insertCard(card: string, reader = 1): Promise<void> {
    return this.#control('/card/insert', { card, reader });
  }

  /** Out of one reader, or out of all. */
  removeCard(reader?: number): Promise<void> {
    return this.#control('/card/remove', { reader });
  }

  /** From its next command on; `null`: as it was issued. */
  setCardBehaviour(card: string, behaviour: Partial<PivBehaviour> | null): Promise<void> {
    return this.#control('/card/behaviour', { card, behaviour });
  }

  /** Spends every try of its passcode. */
  blockCard(card: string): Promise<void> {
    return this.#control('/card/block', { card });
  }

  /** What its cards were asked since the start or reset. */
  async cardCommands(): Promise<readonly HeardCommand[]> {
    const response = await fetch(`${this.ready.control}/card/commands`, { signal: AbortSignal.timeout(20_000) });
    return (await response.json()) as readonly HeardCommand[];
  }

  setFault(service: string, fault: Fault | null): Promise<void> {
    return this.#control('/fault', { service, fault });
  }

  /** Every token of everybody ends, as at a remote logout. */
  logOut(): Promise<void> {
    return this.#control('/identity/logout', {});
  }

  /** No card in any reader, no faults, every card as issued. */
  reset(): Promise<void> {
    return this.#control('/reset', {});
  }

  /** The passcode of one of its cards. */
  passcode(card: string): string {
    const found = this.ready.card.cards.find((candidate) => candidate.id === card);
    if (found === undefined || found.passcode === null) throw new Error(`The simulator has no card "${card}" with a passcode.`);
    return found.passcode;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
  }

  async #control(path: string, body: unknown): Promise<void> {
    const response = await fetch(`${this.ready.control}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    if (!response.ok) throw new Error(`The simulator answered ${response.status} to ${path}: ${await response.text()}`);
  }
}
