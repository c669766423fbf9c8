/** The main side's hold on a record's worker thread. */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { RowPage } from '../../preload/contract.ts';
import type { HttpPort } from '../net/http.ts';
import { serveHttp } from '../net/remote-http.ts';
import type { RecordView } from '../record/view.ts';
import type { RecordAnswer, RecordQuestion, RecordWork } from './record-messages.ts';
import type { OpenRecord } from './open-record.ts';

/** Most a record's worker may hold, in MiB: far above the largest record, far below what would starve the computer. */
const HEAP_LIMIT_MIB = 2048;

export interface RecordThreadOptions {
  /** The bundle of `record-worker.ts`. */
  readonly entry: string | URL;
  readonly work: Omit<RecordWork, 'http'>;
  /** Carries the requests and adds the token: the thread never sees it. */
  readonly http: HttpPort;
  readonly onView: (view: RecordView) => void;
  /** The thread ended by itself. */
  readonly onFailed: () => void;
}

/** Starts asking at once. After `close` nothing is reported, every request is cancelled and what was asked is rejected. */
export function openRecordThread({ entry, work, http, onView, onFailed }: RecordThreadOptions): OpenRecord {
  const channel = new MessageChannel();
  const stopped = new AbortController();
  serveHttp(channel.port1, { send: (request, signal) => http.send(request, AbortSignal.any([signal, stopped.signal])) });
  const worker = new Worker(entry, {
    workerData: { ...work, http: channel.port2 } satisfies RecordWork,
    transferList: [channel.port2],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MIB },
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let closed = false;

  const close = (): void => {
    if (closed) return;
    closed = true;
    stopped.abort();
    channel.port1.close();
    void worker.terminate();
    for (const question of waiting.values()) question.reject(new RecordClosed());
    waiting.clear();
  };
  const fail = (): void => {
    if (closed) return;
    close();
    onFailed();
  };
  /** `read` takes from an answer what was asked for. */
  const ask = <T>(question: (id: number) => RecordQuestion, read: (answer: RecordAnswer) => T): Promise<T> => {
    if (closed) return Promise.reject(new RecordClosed());
    lastId += 1;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    waiting.set(lastId, { take: (answer) => resolve(read(answer)), reject });
    worker.postMessage(question(lastId));
    return promise;
  };
  worker.on('message', (message: RecordAnswer) => {
    if (closed) return;
    if (message.type === 'view') return onView(message.view);
    waiting.get(message.id)?.take(message);
    waiting.delete(message.id);
  });
  worker.on('error', fail);
  worker.on('exit', fail);
  return {
    rows: (request) => ask((id) => ({ type: 'rows', id, request }), pageOf),
    raw: (itemId) => ask((id) => ({ type: 'raw', id, itemId }), textOf),
    retry: (source) => {
      if (!closed) worker.postMessage({ type: 'retry', source } satisfies RecordQuestion);
    },
    close,
  };
}

interface Waiting {
  take(answer: RecordAnswer): void;
  reject(problem: Error): void;
}

function pageOf(answer: RecordAnswer): RowPage {
  if (answer.type !== 'rows') throw new TypeError(`The record answered ${answer.type} where rows were asked for.`);
  return answer.page;
}

function textOf(answer: RecordAnswer): string | null {
  return answer.type === 'raw' ? answer.text : null;
}

/** The record was closed before its answer came: whoever asked belongs to a screen that is gone. */
export class RecordClosed extends Error {
  override readonly name = 'RecordClosed';
  constructor() {
    super('The record was closed.');
  }
}
