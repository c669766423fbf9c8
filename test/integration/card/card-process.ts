import type { ChildProcess } from 'node:child_process';
import type { CardChannel } from '../../../main/card/client.ts';
import type { HostRequest } from './card-host.ts';

/** A forked card process as the client wants it. */
export const channelTo = (child: ChildProcess): CardChannel => ({
  post: (message) => void (child.connected && child.send(message)),
  onMessage: (listener) => void child.on('message', listener),
  onExit: (listener) => void child.once('exit', () => listener()),
  kill: () => void child.kill('SIGKILL'),
});

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
