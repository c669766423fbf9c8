import type { VirtualCard } from './virtual-card.ts';

/** The calls of PC/SC that the simulated reader answers; see main/card/pcsc for their meaning. */
export type Call =
  | { readonly call: 'listReaders' }
  | { readonly call: 'waitForChange'; readonly known: readonly { name: string; state: number }[]; readonly timeoutMs: number }
  | { readonly call: 'cancel' }
  | { readonly call: 'connect'; readonly reader: string }
  | { readonly call: 'beginTransaction'; readonly handle: number }
  | { readonly call: 'transmit'; readonly handle: number; readonly command: string }
  | { readonly call: 'endTransaction' | 'disconnect'; readonly handle: number; readonly disposition: 'leave' | 'reset' };

/** PC/SC return codes. */
export const codes = {
  internal: 0x80100001,
  cancelled: 0x80100002,
  invalidHandle: 0x80100003,
  unknownReader: 0x80100009,
  noCard: 0x8010000c,
  notTransacted: 0x80100016,
  resetCard: 0x80100068,
  removedCard: 0x80100069,
} as const;

class CallFailed extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`PC/SC 0x${code.toString(16)}`);
    this.code = code;
  }
}

export interface ServiceContext {
  readonly call: (request: Call) => Promise<unknown>;
  close(): void;
}

interface Handle {
  readonly card: VirtualCard;
  readonly owner: object;
  state: 'alive' | 'removed' | 'reset';
}

const readerName = 'Lanyard Simulated Reader 00 00';
const readerListChanges = '\\\\?PnP?\\Notification';
const stateBits = { changed: 0x02, empty: 0x10, present: 0x20 } as const;

/** One reader, its card, and who may talk to it: what a resource manager keeps. */
export class SimulatedService {
  readonly #changes = new EventTarget();
  readonly #handles = new Map<number, Handle>();
  readonly #queue: (() => void)[] = [];
  #transaction: Handle | null = null;
  #card: VirtualCard | null = null;
  #eventCounter = 0;
  #lastHandle = 0;

  insert(card: VirtualCard): void {
    if (this.#card) this.remove();
    card.powerOn();
    this.#card = card;
    this.#change();
  }

  remove(): void {
    if (!this.#card) return;
    this.#card.powerOff();
    this.#card = null;
    for (const handle of this.#handles.values()) handle.state = 'removed';
    this.#change();
    this.#passOn();
  }

  openContext(): ServiceContext {
    const owner = {};
    const cancel = new EventTarget();
    return {
      call: (request) => this.#call(request, owner, cancel),
      close: () => {
        cancel.dispatchEvent(new Event('cancel'));
        for (const [id, handle] of this.#handles) if (handle.owner === owner) this.#disconnect(id, 'leave');
      },
    };
  }

  async #call(request: Call, owner: object, cancel: EventTarget): Promise<unknown> {
    switch (request.call) {
      case 'listReaders':
        return [readerName];
      case 'waitForChange':
        return this.#waitForChange(request.known, request.timeoutMs, cancel);
      case 'cancel':
        return void cancel.dispatchEvent(new Event('cancel'));
      case 'connect':
        return this.#connect(request.reader, owner);
      case 'beginTransaction':
        return this.#begin(this.#alive(request.handle));
      case 'transmit':
        return this.#transmit(this.#alive(request.handle), request.command);
      case 'endTransaction':
        return this.#end(this.#alive(request.handle), request.disposition);
      case 'disconnect':
        return this.#disconnect(request.handle, request.disposition);
    }
  }

  async #waitForChange(known: readonly { name: string; state: number }[], timeoutMs: number, cancel: EventTarget): Promise<unknown> {
    const unknown = known.find(({ name }) => name !== readerName && name !== readerListChanges);
    if (unknown) throw new CallFailed(codes.unknownReader);
    const differs = () => known.some(({ name, state }) => name === readerName && state !== this.#state());
    if (!differs()) {
      const end = await this.#nextChange(timeoutMs, cancel);
      if (end === 'timeout') return 'timeout';
      if (end === 'cancelled') throw new CallFailed(codes.cancelled);
    }
    return known.map(({ name, state }) => (name === readerName ? { name, state: (this.#state() | stateBits.changed) >>> 0 } : { name, state }));
  }

  #nextChange(timeoutMs: number, cancel: EventTarget): Promise<'changed' | 'cancelled' | 'timeout'> {
    return new Promise((resolve) => {
      const done = new AbortController();
      const { signal } = done;
      const settle = (end: 'changed' | 'cancelled' | 'timeout') => {
        clearTimeout(timer);
        done.abort();
        resolve(end);
      };
      const timer = setTimeout(() => settle('timeout'), timeoutMs);
      this.#changes.addEventListener('change', () => settle('changed'), { signal });
      cancel.addEventListener('cancel', () => settle('cancelled'), { signal });
    });
  }

  #connect(reader: string, owner: object): { handle: number; protocol: 'T=1' } {
    if (reader !== readerName) throw new CallFailed(codes.unknownReader);
    if (!this.#card) throw new CallFailed(codes.noCard);
    this.#handles.set(++this.#lastHandle, { card: this.#card, owner, state: 'alive' });
    return { handle: this.#lastHandle, protocol: 'T=1' };
  }

  async #begin(handle: Handle): Promise<void> {
    while (this.#transaction !== null) await new Promise<void>((resolve) => this.#queue.push(resolve));
    assertAlive(handle);
    this.#transaction = handle;
  }

  async #transmit(handle: Handle, command: string): Promise<string> {
    if (this.#transaction !== handle) throw new CallFailed(codes.notTransacted);
    const removed = this.#removalOf(handle);
    const answer = await Promise.race([handle.card.process(Buffer.from(command, 'hex')), removed.promise]);
    removed.forget();
    assertAlive(handle);
    return Buffer.from(answer).toString('hex');
  }

  /** A card that never answers is still pulled out: then the call ends. */
  #removalOf(handle: Handle): { promise: Promise<never>; forget: () => void } {
    const done = new AbortController();
    const promise = new Promise<never>((_resolve, reject) => {
      const check = () => {
        if (handle.state === 'removed') reject(new CallFailed(codes.removedCard));
      };
      this.#changes.addEventListener('change', check, { signal: done.signal });
    });
    promise.catch(() => undefined);
    return { promise, forget: () => done.abort() };
  }

  #end(handle: Handle, disposition: 'leave' | 'reset'): void {
    if (this.#transaction !== handle) throw new CallFailed(codes.notTransacted);
    if (disposition === 'reset') this.#reset(handle);
    this.#passOn();
  }

  #disconnect(id: number, disposition: 'leave' | 'reset'): void {
    const handle = this.#handles.get(id);
    if (!handle) throw new CallFailed(codes.invalidHandle);
    this.#handles.delete(id);
    if (disposition === 'reset' && handle.state === 'alive') this.#reset(handle);
    if (this.#transaction === handle) this.#passOn();
  }

  #reset(by: Handle): void {
    by.card.reset();
    for (const handle of this.#handles.values()) if (handle !== by && handle.state === 'alive') handle.state = 'reset';
  }

  #passOn(): void {
    this.#transaction = null;
    this.#queue.shift()?.();
  }

  #alive(id: number): Handle {
    const handle = this.#handles.get(id);
    if (!handle) throw new CallFailed(codes.invalidHandle);
    assertAlive(handle);
    return handle;
  }

  #state(): number {
    return ((this.#eventCounter << 16) | (this.#card ? stateBits.present : stateBits.empty)) >>> 0;
  }

  #change(): void {
    this.#eventCounter = (this.#eventCounter + 1) & 0xffff;
    this.#changes.dispatchEvent(new Event('change'));
  }
}

function assertAlive(handle: Handle): void {
  if (handle.state === 'removed') throw new CallFailed(codes.removedCard);
  if (handle.state === 'alive') return;
  // Told once, as PC/SC does; the handle then works on.
  handle.state = 'alive';
  throw new CallFailed(codes.resetCard);
}
