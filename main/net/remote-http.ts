/**
 * The door to the network for a thread that must not hold a token: it asks, the main side adds the token and sends.
 * Both ends of one message port.
 */
import type { MessagePort } from 'node:worker_threads';
import { type HttpPort, type HttpRequest, type HttpResponse, NetworkFailure, type NetworkFailureKind } from './http.ts';

type ToServer =
  | { readonly type: 'send'; readonly id: number; readonly request: HttpRequest }
  /** `timedOut`: the asker's own limit passed, rather than a person's cancelling. */
  | { readonly type: 'cancel'; readonly id: number; readonly timedOut: boolean };

type ToAsker =
  | { readonly type: 'answer'; readonly id: number; readonly response: HttpResponse }
  | { readonly type: 'failure'; readonly id: number; readonly kind: NetworkFailureKind; readonly message: string };

/** Answers what arrives on `port` by `http`. Closing the port cancels what is under way. */
export function serveHttp(port: MessagePort, http: HttpPort): void {
  const underWay = new Map<number, AbortController>();
  const send = async (id: number, request: HttpRequest): Promise<void> => {
    const abort = new AbortController();
    underWay.set(id, abort);
    const answer = await http.send(request, abort.signal).then(
      (response): ToAsker => ({ type: 'answer', id, response }),
      (problem: unknown): ToAsker => ({ type: 'failure', id, ...failureOf(problem) }),
    );
    underWay.delete(id);
    port.postMessage(answer);
  };
  port.on('message', (message: ToServer) => {
    if (message.type === 'send') void send(message.id, message.request);
    else underWay.get(message.id)?.abort(message.timedOut ? new DOMException('The limit passed.', 'TimeoutError') : undefined);
  });
  port.on('close', () => {
    for (const abort of underWay.values()) abort.abort();
  });
}

/** The door as the thread sees it. */
export function remoteHttp(port: MessagePort): HttpPort {
  let lastId = 0;
  const waiting = new Map<number, (message: ToAsker) => void>();
  port.on('message', (message: ToAsker) => waiting.get(message.id)?.(message));
  return {
    send: (request, signal) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        const id = lastId;
        const cancel = (): void => port.postMessage({ type: 'cancel', id, timedOut: isTimeout(signal.reason) } satisfies ToServer);
        waiting.set(id, (message) => {
          waiting.delete(id);
          signal.removeEventListener('abort', cancel);
          if (message.type === 'answer') resolve(message.response);
          else reject(new NetworkFailure(message.kind, message.message));
        });
        port.postMessage({ type: 'send', id, request } satisfies ToServer);
        if (signal.aborted) cancel();
        else signal.addEventListener('abort', cancel, { once: true });
      }),
  };
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}

function failureOf(problem: unknown): { kind: NetworkFailureKind; message: string } {
  if (problem instanceof NetworkFailure) return { kind: problem.kind, message: problem.message };
  return { kind: 'unreachable', message: 'The request could not be sent.' };
}
