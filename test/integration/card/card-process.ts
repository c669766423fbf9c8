import type { ChildProcess } from 'node:child_process';
import type { CardChannel } from '../../../main/card/client.ts';
import type { CardCommand, ReaderPort } from '../../../main/card/messages.ts';
import type { HostRequest } from './card-host.ts';

/** A forked card process as the client wants it, its readers opened. */
export function channelTo(child: ChildProcess, reader: ReaderPort): CardChannel {
  child.send({ type: 'open', reader } satisfies CardCommand);
  return {
    post: (message) => void (child.connected && child.send(message)),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', () => listener()),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Asks the host of the virtual cards and gives its answer. */
export function askHost(host: ChildProcess): (request: HostRequest) => Promise<unknown> {
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
