/**
 * The contract between the trusted side and the screen. Main sends one whole `WorkstationView` on every change; the
 * screen draws it and keeps nothing but focus, folding and what is being typed. No token, no passcode and no resource
 * beyond what is asked for crosses here.
 */

/** Everything on the screen but the rows of the record, which are fetched by `record:rows`. */
export interface WorkstationView {
  readonly revision: number;
  readonly app: { readonly version: string; readonly runtime: string };
  readonly site: { readonly name: string; readonly odsCode: string; readonly region: string };
  readonly cardService: CardServiceView;
  readonly identityService: { readonly state: 'checking' | 'reachable' | 'unreachable'; readonly sentence: string };
  readonly screen: ScreenView;
  /** The last minute before the screen locks for want of a key or a click; `locksAt` in milliseconds since 1970. */
  readonly idleWarning: { readonly locksAt: number } | null;
}

export interface CardServiceView {
  readonly state: 'starting' | 'unavailable' | 'no-reader' | 'running';
  /** `Card service running`, `Simulated card reader`, `Card service not running: start the Smart Card service` … */
  readonly sentence: string;
  readonly simulated: boolean;
  readonly readers: readonly ReaderView[];
}

export interface ReaderView {
  /** `Reader 1`: short, in order of appearance. */
  readonly label: string;
  readonly name: string;
  readonly state: 'empty' | 'reading' | 'ready' | 'unusable';
  /** `card ready`, `no card`, or what is wrong and what to do. */
  readonly sentence: string;
}

export interface MessageView {
  readonly tone: 'information' | 'warning' | 'problem';
  readonly title: string;
  readonly sentence: string;
}

export type ScreenView = SignInScreen | RoleScreen | FindPatientScreen | RecordScreen;

export interface SignInScreen {
  readonly kind: 'sign-in';
  /** Set after a lock; the same screen then says so at the top. `resumes`: who comes back to where they were by signing in. */
  readonly locked: { readonly sentence: string; readonly at: string; readonly resumes: string | null } | null;
  readonly step: 'insert-card' | 'passcode' | 'checking';
  /** `passcode`: the card signs here. `browser`: the clinician signs in at the identity provider's own page. */
  readonly method: 'passcode' | 'browser';
  /** Every card that may sign in, in the order of the readers: shown before a passcode is asked for. */
  readonly cards: readonly SignInCardView[];
  /** The card a sign-in is under way with. */
  readonly checkingCardId: string | null;
  readonly message: MessageView | null;
}

export interface SignInCardView {
  /** Tells one insertion from the next. */
  readonly id: string;
  /** `Reader 1` */
  readonly reader: string;
  readonly name: string;
  readonly userId: string | null;
  readonly validTo: string;
  /** Tries left before the card locks; `null` where the card does not tell. */
  readonly triesLeft: number | null;
  /** One try is left, or the card does not tell and may lock: a try needs `lastTryConfirmed`. */
  readonly mayBeLastTry: boolean;
  /** Where the passcode is typed. */
  readonly entry: 'keyboard' | 'pin-pad';
  readonly canChangePasscode: boolean;
  /** What its holder should know before signing in: a certificate that ends soon, a revocation that could not be checked. */
  readonly notices: readonly MessageView[];
}

export interface RoleView {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly odsCode: string;
}

export interface RoleScreen {
  readonly kind: 'role';
  readonly clinician: string;
  readonly roles: readonly RoleView[];
  readonly message: MessageView | null;
}

/** Who is signed in: on every screen while a session is active. */
export interface SignedInView {
  readonly clinician: string;
  readonly role: string;
  readonly organisation: string;
  readonly odsCode: string;
  /** `Reader 1`; `null` while the card is not in it and the session goes on all the same. */
  readonly reader: string | null;
  /** What the session goes on with but the clinician should know. */
  readonly notices: readonly MessageView[];
  /** What the role's activity codes allow; a screen offers nothing else. */
  readonly allows: { readonly viewRecord: boolean; readonly viewSensitive: boolean };
  /** Whether the clinician has another role to change to: that is a new session. */
  readonly canChangeRole: boolean;
}

export interface FindPatientScreen {
  readonly kind: 'find-patient';
  readonly signedIn: SignedInView;
  readonly tracing: boolean;
  readonly message: MessageView | null;
}

export interface BannerView {
  /** `ASHWORTH, Margaret (Mrs)` */
  readonly name: string;
  /** `12-Mar-1948 (78y)` */
  readonly born: string;
  readonly gender: string;
  /** `999 012 3454`, with spaces that do not break. */
  readonly nhsNumber: string;
  readonly address: string | null;
  readonly registered: string | null;
  readonly died: { readonly date: string; readonly age: string } | null;
  readonly restricted: boolean;
  /** The four phrases of the Common User Interface (PAB-0064) and the substances behind the first. */
  readonly allergies: {
    readonly phrase: 'Known allergies' | 'No known allergies' | 'Allergies not recorded' | 'Allergies unavailable';
    readonly detail: string;
    readonly tone: 'harm' | 'plain' | 'warning';
  };
  /** Said under the banner: superseded number, differences from PDS, restricted record. */
  readonly notices: readonly string[];
}

export interface SourceView {
  readonly id: string;
  readonly name: string;
  readonly role: 'practice' | 'shared';
  readonly state: 'asking' | 'slow' | 'answered' | 'partial' | 'none-held' | 'refused' | 'failed' | 'timed-out' | 'withheld';
  /** Why an answer is not all there is; only where `state` is `partial`. A summary is so by design and no fault. */
  readonly partial?: 'summary' | 'kept-back' | 'incomplete' | 'own-viewer';
  /** `212 items · 0.4 s`, `no answer in 10 s`, `summary only, more may exist` … */
  readonly summary: string;
  /** Everything there is to say: reasons, notes, times. */
  readonly detail: readonly string[];
  readonly canRetry: boolean;
}

export interface SectionView {
  readonly id: string;
  readonly name: string;
  readonly rows: number;
  readonly items: number;
  readonly differing: number;
  /** What an empty section truthfully says, given what each source answered. */
  readonly emptySentence: string;
}

export interface RecordScreen {
  readonly kind: 'record';
  readonly signedIn: SignedInView;
  readonly banner: BannerView;
  readonly sources: readonly SourceView[];
  /** `22-Nov-2026 11:58` */
  readonly askedAt: string;
  readonly sections: readonly SectionView[];
  /** Moves whenever rows may have changed. */
  readonly recordRevision: number;
  /** `1 source has not answered: differences may be incomplete`, or `null`. */
  readonly completeness: string | null;
  /** `plain` where every source has answered and only a summary's limits remain; a warning otherwise. */
  readonly completenessTone?: 'plain' | 'warning';
  /** Items that could not be tied to this patient and are held back. */
  readonly quarantined: number;
}

export interface FactView {
  readonly label: string;
  readonly text: string;
}

/** One copy of a fact, as one source holds it. */
export interface CopyView {
  readonly itemId: string;
  readonly sourceName: string;
  readonly role: 'practice' | 'shared';
  /** What this copy is: `Repeat prescription`, `Issue 02-Nov-2026`, `Medication statement`. */
  readonly heading?: string;
  /** `true` for what was done under an order (an issue, a dose given): shown, but its status and dose are not the order's. */
  readonly supply?: true;
  readonly organisation: string | null;
  readonly title: string;
  readonly status: string | null;
  readonly facts: readonly FactView[];
}

export interface ComparisonView {
  readonly kind: 'same' | 'only-practice' | 'only-shared' | 'differs' | 'conflict' | 'incomplete';
  /** `Same`, `Dose differs`, `Only shared` … */
  readonly label: string;
  /** What there is to say beside the label: the conflict in words, or why the sides cannot be compared. */
  readonly sentence?: string;
}

/** One line of the record: a fact, and behind it every copy of it. */
export interface RowView {
  readonly id: string;
  readonly section: string;
  /** Shown bold: medicine name in lower case, problem, test … */
  readonly name: string;
  /** Shown after the name in plain weight: strength and form, value and unit, reaction … */
  readonly rest: string;
  /** `DOSE 5 mg once a day`: never shortened. */
  readonly dose: string | null;
  readonly status: string | null;
  readonly standing: 'current' | 'ended' | 'unclear' | 'withdrawn';
  /** `dd-MMM-yyyy`, partial dates as they are, `null` where not recorded. */
  readonly date: string | null;
  readonly comparison: ComparisonView;
  readonly copies: readonly CopyView[];
}

export interface RowPage {
  readonly recordRevision: number;
  readonly total: number;
  readonly rows: readonly RowView[];
}

/** What came of a command. A refusal is a sentence for the person at the keyboard. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly sentence: string };

/** The bridge, as `window.lanyard`. Commands that change the screen answer by a new view. */
export interface LanyardBridge {
  /** `null`: this window stands by, and is told its view when its turn comes. */
  view(): Promise<Reply<WorkstationView | null>>;
  onView(listener: (view: WorkstationView) => void): () => void;
  /** The first view is on the screen: the window may be shown. */
  drawn(): Promise<Reply<null>>;
  /**
   * `cardId`: the card that was on the screen: no try is spent on another that has taken its place. `passcode`: ASCII
   * digits, `null` where it is typed on the reader's keys or at the provider's own page. The bridge gets a copy and wipes
   * it after sending; the page wipes its own array.
   */
  signIn(request: { cardId: string; passcode: Uint8Array | null; lastTryConfirmed: boolean }): Promise<Reply<null>>;
  /** Gives up a sign-in that is under way. */
  cancelSignIn(): Promise<Reply<null>>;
  /**
   * As `signIn`; `null` for both where they are typed on the reader's keys. Answers when the card has: with `information`
   * where the passcode was changed, and with any other tone where it was not.
   */
  changePasscode(request: { cardId: string; passcode: Uint8Array | null; replacement: Uint8Array | null; lastTryConfirmed: boolean }): Promise<Reply<MessageView>>;
  /** The clinician is still there: the idle warning goes. */
  stayActive(): Promise<Reply<null>>;
  /** Back to the choice of roles; the session ends and a new one begins with the role that is chosen. */
  changeRole(): Promise<Reply<null>>;
  chooseRole(request: { roleId: string }): Promise<Reply<null>>;
  findPatient(request: { nhsNumber: string }): Promise<Reply<null>>;
  closePatient(): Promise<Reply<null>>;
  rows(request: { section: string | null; from: number; count: number; onlyDiffering: boolean; includeWithdrawn: boolean }): Promise<Reply<RowPage>>;
  /** The resource as the source sent it, as indented JSON. */
  raw(request: { itemId: string }): Promise<Reply<string>>;
  retrySource(request: { sourceId: string }): Promise<Reply<null>>;
  lock(): Promise<Reply<null>>;
  signOut(): Promise<Reply<null>>;
}
