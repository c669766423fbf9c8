import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CHANNELS } from '../../../preload/channels.ts';
import { readRequest } from '../../../preload/schemas.ts';
import { type CommandHandlers, type DoorKeeper, openDoor } from '../../../main/shell/ipc-door.ts';

type Listener = (event: IpcMainInvokeEvent, request?: unknown) => Promise<unknown>;

const OURS = 7;
const STANDBY = 8;
const PAGE = 'lanyard://app/index.html';

let listeners: Map<string, Listener>;
let current: number;
let asked: unknown[];
let written: string;
let keeper: PromiseWithResolvers<DoorKeeper>;

beforeEach(() => {
  listeners = new Map();
  current = OURS;
  asked = [];
  written = '';
  keeper = Promise.withResolvers();
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  const ipcMain = { handle: (channel: string, listener: Listener) => void listeners.set(channel, listener) } as Pick<IpcMain, 'handle'>;
  openDoor(ipcMain, keeper.promise, { isCurrent: (id) => id === current, isStandby: (id) => id === STANDBY });
});

afterEach(() => {
  vi.restoreAllMocks();
});

const answering = (handler: (request: unknown) => unknown): DoorKeeper => ({
  handlers: new Proxy({}, { get: () => (request: unknown) => { asked.push(request); return handler(request); } }) as CommandHandlers,
  read: readRequest,
});

interface Sender {
  readonly id?: number;
  readonly frame?: unknown;
}

function say(channel: string, request?: unknown, { id = OURS, frame = { parent: null, url: PAGE } }: Sender = {}): Promise<unknown> {
  const listener = listeners.get(channel);
  if (listener === undefined) throw new Error(`Nobody listens on ${channel}.`);
  return listener({ sender: { id }, senderFrame: frame } as unknown as IpcMainInvokeEvent, request);
}

const find = { nhsNumber: '9990123454' };
const refused = { ok: false, sentence: 'Lanyard did not understand that. Nothing was changed.' };

test('there is a listener for every command, and none for what main sends', () => {
  expect([...listeners.keys()].toSorted()).toEqual(Object.values(CHANNELS).filter((name) => name !== CHANNELS.viewChanged && name !== CHANNELS.passcodeWay).toSorted());
});

test('a window that stands by is told that its turn has not come, and nothing else', async () => {
  keeper.resolve(answering(() => ({ ok: true, value: 'a view' })));
  expect(await say(CHANNELS.view, undefined, { id: STANDBY })).toEqual({ ok: true, value: null });
  expect(await say(CHANNELS.rows, undefined, { id: STANDBY })).toEqual(refused);
  expect(await say(CHANNELS.view, undefined, { id: STANDBY, frame: { parent: null, url: 'https://example.org/' } })).toEqual(refused);
  expect(asked).toEqual([]);
});

describe('who is speaking', () => {
  beforeEach(() => keeper.resolve(answering(() => ({ ok: true, value: null }))));

  test('our own window is answered', async () => {
    expect(await say(CHANNELS.findPatient, find)).toEqual({ ok: true, value: null });
    expect(asked).toEqual([find]);
  });

  test.each<[string, Sender]>([
    ['another window', { id: 8 }],
    ['a frame inside our page', { frame: { parent: { url: PAGE }, url: PAGE } }],
    ['a page of the web', { frame: { parent: null, url: 'https://example.org/index.html' } }],
    ['a page whose address only begins alike', { frame: { parent: null, url: 'lanyard://app.example.org/index.html' } }],
    ['a file', { frame: { parent: null, url: 'file:///index.html' } }],
    ['a frame that has gone', { frame: null }],
    ['a frame that cannot be asked any more', { frame: { get parent() { throw new Error('Render frame was disposed'); } } }],
  ])('%s is not', async (_name, sender) => {
    expect(await say(CHANNELS.findPatient, find, sender)).toEqual(refused);
    expect(asked).toEqual([]);
    expect(written).toContain('"reason":"sender"');
  });
});

test('a window that was replaced while it waited is not answered', async () => {
  const waiting = say(CHANNELS.findPatient, find);
  current = 8;
  keeper.resolve(answering(() => ({ ok: true, value: null })));
  expect(await waiting).toEqual(refused);
  expect(asked).toEqual([]);
});

describe('what is said', () => {
  beforeEach(() => keeper.resolve(answering(() => ({ ok: true, value: null }))));

  test.each<[string, string, unknown]>([
    ['nothing', CHANNELS.findPatient, undefined],
    ['a number', CHANNELS.findPatient, { nhsNumber: 9990123454 }],
    ['a field too many', CHANNELS.findPatient, { ...find, as: 'somebody' }],
    ['a text without end', CHANNELS.findPatient, { nhsNumber: '9'.repeat(10_000) }],
    ['a passcode as text', CHANNELS.signIn, { passcode: '482916', lastTryConfirmed: false }],
    ['a passcode without end', CHANNELS.signIn, { passcode: new Uint8Array(17), lastTryConfirmed: false }],
    ['something with a command that takes nothing', CHANNELS.lock, { force: true }],
    ['rows without end', CHANNELS.rows, { section: null, from: 0, count: 1e9, onlyDiffering: false, includeWithdrawn: false }],
  ])('%s is not of the contract', async (_name, channel, request) => {
    expect(await say(channel, request)).toEqual(refused);
    expect(asked).toEqual([]);
    expect(written).toContain('"reason":"request"');
    expect(written).not.toMatch(/482916|9990123454/);
  });
});

describe('an answer that breaks', () => {
  test.each([
    ['thrown', () => { throw new RangeError('ASHWORTH 9990123454'); }],
    ['rejected', () => Promise.reject(new RangeError('ASHWORTH 9990123454'))],
    ['thrown without an error', () => Promise.reject('ASHWORTH 9990123454')],
  ])('%s: a sentence, and not a word of it', async (_name, handler) => {
    keeper.resolve(answering(handler));
    const reply = await say(CHANNELS.findPatient, find);
    expect(reply).toMatchObject({ ok: false });
    expect(written).toContain('"command-failed"');
    expect(JSON.stringify([reply, written])).not.toMatch(/ashworth|9990123454/i);
  });
});
