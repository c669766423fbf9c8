/** A record's real thread over real HTTP: what is on its way when the patient is left is thrown away and counted. */
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { createAxiosHttp } from '../../../main/net/axios-http.ts';
import { sourceId } from '../../../main/record/values.ts';
import type { RecordView } from '../../../main/record/view.ts';
import type { Circuit } from '../../../main/sources/breaker.ts';
import { openRecordThread, RecordClosed, type RecordThread } from '../../../main/sources/record-thread.ts';
import { sendJson, serve } from '../record/loopback-server.ts';
import type { Handler, LoopbackServer } from '../record/loopback-server.ts';
import { NHS_NUMBER, PATIENT, patientResource } from '../record/people.ts';
import { bundleOf, pointer } from './protocols.ts';

const ENTRY = new URL('../../../main/sources/record-worker.ts', import.meta.url);
let server: LoopbackServer;
let thread: RecordThread | undefined;
afterEach(async () => {
  thread?.close();
  await server.close();
});

interface Opened {
  readonly thread: RecordThread;
  readonly views: readonly RecordView[];
  readonly thrownAway: readonly number[];
  /** Settles with the first view of which `is` holds. */
  readonly until: (is: (view: RecordView) => boolean) => Promise<RecordView>;
}

async function opened(handler: Handler, circuits = new Map<string, Circuit>()): Promise<Opened> {
  server = await serve(handler);
  const views: RecordView[] = [];
  const thrownAway: number[] = [];
  const seen = new EventTarget();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const { origin } = server;
  thread = openRecordThread({
    entry: ENTRY,
    work: {
      patient: PATIENT,
      request: { nhsNumber: NHS_NUMBER, organisation: 'Z99001', roleId: '' },
      unasked: null,
      configuration: { practice: { id: 'practice', name: 'Larkfield', protocol: 'gp-connect', route: 'clinical-data-gateway', baseUrl: origin, odsCode: 'Z99001' }, sources: [{ id: 'docs', name: 'Documents', protocol: 'mhd', baseUrl: origin }] },
      limits: { softMs: 3_000, hardMs: 10_000 },
    },
    http: createAxiosHttp(),
    circuits,
    onView: (view) => {
      views.push(view);
      seen.dispatchEvent(new Event('view'));
    },
    onFailed: () => failed.reject(new Error('The record’s thread ended by itself.')),
    onThrownAway: (answers) => thrownAway.push(answers),
  });
  const until = async (is: (view: RecordView) => boolean): Promise<RecordView> => {
    for (;;) {
      const found = views.find(is);
      if (found !== undefined) return found;
      await Promise.race([once(seen as never, 'view', { signal: AbortSignal.timeout(10_000) }), failed.promise]);
    }
  };
  return { thread, views, thrownAway, until };
}

const stateOf = (view: RecordView, id: string): string | undefined => view.sources.find((source) => source.id === sourceId(id))?.state;
const DOCUMENT = Buffer.from('%PDF-1.7 a letter');

/** The documents answer, the practice does not. */
const halfSilent: Handler = ({ path }, response) => {
  if (path.startsWith('/Patient?')) return sendJson(response, bundleOf('searchset', patientResource()));
  if (path.startsWith('/DocumentReference?')) return sendJson(response, bundleOf('searchset', pointer(patientResource(), 'files/d1')));
  if (path === '/files/d1') response.writeHead(200, { 'content-type': 'application/pdf' }).end(DOCUMENT);
};

test('a document is fetched when it is opened, and not before', async () => {
  const { thread: record, until } = await opened(halfSilent);
  await until((view) => stateOf(view, 'docs') === 'answered');
  expect(server.seen.some(({ path }) => path.startsWith('/files'))).toBe(false);
  const [row] = (await record.rows({ section: 'plans', from: 0, count: 10, onlyDiffering: false, includeWithdrawn: true })).rows;
  expect(JSON.stringify(row)).toMatch(/End of life care plan/);
  const answer = await record.document('docs/DocumentReference/d1', 0);
  expect(answer).toMatchObject({ kind: 'document', contentType: 'application/pdf' });
  if (answer?.kind === 'document') expect(Buffer.from(answer.bytes).equals(DOCUMENT)).toBe(true);
});

test('what is under way when the patient is left is cancelled, thrown away and counted; nothing is reported after', async () => {
  const { thread: record, views, thrownAway, until } = await opened(halfSilent);
  await until((view) => stateOf(view, 'docs') === 'answered');
  const waiting = record.raw('docs/DocumentReference/d1');
  record.close();
  record.close();
  await expect(waiting).rejects.toBeInstanceOf(RecordClosed);
  expect(thrownAway).toEqual([1]);
  const before = views.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(views).toHaveLength(before);
});

test('how the sources did is kept for the next patient', async () => {
  const circuits = new Map<string, Circuit>();
  const { until } = await opened((_request, response) => void response.writeHead(500).end(), circuits);
  await until((view) => stateOf(view, 'docs') === 'failed' && stateOf(view, 'practice') === 'failed');
  expect([...circuits].map(([key, { failures }]) => `${key.split(' ')[0]} ${failures}`).toSorted()).toEqual(['docs 1', 'practice 1']);
});
