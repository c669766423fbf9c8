/** The entry of the PKCS #11 process: Electron's utility process, or a Node child in tests. See README.md. */
import { MalformedMessage } from '../border.ts';
import { endOnDefect, openPort, type Port } from '../parent-port.ts';
import { PasscodeHold } from '../passcode-hold.ts';
import { takePasscodeFrom } from '../passcode-port.ts';
import { readPkcs11Command } from './border.ts';
import { TokenDesk } from './desk.ts';
import { ModuleUnusable, Pkcs11Error } from './errors.ts';
import type { Pkcs11Command, Pkcs11Event } from './messages.ts';
import { loadPkcs11Module } from './native.ts';
import type { Pkcs11Module } from './module.ts';
import { moduleSentence } from './sentences.ts';

type OpenCommand = Extract<Pkcs11Command, { type: 'open' }>;

/** How long a module may take to end before the process ends without it. */
const stopLimitMs = 1000;

/** Loads the module and starts it. @throws {ModuleUnusable} */
async function openModule(file: string): Promise<Pkcs11Module> {
  const module = loadPkcs11Module(file);
  try {
    await module.initialize();
  } catch (error) {
    if (!(error instanceof Pkcs11Error)) throw error;
    throw new ModuleUnusable('not-started', file, error);
  }
  return module;
}

class Pkcs11Process {
  readonly #port: Port<Pkcs11Event>;
  readonly #passcodes = new PasscodeHold();
  #opening: Promise<TokenDesk | null> | null = null;
  #module: Pkcs11Module | null = null;

  constructor(port: Port<Pkcs11Event>) {
    this.#port = port;
  }

  start(): void {
    this.#port.onMessage((message, [passcodePort]) => {
      if (passcodePort !== undefined) return takePasscodeFrom(passcodePort, message, (passcode) => this.#passcodes.take(passcode));
      this.#take(readPkcs11Command(message));
    });
  }

  #take(command: Pkcs11Command): void {
    switch (command.type) {
      case 'open':
        if (this.#opening !== null) throw new MalformedMessage('command.type: opened already');
        this.#opening = this.#open(command);
        return;
      case 'passcode':
        return this.#passcodes.take(command);
      case 'ping':
        return this.#port.post({ type: 'pong', sequence: command.sequence });
      case 'stop':
        return void this.#stop();
      default:
        return this.#ask(command);
    }
  }

  async #open({ module: file, pinPad }: OpenCommand): Promise<TokenDesk | null> {
    try {
      const module = await openModule(file);
      this.#module = module;
      this.#port.post({ type: 'opened' });
      return new TokenDesk({ module, pinPad, passcodes: this.#passcodes, emit: (event) => this.#port.post(event), onModuleFailed: () => this.#port.post({ type: 'module-failed' }) });
    } catch (error) {
      if (!(error instanceof ModuleUnusable)) throw error;
      this.#port.post({ type: 'module-unusable', sentence: moduleSentence(error.fault, error.file) });
      return null;
    }
  }

  /** Requests wait until the module has started: that takes it a second or two. */
  #ask(command: Extract<Pkcs11Command, { type: 'look' | 'sign-in' | 'change-passcode' | 'cancel' }>): void {
    if (this.#opening === null) throw new MalformedMessage('command.type: not opened yet');
    void this.#opening.then((desk) => {
      if (desk === null) return;
      if (command.type === 'look') return desk.look(command);
      return command.type === 'cancel' ? desk.cancel(command.requestId) : desk.serve(command);
    });
  }

  async #stop(): Promise<void> {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), stopLimitMs).unref();
    this.#passcodes.drop();
    await this.#opening;
    // What it says to that is of no use to anybody: the process ends.
    await this.#module?.finalize().catch(() => undefined);
    process.exit();
  }
}

endOnDefect();
new Pkcs11Process(openPort()).start();
