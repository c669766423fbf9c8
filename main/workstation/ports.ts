/** What the workstation stands on. Each is a small interface, so that it can be driven without Electron, card or network. */
import type { CardServiceStatus, SignInRefusal, SignInStatement } from '../card/messages.ts';
import type { SignedIn } from '../identity/identity-service.ts';
import type { BoundCard, LockReason } from '../identity/session.ts';
import type { TraceOutcome, TraceRequest } from '../patient/pds.ts';
import type { Demographics } from '../record/demographics.ts';
import type { RecordView } from '../record/view.ts';
import type { OpenRecord } from '../sources/open-record.ts';
import type { SourceRequest } from '../sources/source.ts';

export interface CardPort {
  readonly status: CardServiceStatus;
  onStatus(listener: (status: CardServiceStatus) => void): void;
  /** `reader: null`: nothing can be said of any card any more. Reported before any status that follows from it. */
  onCardLost(listener: (lost: { readonly reader: string | null; readonly eventCounter: number | null; readonly reason: LockReason }) => void): void;
  /** Wipes `passcode` whatever comes of it. */
  signIn(
    request: { readonly card: BoundCard; readonly passcode: Uint8Array; readonly statement: SignInStatement; readonly lastTryConfirmed: boolean },
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'signed'; readonly assertion: string } | { readonly kind: 'refused'; readonly refusal: SignInRefusal }>;
}

export interface IdentityPort {
  isReachable(signal: AbortSignal): Promise<boolean>;
  statement(signal: AbortSignal): Promise<SignInStatement>;
  signIn(assertion: string, signal: AbortSignal): Promise<SignedIn>;
  signOut(accessToken: string, signal: AbortSignal): Promise<void>;
}

export interface PatientPort {
  trace(request: TraceRequest, signal: AbortSignal): Promise<TraceOutcome>;
}

export interface RecordPort {
  /** Asks every source at once; `onView` is called with each change, `onFailed` if the record cannot go on. */
  open(patient: Demographics, request: SourceRequest, onView: (view: RecordView) => void, onFailed: () => void): OpenRecord;
}

export interface WorkstationPorts {
  readonly card: CardPort;
  readonly identity: IdentityPort;
  readonly patients: PatientPort;
  readonly records: RecordPort;
  /** The session's token for whoever adds it to requests; `null` ends it. */
  readonly setToken: (token: string | null) => void;
  readonly now: () => Date;
  /** Ends the renderer that has shown a signed-in screen and opens a clean one. */
  readonly replaceScreen: () => void;
  /** Something on the screen changed. */
  readonly onChange: () => void;
  /** For the running log: kinds and counts only. */
  readonly log: (event: string, details: Readonly<Record<string, string | number | boolean | null>>) => void;
}
