/** What the main side and the record's worker thread say to each other. Plain data only. */
import type { MessagePort } from 'node:worker_threads';
import type { RowPage } from '../../preload/contract.ts';
import type { Demographics } from '../record/demographics.ts';
import type { RecordView, RowRequest } from '../record/view.ts';
import type { Circuit } from './breaker.ts';
import type { SourcesConfiguration } from './create.ts';
import type { DocumentAnswer } from './document.ts';
import type { Limits } from './federate.ts';
import type { SourceRequest } from './source.ts';

/** What a worker is made with: one patient, for as long as it lives. */
export interface RecordWork {
  readonly patient: Demographics;
  readonly request: SourceRequest;
  /** Why no source may be asked; each then answers that it was not. */
  readonly unasked: string | null;
  readonly configuration: SourcesConfiguration;
  readonly limits: Limits;
  /** How the sources did with the patients before, by source and origin. */
  readonly circuits: readonly (readonly [string, Circuit])[];
  /** The door to the network, served by the main side. */
  readonly http: MessagePort;
}

export type RecordQuestion =
  | { readonly type: 'rows'; readonly id: number; readonly request: RowRequest }
  | { readonly type: 'raw'; readonly id: number; readonly itemId: string }
  /** `which`: of a DocumentReference with several files, the one at this place. */
  | { readonly type: 'document'; readonly id: number; readonly itemId: string; readonly which: number }
  | { readonly type: 'retry'; readonly source: string };

export type RecordAnswer =
  | { readonly type: 'view'; readonly view: RecordView }
  /** How a source does has changed: kept for the patients after. */
  | { readonly type: 'circuit'; readonly key: string; readonly circuit: Circuit }
  | { readonly type: 'rows'; readonly id: number; readonly page: RowPage }
  | { readonly type: 'raw'; readonly id: number; readonly text: string | null }
  | { readonly type: 'document'; readonly id: number; readonly document: DocumentAnswer | null };
