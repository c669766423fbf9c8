/**
 * The door to the network for a thread that must not hold a token: it asks, the main side adds the token and sends.
 * Both ends of one message port. An answer crosses as the bytes it came in, handed over and not copied: the main side
 * never decodes a record, so that a large one does not hold up the screen.
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

export interface HttpDoor {
  /** How many requests have not had their answer yet. */
  underWay(): number;
}

/** Answers what arrives on `port` by `http`. Closing the port cancels what is under way. */
export function serveHttp(port: MessagePort, http: HttpPort): HttpDoor {
  const underWay = new Map<number, AbortController>();
  const send = async (id: number, request: HttpRequest): Promise<void> => {
    const abort = new AbortController();
    underWay.set(id, abort);
    const answer = await http.send({ ...request, answerAs: 'bytes' }, abort.signal).then(
      (response): ToAsker => ({ type: 'answer', id, response }),
      (problem: unknown): ToAsker => ({ type: 'failure', id, ...failureOf(problem) }),
    );
    underWay.delete(id);
    port.postMessage(answer, buffersOf(answer));
  };
  port.on('message', (message: ToServer) => {
    if (message.type === 'send') void send(message.id, message.request);
    else underWay.get(message.id)?.abort(message.timedOut ? new DOMException('The limit passed.', 'TimeoutError') : undefined);
  });
  port.on('close', () => {
    for (const abort of underWay.values()) abort.abort();
  });
  return { underWay: () => underWay.size };
}

/** What can be handed over whole. Bytes that share their buffer with others are copied instead. */
function buffersOf(answer: ToAsker): ArrayBuffer[] {
  const bytes = answer.type === 'answer' ? answer.response.bytes : undefined;
  return bytes !== undefined && bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : [];
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
          if (message.type === 'answer') resolve(request.answerAs === 'bytes' ? message.response : asText(message.response));
          else reject(new NetworkFailure(message.kind, message.message));
        });
        port.postMessage({ type: 'send', id, request } satisfies ToServer);
        if (signal.aborted) cancel();
        else signal.addEventListener('abort', cancel, { once: true });
      }),
  };
}

/** UTF-8, byte order mark removed. A door that has no bytes to give has given the text. */
function asText({ bytes, ...response }: HttpResponse): HttpResponse {
  return bytes === undefined ? response : { ...response, body: new TextDecoder('utf-8').decode(bytes) };
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}

function failureOf(problem: unknown): { kind: NetworkFailureKind; message: string } {
  if (problem instanceof NetworkFailure) return { kind: problem.kind, message: problem.message };
  return { kind: 'unreachable', message: 'The request could not be sent.' };
}
