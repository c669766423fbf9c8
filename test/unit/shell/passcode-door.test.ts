import type { IpcMain, IpcMainEvent, MessagePortMain } from 'electron';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CHANNELS } from '../../../preload/channels.ts';
import { type PasscodeDoor, openPasscodeDoor } from '../../../main/shell/passcode-door.ts';

const OURS = 7;

class Port {
  closed = false;
  close(): void {
    this.closed = true;
  }
}

let door: PasscodeDoor;
let written: string;
let bring: (announcement: unknown, ports: readonly Port[], sender?: number) => void;

beforeEach(() => {
  written = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  const ipcMain = {
    on: (channel: string, listener: (event: IpcMainEvent, announcement: unknown) => void) => {
      expect(channel).toBe(CHANNELS.passcodeWay);
      bring = (announcement, ports, sender = OURS) =>
        listener({ sender: { id: sender }, senderFrame: { parent: null, url: 'lanyard://app/index.html' }, ports } as unknown as IpcMainEvent, announcement);
    },
  } as unknown as Pick<IpcMain, 'on'>;
  door = openPasscodeDoor(ipcMain, (id) => id === OURS);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const taken = (id: number): Port | null => door.take(id) as (MessagePortMain & Port) | null;

test('a port is given once, to whoever names it', () => {
  const port = new Port();
  bring({ id: 1 }, [port]);
  expect(taken(2)).toBeNull();
  expect(taken(1)).toBe(port);
  expect(taken(1)).toBeNull();
  expect(port.closed).toBe(false);
});

test('there is never more than one: an earlier one that nobody asked for is closed', () => {
  const [first, second] = [new Port(), new Port()];
  bring({ id: 1 }, [first]);
  bring({ id: 2 }, [second]);
  expect(first.closed).toBe(true);
  expect(taken(1)).toBeNull();
  expect(taken(2)).toBe(second);
});

test('what comes from another window, or with more than its port, is closed and told', () => {
  const [strange, one, two] = [new Port(), new Port(), new Port()];
  bring({ id: 1 }, [strange], 8);
  bring({ id: 1 }, [one, two]);
  expect([strange.closed, one.closed, two.closed]).toEqual([true, true, true]);
  expect(taken(1)).toBeNull();
  expect(written.match(/ipc-refused/g)).toHaveLength(2);
});

test('a name that is none fits no command', () => {
  const port = new Port();
  bring(null, [port]);
  expect(taken(0)).toBeNull();
  bring({ id: '3' }, [new Port()]);
  expect(taken(3)).toBeNull();
  expect(port.closed).toBe(true);
});
