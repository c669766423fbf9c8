import type { PasscodeWay } from './client.ts';

/** A child process as the trusted side holds it: Electron's utility process, or a Node child in tests. */
export interface ProcessChannel<Command> {
  /** Sends by structured clone, so that a `Uint8Array` stays one. */
  post(message: Command): void;
  /** Hands the process the port that the request's passcode comes through. */
  sendPasscodePort(requestId: number, port: PasscodeWay): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when the process has ended, for whatever reason. */
  onExit(listener: () => void): void;
  kill(): void;
}

/** All in milliseconds, but for the count. */
export interface KeepingTimings {
  readonly pingMs: number;
  /** So many pings in a row without an answer mean that the process hangs: it no longer proves anything. */
  readonly unansweredPings: number;
  /** Pauses before a new process is started: the first, and the longest. */
  readonly firstRestartMs: number;
  readonly longestRestartMs: number;
}

export const defaultKeepingTimings: KeepingTimings = { pingMs: 1000, unansweredPings: 3, firstRestartMs: 250, longestRestartMs: 10_000 };

export interface KeptProcessOptions<Command, Event> {
  /** Starts a process, its first message sent. May throw: then it is tried again. */
  readonly open: () => ProcessChannel<Command>;
  readonly onEvent: (event: Event) => void;
  /** The process has ended, or was let go: nothing it was asked will be answered. */
  readonly onEnd: () => void;
  /** Told what starting a process threw. */
  readonly report: (error: unknown) => void;
  /** {@link defaultKeepingTimings} for what is not given. */
  readonly timings: Partial<KeepingTimings> | undefined;
}

type Upkeep = { readonly type: 'ping'; readonly sequence: number } | { readonly type: 'stop' };

/** Keeps one process running while it is wanted: one that ends or hangs is replaced, ever more slowly until one answers. */
export class KeptProcess<Command, Event extends { readonly type: string }> {
  readonly #options: KeptProcessOptions<Command | Upkeep, Event>;
  readonly #timings: KeepingTimings;
  #channel: ProcessChannel<Command | Upkeep> | null = null;
  #wanted = false;
  #lastPing = 0;
  #lastPong = 0;
  #restartMs: number;
  #heartbeat: ReturnType<typeof setInterval> | null = null;
  #restart: ReturnType<typeof setTimeout> | null = null;

  constructor(options: KeptProcessOptions<Command | Upkeep, Event>) {
    this.#options = options;
    this.#timings = { ...defaultKeepingTimings, ...options.timings };
    this.#restartMs = this.#timings.firstRestartMs;
  }

  /** The process now, or `null` between two. */
  get channel(): ProcessChannel<Command> | null {
    return this.#channel;
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#open();
  }

  /** Ends the process in order; `start` begins with a new one. */
  stop(): void {
    if (!this.#wanted) return;
    this.#wanted = false;
    if (this.#restart) clearTimeout(this.#restart);
    this.#restart = null;
    const channel = this.#letGo();
    channel?.post({ type: 'stop' });
  }

  /** Kills the process and starts another. */
  replace(): void {
    if (this.#channel === null) return;
    this.#letGo()?.kill();
    this.#openLater();
  }

  #open(): void {
    this.#restart = null;
    let channel: ProcessChannel<Command | Upkeep>;
    try {
      channel = this.#options.open();
    } catch (error) {
      this.#options.report(error);
      return this.#openLater();
    }
    this.#channel = channel;
    this.#lastPong = this.#lastPing;
    channel.onMessage((message) => {
      if (this.#channel === channel) this.#take(message as Event);
    });
    channel.onExit(() => {
      if (this.#channel === channel) this.replace();
    });
    this.#heartbeat = setInterval(() => this.#beat(channel), this.#timings.pingMs);
  }

  #openLater(): void {
    if (!this.#wanted) return;
    this.#restart = setTimeout(() => this.#open(), this.#restartMs);
    this.#restartMs = Math.min(this.#restartMs * 2, this.#timings.longestRestartMs);
  }

  /** Counts pings rather than time: after the computer slept, the process gets its chance to answer first. */
  #beat(channel: ProcessChannel<Command | Upkeep>): void {
    if (this.#lastPing - this.#lastPong >= this.#timings.unansweredPings) return this.replace();
    channel.post({ type: 'ping', sequence: ++this.#lastPing });
  }

  #take(event: Event): void {
    if (event.type !== 'pong') return this.#options.onEvent(event);
    this.#lastPong = Math.max(this.#lastPong, (event as unknown as { readonly sequence: number }).sequence);
    this.#restartMs = this.#timings.firstRestartMs;
  }

  #letGo(): ProcessChannel<Command | Upkeep> | null {
    const channel = this.#channel;
    if (channel === null) return null;
    this.#channel = null;
    if (this.#heartbeat) clearInterval(this.#heartbeat);
    this.#options.onEnd();
    return channel;
  }
}
