import { CardDesk, type CardDeskOptions, type PasscodeCommand } from '../../../main/card/desk.ts';
import type { CardEvent, CardSettings, CardStatus } from '../../../main/card/messages.ts';
import { PasscodeHold } from '../../../main/card/passcode-hold.ts';
import { PinPads } from '../../../main/card/pin-pad/pin-pads.ts';
import type { TransactionLimits } from '../../../main/card/transaction.ts';
import { CardWatch, type WatchTimings } from '../../../main/card/watch.ts';
import type { VirtualCard } from '../../../simulator/card/virtual-card.ts';
import { digits, passcode, statement } from './cards.ts';
import { Events } from './events.ts';
import { ScriptedPcsc } from './scripted-pcsc.ts';
import { ScriptedPinPad, type PinPadScript } from './scripted-pin-pad.ts';

const timings: Partial<WatchTimings> = {
  waitMs: 40, silenceMs: 60, firstRetryMs: 5, longestRetryMs: 20, readAgainMs: [5, 10, 20], read: { turnMs: 5000, workMs: 5000 },
};

/** Far longer than anything here takes: a test of a limit sets its own. */
const limits: TransactionLimits = { turnMs: 5000, workMs: 5000 };

export const reader = 'Reader 00';

type CommandChanges = Partial<Pick<PasscodeCommand, 'requestId' | 'entry' | 'eventCounter' | 'lastTryConfirmed'>>;

/** A desk with its watch over a scripted service, as the card process puts them together. */
export class DeskRig {
  readonly pcsc = new ScriptedPcsc();
  readonly events = new Events();
  readonly passcodes = new PasscodeHold();
  readonly pinPads: PinPads;
  readonly watch: CardWatch;
  readonly desk: CardDesk;
  /** Every buffer that a passcode was typed into. */
  readonly typed: Uint8Array[] = [];

  constructor({ pinPad = 'use', ...changes }: Partial<CardDeskOptions> & Partial<Pick<CardSettings, 'pinPad'>> = {}) {
    this.pcsc.plug(reader);
    this.pinPads = new PinPads(pinPad);
    const emit = (event: CardEvent) => {
      if (event.type === 'card-lost') this.passcodes.drop();
      this.events.emit(event);
    };
    this.watch = new CardWatch({ pcsc: this.pcsc, emit, timings, platform: 'linux', pinPads: this.pinPads });
    const { pcsc, watch, passcodes, pinPads } = this;
    this.desk = new CardDesk({ pcsc, watch, passcodes, pinPads, emit, limits, ...changes });
  }

  async start(): Promise<void> {
    void this.watch.start();
    await this.events.until(() => this.events.status?.kind === 'running');
  }

  async stop(): Promise<void> {
    this.pcsc.mend();
    await this.watch.stop();
  }

  /** Puts a card in, in a reader with keys where a script is given, and waits until it has been read. */
  async insert(card: VirtualCard, script: PinPadScript | null = null): Promise<ScriptedPinPad | null> {
    const pad = script === null ? null : new ScriptedPinPad(card, script);
    this.pcsc.onControl = pad === null ? null : pad.control;
    this.pcsc.insert(reader, card);
    await this.events.until(() => this.card?.kind === 'ready' || this.card?.kind === 'unusable');
    return pad;
  }

  get card(): CardStatus | undefined {
    return this.events.card(reader);
  }

  get outcomes(): readonly CardEvent[] {
    return this.events.all.filter(({ type }) => type === 'signed' || type === 'passcode-changed' || type === 'refused');
  }

  /** Types a passcode for a request, as the screen does. */
  type(requestId: number, text: string = passcode, replacement: string | null = null): Uint8Array {
    const bytes = digits(text);
    const replacing = replacement === null ? null : digits(replacement);
    this.typed.push(bytes, ...(replacing === null ? [] : [replacing]));
    this.passcodes.take({ type: 'passcode', requestId, passcode: bytes, replacement: replacing });
    return bytes;
  }

  signIn(changes: CommandChanges = {}): Promise<void> {
    return this.desk.serve({ type: 'sign-in', requestId: 1, reader, eventCounter: this.#counter, entry: 'keyboard', statement, lastTryConfirmed: false, ...changes });
  }

  change(changes: CommandChanges = {}): Promise<void> {
    return this.desk.serve({ type: 'change-passcode', requestId: 1, reader, eventCounter: this.#counter, entry: 'keyboard', lastTryConfirmed: false, ...changes });
  }

  get #counter(): number {
    return this.events.counter(reader) ?? 0;
  }
}

export const isWiped = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
