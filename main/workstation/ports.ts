/** What the workstation stands on. Each is a small interface, so that it can be driven without Electron, card or network. */
import type { PasscodeWay, SentPasscode } from '../card/client.ts';
import type { CardServiceStatus, SignInRefusal, SignInStatement } from '../card/messages.ts';
import type { Clock } from '../identity/clock.ts';
import type { IdentityProvider } from '../identity/provider.ts';
import type { BoundCard, LockReason, SessionRules } from '../identity/session.ts';
import type { TraceOutcome, TraceRequest } from '../patient/pds.ts';
import type { Demographics } from '../record/demographics.ts';
import type { RecordView } from '../record/view.ts';
import type { OpenRecord } from '../sources/open-record.ts';
import type { SourceRequest } from '../sources/source.ts';

/** What a card is asked for by whoever has just been seen typing. */
export interface CardRequest {
  readonly card: BoundCard;
  readonly passcode: SentPasscode | 'pin-pad';
  readonly lastTryConfirmed: boolean;
}

export type CardRefused = { readonly kind: 'refused'; readonly refusal: SignInRefusal };

export interface CardPort {
  readonly status: CardServiceStatus;
  onStatus(listener: (status: CardServiceStatus) => void): void;
  /** `reader: null`: nothing can be said of any card any more. Reported before any status that follows from it. */
  onCardLost(listener: (lost: { readonly reader: string | null; readonly eventCounter: number | null; readonly reason: LockReason }) => void): void;
  /** Lets a passcode set out for the card while the statement is still being fetched; `null` where nobody can take it. */
  sendPasscode(card: BoundCard, way: PasscodeWay): SentPasscode | null;
  dropPasscode(passcode: SentPasscode): void;
  /** Uses up `passcode` whatever comes of it. */
  signIn(request: CardRequest & { readonly statement: SignInStatement }, signal: AbortSignal): Promise<{ readonly kind: 'signed'; readonly assertion: string } | CardRefused>;
  /** Uses up `passcode`, which brings its replacement with it, whatever comes of it. */
  changePasscode(request: CardRequest, signal: AbortSignal): Promise<{ readonly kind: 'changed' } | CardRefused>;
  /** Tells, once, that a card's certificate may no longer sign in: also while a session with it lasts. @returns how to stop it */
  watchTrust(card: BoundCard, onRefused: () => void): () => void;
}

export interface PatientPort {
  trace(request: TraceRequest, signal: AbortSignal): Promise<TraceOutcome>;
}

export interface RecordPort {
  /**
   * Asks every source at once; `onView` is called with each change, `onFailed` if the record cannot go on.
   * @param unasked why no source may be asked; each then answers that it was not
   */
  open(patient: Demographics, request: SourceRequest, unasked: string | null, onView: (view: RecordView) => void, onFailed: () => void): OpenRecord;
}

export interface WorkstationPorts {
  readonly card: CardPort;
  readonly identity: IdentityProvider;
  readonly patients: PatientPort;
  readonly records: RecordPort;
  readonly rules: SessionRules;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** The session's token for whoever adds it to requests; `null` ends it. */
  readonly setToken: (token: string | null) => void;
  /** Ends the renderer that has shown a signed-in screen and opens a clean one. */
  readonly replaceScreen: () => void;
  /** Empties the clipboard where what it holds was copied from Lanyard's screen. */
  readonly clearClipboard: () => void;
  /** Something on the screen changed. */
  readonly onChange: () => void;
  /** For the running log: kinds and counts only. */
  readonly log: (event: string, details: Readonly<Record<string, string | number | boolean | null>>) => void;
}
