import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { type HttpPort, NetworkFailure } from '../../../main/net/http.ts';
import { remoteHttp, serveHttp } from '../../../main/net/remote-http.ts';

const open: MessageChannel[] = [];

function remote(http: HttpPort): HttpPort {
  const channel = new MessageChannel();
  open.push(channel);
  serveHttp(channel.port1, http);
  return remoteHttp(channel.port2);
}

afterEach(() => {
  for (const channel of open.splice(0)) channel.port1.close();
});

/** A server that never answers by itself and tells why it was stopped. */
function silent(): { http: HttpPort; stopped: Promise<unknown> } {
  const stopped = Promise.withResolvers<unknown>();
  const http: HttpPort = {
    send: (_request, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          stopped.resolve(signal.reason);
          reject(new NetworkFailure((signal.reason as DOMException).name === 'TimeoutError' ? 'timed-out' : 'cancelled', 'Stopped.'));
        });
      }),
  };
  return { http, stopped: stopped.promise };
}

describe('the door to the network from another thread', () => {
  test('brings answers back to whoever asked, in whatever order they come', async () => {
    const gates = new Map<string, () => void>();
    const http = remote({
      send: async (request) => {
        await new Promise<void>((resolve) => gates.set(request.url, resolve));
        return { status: 200, headers: {}, body: request.url };
      },
    });
    const signal = new AbortController().signal;
    const first = http.send({ method: 'GET', url: 'first' }, signal);
    const second = http.send({ method: 'GET', url: 'second' }, signal);
    await expect.poll(() => gates.size).toBe(2);
    gates.get('second')?.();
    expect((await second).body).toBe('second');
    gates.get('first')?.();
    expect((await first).body).toBe('first');
  });

  test('keeps the kind and the sentence of a failure', async () => {
    const http = remote({ send: () => Promise.reject(new NetworkFailure('reset', 'The connection was cut.')) });
    await expect(http.send({ method: 'GET', url: 'x' }, new AbortController().signal)).rejects.toMatchObject({ kind: 'reset', message: 'The connection was cut.' });
  });

  test('a cancelled request is cancelled at the other end', async () => {
    const { http, stopped } = silent();
    const abort = new AbortController();
    const answer = remote(http).send({ method: 'GET', url: 'x' }, abort.signal);
    abort.abort();
    await expect(answer).rejects.toMatchObject({ kind: 'cancelled' });
    await stopped;
  });

  test('a limit that passed is told apart from cancelling', async () => {
    const { http } = silent();
    const abort = new AbortController();
    const answer = remote(http).send({ method: 'GET', url: 'x' }, abort.signal);
    abort.abort(new DOMException('Too long.', 'TimeoutError'));
    await expect(answer).rejects.toMatchObject({ kind: 'timed-out' });
  });

  test('closing the port cancels what is under way', async () => {
    const { http, stopped } = silent();
    const channel = new MessageChannel();
    serveHttp(channel.port1, http);
    const pending = remoteHttp(channel.port2).send({ method: 'GET', url: 'x' }, new AbortController().signal);
    pending.catch(() => undefined);
    channel.port2.close();
    await stopped;
  });
});
