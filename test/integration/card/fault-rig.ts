import type { ChildProcess } from 'node:child_process';
import { expect } from 'vitest';
import type { CardLost, CardSignInResult } from '../../../main/card/client.ts';
import type { ReaderStatus } from '../../../main/card/messages.ts';
import type { HeardCommand } from '../../../simulator/card/index.ts';
import type { PivBehaviour } from '../../../simulator/card/piv-behaviour.ts';
import type { OtherProgramRequest } from '../../support/card/other-program.ts';
import type { HostRequest } from './card-host.ts';
import { askHost, channelTo } from './card-process.ts';
import { openPcscdNamespace, type PcscdNamespace } from './pcscd-namespace.ts';
import { verified, WatchedClient } from './watched-client.ts';

const processModule = new URL('../../../main/card/process.ts', import.meta.url);
const hostModule = new URL('./card-host.ts', import.meta.url);
const otherProgramModule = new URL('../../support/card/other-program.ts', import.meta.url);

const passcodes: Readonly<Record<string, string>> = { nair: '482916', okafor: '739154', farrow: '604418' };

/** What a card is asked, by the first bytes of the command. */
const commands = {
  select: /^00a40400/,
  /** With a passcode, and not merely for the tries left. */
  verify: /^0020008008/,
  /** Any part of it: RSA's input comes in two. */
  signature: /^[01]087/,
} as const;

export type Step = keyof typeof commands;

/** What pcscd calls its two readers. */
export const readerNames = ['Virtual PCD 00 00', 'Virtual PCD 00 01'] as const;

/** A card client over a real pcscd, and the means to break each part under it. */
export class FaultRig {
  readonly namespace: PcscdNamespace;
  readonly ask: (request: HostRequest) => Promise<unknown>;
  /** The card processes of this client, in the order they were started. */
  processes: ChildProcess[] = [];
  watched!: WatchedClient;
  #otherPrograms: ChildProcess[] = [];
  #serviceRuns = true;
  #lostBefore = 0;

  private constructor(namespace: PcscdNamespace) {
    this.namespace = namespace;
    this.ask = askHost(namespace.fork(hostModule));
  }

  static async open(): Promise<FaultRig> {
    const namespace = await openPcscdNamespace();
    await namespace.startPcscd();
    const rig = new FaultRig(namespace);
    await rig.ask({ do: 'start', kind: 'either' });
    return rig;
  }

  /** A client that sees an empty reader. */
  async startClient(): Promise<void> {
    this.openClient();
    await this.watched.untilCard('none');
  }

  /** A client, whatever it meets. */
  openClient(): void {
    this.processes = [];
    this.#lostBefore = 0;
    this.watched = new WatchedClient(() => {
      const child = this.namespace.fork(processModule);
      this.processes.push(child);
      return channelTo(child, { kind: 'pcsc' });
    });
  }

  /** Everything as new, for the next test. */
  async reset(): Promise<void> {
    for (const program of this.#otherPrograms.splice(0)) program.kill('SIGKILL');
    if (!this.#serviceRuns) await this.startService();
    await this.ask({ do: 'reset' });
    this.watched.client.stop();
  }

  close(): Promise<void> {
    return this.namespace.close();
  }

  /** As a crash of pcscd. */
  async killService(): Promise<void> {
    this.#serviceRuns = false;
    await this.namespace.stopPcscd('SIGKILL');
  }

  async startService(): Promise<void> {
    await this.namespace.startPcscd();
    this.#serviceRuns = true;
  }

  /** Puts a card in; does not wait for it to be read. */
  async insert(card: string, behaviour: Partial<PivBehaviour> | null = null, reader = 1): Promise<void> {
    await this.behave(card, behaviour);
    await this.ask({ do: 'insert', card, reader });
  }

  /** Puts a card in the first reader and waits until it may sign in. */
  async insertReady(card: string, behaviour: Partial<PivBehaviour> | null = null): Promise<void> {
    await this.insert(card, behaviour);
    await this.watched.untilCard('ready');
    this.#lostBefore = this.watched.lost.length;
  }

  /** What was told as lost since a card was ready: vpcd may have shown it once before, without power. */
  get lost(): readonly CardLost[] {
    return this.watched.lost.slice(this.#lostBefore);
  }

  /** With the card's own passcode; in the first reader where no other is named. */
  signIn(card: string, reader?: ReaderStatus): Promise<CardSignInResult> {
    return this.watched.signIn(passcodes[card] ?? '', reader === undefined ? {} : { reader });
  }

  /** From the card's next command on. */
  async behave(card: string, behaviour: Partial<PivBehaviour> | null): Promise<void> {
    await this.ask({ do: 'behave', card, behaviour });
  }

  /** Until the card is asked for this, at all or once more than it was. */
  async untilAsked(card: string, step: Step, more = 0): Promise<void> {
    await expect.poll(() => this.timesAsked(card, step), { timeout: 15_000 }).toBeGreaterThan(more);
  }

  /** How often the card has been asked for this so far. */
  async timesAsked(card: string, step: Step): Promise<number> {
    const heard = (await this.ask({ do: 'heard' })) as readonly HeardCommand[];
    return heard.filter((one) => one.card === card && commands[step].test(one.command)).length;
  }

  /** Another program beside Lanyard; it ends with the test. */
  startOtherProgram(): { ask(request: OtherProgramRequest): Promise<unknown>; kill(): void } {
    const child = this.namespace.fork(otherProgramModule);
    this.#otherPrograms.push(child);
    return { ask: askHost<OtherProgramRequest>(child), kill: () => void child.kill('SIGKILL') };
  }

  /** The card is read, has lost no try, and signs in: through the same client, whatever was before. */
  async expectRecovered(card: string): Promise<void> {
    await this.watched.untilCard('ready');
    expect(this.watched.card).toMatchObject({ triesLeft: 3 });
    await verified(await this.signIn(card), this.watched.card);
  }
}
