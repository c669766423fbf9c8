import type { ChildProcess } from 'node:child_process';
import type { CardChannel, PasscodeWay } from '../../../main/card/client.ts';
import { defaultCardSettings, type CardCommand, type CardSettings, type ReaderPort } from '../../../main/card/messages.ts';
import type { HostRequest } from './card-host.ts';

/** What the screen's end of the way holds. A forked process has no ports of its own: it comes with the messages. */
export class TypedWay implements PasscodeWay {
  readonly passcode: Uint8Array;
  readonly replacement: Uint8Array | null;

  constructor(passcode: string, replacement: string | null = null) {
    this.passcode = Uint8Array.from(Buffer.from(passcode, 'ascii'));
    this.replacement = replacement === null ? null : Uint8Array.from(Buffer.from(replacement, 'ascii'));
  }

  close(): void {
    this.passcode.fill(0);
    this.replacement?.fill(0);
  }
}

/** A forked card process as the client wants it, its readers opened. */
export function channelTo(child: ChildProcess, reader: ReaderPort, settings: CardSettings = defaultCardSettings): CardChannel {
  const post = (message: CardCommand) => void (child.connected && child.send(message));
  post({ type: 'open', reader, settings });
  return {
    post,
    sendPasscodePort: (requestId, way) => {
      if (!(way instanceof TypedWay)) throw new Error('Not a way of these tests');
      post({ type: 'passcode', requestId, passcode: way.passcode, replacement: way.replacement });
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', () => listener()),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Asks the host of the virtual cards and gives its answer. */
export function askHost<Request = HostRequest>(host: ChildProcess): (request: Request) => Promise<unknown> {
  const waiting = new Map<number, (answer: { value?: unknown; error?: string }) => void>();
  host.on('message', (answer: { id: number; value?: unknown; error?: string }) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let lastId = 0;
  return (request) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, ({ value, error }) => (error === undefined ? resolve(value) : reject(new Error(error))));
      host.send({ id, request });
    });
}
