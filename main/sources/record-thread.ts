/** The main side's hold on a record's worker thread. */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { RowPage } from '../../preload/contract.ts';
import type { HttpPort } from '../net/http.ts';
import { serveHttp } from '../net/remote-http.ts';
import type { RecordView } from '../record/view.ts';
import type { Circuit } from './breaker.ts';
import { withoutKeys } from './create.ts';
import type { DocumentAnswer } from './document.ts';
import type { RecordAnswer, RecordQuestion, RecordWork } from './record-messages.ts';
import type { OpenRecord } from './open-record.ts';

/** Most a record's worker may hold, in MiB: far above the largest record, far below what would starve the computer. */
const HEAP_LIMIT_MIB = 2048;

export interface RecordThreadOptions {
  /** The bundle of `record-worker.ts`. */
  readonly entry: string | URL;
  readonly work: Omit<RecordWork, 'http' | 'circuits'>;
  /** How each source does, kept from patient to patient and written to here; without it every record starts afresh. */
  readonly circuits?: Map<string, Circuit>;
  /** Carries the requests and adds the token: the thread never sees it. */
  readonly http: HttpPort;
  readonly onView: (view: RecordView) => void;
  /** The thread ended by itself. */
  readonly onFailed: () => void;
  /** Told once, when the record was closed, how many answers were still on their way: they are thrown away unread. */
  readonly onThrownAway?: (answers: number) => void;
}

export interface RecordThread extends OpenRecord {
  /** Fetches one file of a pointer that the record shows; `null` where there is no such item or file. */
  document(itemId: string, which: number): Promise<DocumentAnswer | null>;
}

/** Starts asking at once. After `close` nothing is reported, every request is cancelled and what was asked is rejected. */
export function openRecordThread({ entry, work, http, circuits = new Map(), onView, onFailed, onThrownAway = () => undefined }: RecordThreadOptions): RecordThread {
  const channel = new MessageChannel();
  const stopped = new AbortController();
  const door = serveHttp(channel.port1, { send: (request, signal) => http.send(request, AbortSignal.any([signal, stopped.signal])) });
  const worker = new Worker(entry, {
    workerData: { ...work, configuration: withoutKeys(work.configuration), circuits: [...circuits], http: channel.port2 } satisfies RecordWork,
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
    const underWay = door.underWay();
    stopped.abort();
    channel.port1.close();
    void worker.terminate();
    for (const question of waiting.values()) question.reject(new RecordClosed());
    waiting.clear();
    onThrownAway(underWay);
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
    if (message.type === 'circuit') return void circuits.set(message.key, message.circuit);
    waiting.get(message.id)?.take(message);
    waiting.delete(message.id);
  });
  worker.on('error', fail);
  worker.on('exit', fail);
  return {
    rows: (request) => ask((id) => ({ type: 'rows', id, request }), pageOf),
    document: (itemId, which) => ask((id) => ({ type: 'document', id, itemId, which }), documentOf),
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

function documentOf(answer: RecordAnswer): DocumentAnswer | null {
  return answer.type === 'document' ? answer.document : null;
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
