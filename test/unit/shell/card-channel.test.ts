import { EventEmitter } from 'node:events';
import type { UtilityProcess } from 'electron';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { CardCommand } from '../../../main/card/messages.ts';
import { channelTo } from '../../../main/shell/card-channel.ts';

// There is no Electron in a unit test, and nothing of it is used here.
vi.mock('electron', () => ({ utilityProcess: null }));

/** As far as a channel uses it. */
class Child extends EventEmitter {
  readonly got: unknown[] = [];
  postMessage = (message: unknown, ports: unknown[] = []): void => void this.got.push(ports.length === 0 ? message : [message, ports]);
  kill = vi.fn(() => true);
}

let child: Child;
let channel: ReturnType<typeof channelTo<CardCommand>>;

beforeEach(() => {
  child = new Child();
  channel = channelTo(child as unknown as UtilityProcess);
});

const way = () => ({ close: vi.fn() });

describe('while the process runs', () => {
  test('passes on messages, ports and the kill', () => {
    const port = way();
    channel.post({ type: 'stop' });
    channel.sendPasscodePort(3, port);
    channel.kill();
    expect(child.got).toEqual([{ type: 'stop' }, [{ type: 'passcode-port', requestId: 3 }, [port]]]);
    expect(port.close).not.toHaveBeenCalled();
    expect(child.kill).toHaveBeenCalledOnce();
  });
});

describe('once it has ended, from the first listener of its end on', () => {
  test('sends it nothing, closes the ways to it, and leaves its number alone', () => {
    const port = way();
    channel.onExit(() => {
      channel.post({ type: 'cancel', requestId: 1 });
      channel.sendPasscodePort(2, port);
      channel.kill();
    });
    child.emit('exit', 9);
    expect(child.got).toEqual([]);
    expect(port.close).toHaveBeenCalledOnce();
    expect(child.kill).not.toHaveBeenCalled();
  });
});
