/**
 * One measurement of `pipeline`, in a process of its own: `node --expose-gc pipeline-run.ts <resources> <rounds>`. Prints JSON.
 * What is timed is what the record's thread does with what comes: text out of bytes, parsed, made into items, clustered,
 * compared and counted for the screen.
 */
import { parseExactJson } from '../../main/record/exact-json.ts';
import { createRecord } from '../../main/record/record.ts';
import type { PatientRecord } from '../../main/record/record.ts';
import { recordView, rowPage } from '../../main/record/view.ts';
import { LARGE_PATIENT, LARGE_SOURCES, largePatient, RETRIEVED_AT } from './large-patient.ts';
import type { LargePage } from './large-patient.ts';

/** One round, in milliseconds; `heldBytes` is what the finished record keeps. */
export interface PipelineRound {
  readonly pipelineMs: number;
  /** `JSON.parse` of the same bytes, all of it kept until the end as a record has to keep it. */
  readonly floorMs: number;
  /** `JSON.parse` of the same bytes, each page thrown away at once. */
  readonly parseOnlyMs: number;
  readonly heldBytes: number;
  /** What the main process is sent for the whole record, and for the first hundred rows of results. */
  readonly viewBytes: number;
  readonly firstRowsMs: number;
}

export interface PipelineRun {
  readonly resources: number;
  readonly jsonBytes: number;
  readonly rounds: readonly PipelineRound[];
}

interface WirePage extends Omit<LargePage, 'text'> {
  readonly bytes: Buffer;
}

/** Twice: what only weak references hold goes with the second. */
function collectGarbage(): void {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  gc?.();
}

function timed<Value>(work: () => Value): { readonly ms: number; readonly value: Value } {
  collectGarbage();
  const start = performance.now();
  const value = work();
  return { ms: performance.now() - start, value };
}

function recordOf(pages: readonly WirePage[]): PatientRecord {
  const record = createRecord({ patient: LARGE_PATIENT, sources: LARGE_SOURCES });
  for (const { source, page, bytes } of pages) record.addPage({ source, page, release: 'R4', body: parseExactJson(bytes.toString('utf8')), retrievedAt: RETRIEVED_AT });
  for (const { id } of LARGE_SOURCES) record.setState(id, { kind: 'answered' });
  recordView(record.snapshot());
  return record;
}

function round(pages: readonly WirePage[], resources: number): PipelineRound {
  const floor = timed(() => pages.map(({ bytes }) => JSON.parse(bytes.toString('utf8')) as unknown).length);
  const parseOnly = timed(() => pages.forEach(({ bytes }) => void JSON.parse(bytes.toString('utf8'))));
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const { ms, value: record } = timed(() => recordOf(pages));
  collectGarbage();
  const heldBytes = process.memoryUsage().heapUsed - before;
  const snapshot = record.snapshot();
  if (snapshot.resources.reachable !== resources) throw new Error(`${snapshot.resources.reachable} of ${resources} resources can be reached.`);
  const firstRows = timed(() => rowPage(snapshot, { section: 'results', from: 0, count: 100, onlyDiffering: false, includeWithdrawn: false }));
  return { pipelineMs: ms, floorMs: floor.ms, parseOnlyMs: parseOnly.ms, heldBytes, viewBytes: JSON.stringify(recordView(snapshot)).length, firstRowsMs: firstRows.ms };
}

const resources = Number(process.argv[2]);
const pages = largePatient(resources).map(({ text, ...page }) => ({ ...page, bytes: Buffer.from(text) }));
const run: PipelineRun = {
  resources,
  jsonBytes: pages.reduce((total, { bytes }) => total + bytes.length, 0),
  rounds: Array.from({ length: Number(process.argv[3]) }, () => round(pages, resources)),
};
process.stdout.write(JSON.stringify(run));
