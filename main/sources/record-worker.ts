/**
 * The record's worker thread: asks every source, makes one record of what comes and answers for it. It is made for one
 * patient and ended with them; everything it held goes with its heap.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { remoteHttp } from '../net/remote-http.ts';
import { createRecord } from '../record/record.ts';
import { sourceId } from '../record/values.ts';
import { recordView, rowPage } from '../record/view.ts';
import { Circuits } from './breaker.ts';
import { createSources } from './create.ts';
import { type DocumentOpening, openDocument } from './open-document.ts';
import { type FederationEvent, federate } from './federate.ts';
import type { RecordAnswer, RecordQuestion, RecordWork } from './record-messages.ts';

/** Pages that arrive together become one new view, in milliseconds: sooner than anybody reads, later than a burst. */
const VIEW_EVERY_MS = 40;

function run(port: NonNullable<typeof parentPort>, work: RecordWork): void {
  const sources = createSources(work.configuration, work.patient, work.unasked);
  const record = createRecord({ patient: work.patient, sources });
  const answer = (message: RecordAnswer): void => port.postMessage(message);
  let due: NodeJS.Timeout | null = null;
  const sendView = (): void => {
    due = null;
    answer({ type: 'view', view: recordView(record.snapshot()) });
  };
  // The next page is asked for when this one is part of the record and whoever waits for an answer has had a turn.
  const take = (event: FederationEvent): void | Promise<void> => {
    if (event.kind === 'asking') record.restart(event.source);
    if (event.kind === 'page') record.addPage(event.page);
    if (event.kind === 'state') record.setState(event.source, event.state, { notes: event.notes, elapsedMs: event.elapsedMs });
    due ??= setTimeout(sendView, VIEW_EVERY_MS);
    return event.kind === 'page' ? nextTurn() : undefined;
  };
  sendView();
  const circuits = new Circuits(work.circuits, (key, circuit) => answer({ type: 'circuit', key, circuit }));
  const http = remoteHttp(work.http);
  const opening: DocumentOpening = { sources, raw: (itemId) => record.raw(itemId), request: work.request, http, circuits, hardMs: work.limits.hardMs };
  const federation = federate({ sources, request: work.request, http, limits: work.limits, emit: take, circuits, asksAgain: true });
  port.on('message', (question: RecordQuestion) => {
    if (question.type === 'retry') return federation.retry(sourceId(question.source));
    if (question.type === 'document') return void openDocument(opening, question).then((document) => answer({ type: 'document', id: question.id, document }));
    if (question.type === 'rows') return answer({ type: 'rows', id: question.id, page: rowPage(record.snapshot(), question.request) });
    return answer({ type: 'raw', id: question.id, text: record.raw(question.itemId) ?? null });
  });
}

if (parentPort === null) throw new Error('The record worker is started by Lanyard, not by hand');
run(parentPort, workerData as RecordWork);
