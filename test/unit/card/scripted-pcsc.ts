import { PcscError, pcscCodes, type PcscCodeName } from '../../../main/card/pcsc/errors.ts';
import { readerListChanges, readerStateBits, type Pcsc, type PcscCard, type PcscContext, type PcscReaderState } from '../../../main/card/pcsc/pcsc.ts';
import type { VirtualCard } from '../../../simulator/card/virtual-card.ts';

interface Reader {
  eventCounter: number;
  card: VirtualCard | null;
  /** Bits beside present and empty. */
  flags: number;
  /** The end of the transaction under way; a further one waits for it, as the real service has it. */
  transaction: Promise<void> | null;
}

/** A PC/SC service whose every turn the test decides. */
export class ScriptedPcsc implements Pcsc {
  readonly readers = new Map<string, Reader>();
  /** Names of the calls that reached the service. */
  readonly calls: string[] = [];
  /** What `establish` fails with; `null` where the service is there. */
  absent: Error | null = null;
  /** What the next connect fails with, and the ones after it, in order. */
  connectFailures: PcscCodeName[] = [];
  /** What every transmit fails with. */
  transmitFailure: PcscCodeName | null = null;
  /** What the readers answer to control codes; `null`, or nothing here: that they do not know the code. */
  onControl: ((code: number, input: Uint8Array) => Uint8Array | null | Promise<Uint8Array | null>) | null = null;
  /** When `establish` was called, by the monotonic clock. */
  readonly establishedAt: number[] = [];
  /** What each call of `waitForChange` was given. */
  readonly waits: { readonly known: readonly PcscReaderState[]; readonly timeoutMs: number }[] = [];
  /** Whether the upper half of a reader's state moves with its cards, as it does not in every remote session. */
  counts = true;
  /** Whether a wait notices changes: where not, it always ends by its time. */
  notices = true;
  /** Readers that are listed, but that no other call knows. */
  readonly stale = new Set<string>();
  /** Whether calls end at all: a service that hangs answers nothing. */
  hangs = false;
  /** Whether waits end at once without a change. */
  wakesForNothing = false;
  openContexts = 0;
  #wakers = new Set<() => void>();
  #failure: PcscCodeName | null = null;

  insert(name: string, card: VirtualCard): void {
    const reader = this.#reader(name);
    card.powerOn();
    reader.card = card;
    reader.eventCounter += 1;
    this.#wake();
  }

  remove(name: string): void {
    this.takeOutUnseen(name);
    this.#wake();
  }

  /** As a removal while the computer sleeps: nobody is woken. */
  takeOutUnseen(name: string): void {
    const reader = this.#reader(name);
    reader.card = null;
    reader.eventCounter += 1;
  }

  putInUnseen(name: string, card: VirtualCard): void {
    const reader = this.#reader(name);
    reader.card = card;
    reader.eventCounter += 1;
  }

  plug(name: string): void {
    this.readers.set(name, { eventCounter: 0, card: null, flags: 0, transaction: null });
    this.#wake();
  }

  unplug(name: string): void {
    this.readers.delete(name);
    this.#wake();
  }

  wake(): void {
    this.#wake();
  }

  /** Every running and later call fails, and establishing too, until `mend`. */
  fail(code: PcscCodeName): void {
    this.#failure = code;
    this.absent = new PcscError(pcscCodes.SCARD_E_NO_SERVICE, 'SCardEstablishContext');
    this.#wake();
  }

  mend(): void {
    this.#failure = null;
    this.absent = null;
  }

  async establish(): Promise<PcscContext> {
    this.calls.push('establish');
    this.establishedAt.push(performance.now());
    if (this.hangs) return never();
    if (this.absent) throw this.absent;
    this.openContexts += 1;
    let cancelled = false;
    return {
      listReaders: async () => {
        await this.#enter('listReaders');
        return [...this.readers.keys(), ...this.stale];
      },
      waitForChange: async (known, timeoutMs) => {
        await this.#enter('waitForChange');
        this.waits.push({ known, timeoutMs });
        if (known.some(({ name }) => this.stale.has(name))) throw new PcscError(pcscCodes.SCARD_E_UNKNOWN_READER, 'waitForChange');
        const until = Date.now() + timeoutMs;
        while (!this.wakesForNothing && !this.#differs(known, timeoutMs)) {
          const left = until - Date.now();
          if (left <= 0) return 'timeout';
          await this.#woken(left);
          this.#check('waitForChange');
          if (cancelled) throw new PcscError(pcscCodes.SCARD_E_CANCELLED, 'waitForChange');
        }
        return this.#statesOf(known);
      },
      cancel: () => {
        cancelled = true;
        this.#wake();
      },
      connect: async (name) => {
        await this.#enter('connect');
        const failure = this.connectFailures.shift();
        if (failure) throw new PcscError(pcscCodes[failure], 'connect');
        return this.#connect(name);
      },
      release: async () => {
        this.openContexts -= 1;
      },
    };
  }

  #connect(name: string): PcscCard {
    const reader = this.#reader(name);
    const card = reader.card;
    if (!card) throw new PcscError(pcscCodes.SCARD_E_NO_SMARTCARD, 'connect');
    const check = (call: string) => {
      this.#check(call);
      if (reader.card !== card) throw new PcscError(pcscCodes.SCARD_W_REMOVED_CARD, call);
    };
    let release: (() => void) | null = null;
    const end = (call: string) => {
      release?.();
      release = null;
      check(call);
    };
    return {
      protocol: 'T=1',
      beginTransaction: async () => {
        while (reader.transaction !== null) await reader.transaction;
        check('beginTransaction');
        const { promise, resolve } = Promise.withResolvers<void>();
        reader.transaction = promise;
        release = () => {
          reader.transaction = null;
          resolve();
        };
      },
      transmit: async (command) => {
        check('transmit');
        this.calls.push(`transmit ${Buffer.from(command.subarray(0, 4)).toString('hex')}`);
        if (this.transmitFailure) throw new PcscError(pcscCodes[this.transmitFailure], 'transmit');
        const answer = await card.process(Uint8Array.from(command));
        check('transmit');
        return answer;
      },
      control: async (code, input) => {
        check('control');
        this.calls.push(`control ${code.toString(16)}`);
        const answer = (await this.onControl?.(code, input)) ?? null;
        check('control');
        if (answer === null) throw new PcscError(pcscCodes.SCARD_E_UNSUPPORTED_FEATURE, 'control');
        return answer;
      },
      endTransaction: async () => end('endTransaction'),
      disconnect: async () => end('disconnect'),
    };
  }

  async #enter(call: string): Promise<void> {
    this.calls.push(call);
    if (this.hangs) return never();
    this.#check(call);
  }

  #check(call: string): void {
    if (this.#failure) throw new PcscError(pcscCodes[this.#failure], call);
  }

  #reader(name: string): Reader {
    const reader = this.readers.get(name);
    if (!reader) throw new PcscError(pcscCodes.SCARD_E_UNKNOWN_READER, name);
    return reader;
  }

  #stateOf(name: string): number {
    if (name === readerListChanges) return (this.readers.size << 16) >>> 0;
    const reader = this.readers.get(name);
    if (!reader) return readerStateBits.unknown;
    const presence = reader.card ? readerStateBits.present : readerStateBits.empty;
    return (((this.counts ? reader.eventCounter : 0) << 16) | presence | reader.flags) >>> 0;
  }

  #differs(known: readonly PcscReaderState[], timeoutMs: number): boolean {
    if (!this.notices && timeoutMs > 0) return false;
    return known.some(({ name, state }) => state !== this.#stateOf(name));
  }

  #statesOf(known: readonly PcscReaderState[]): readonly PcscReaderState[] {
    return known.map(({ name }) => ({ name, state: (this.#stateOf(name) | readerStateBits.changed) >>> 0 }));
  }

  #woken(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, limitMs);
      this.#wakers.add(wake);
    });
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }
}

const never = (): Promise<never> => new Promise(() => undefined);
