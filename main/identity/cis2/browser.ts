/** Where the clinician meets CIS2's pages: a window of Lanyard's own or the system's browser. */

export interface BrowserEvents {
  /** The person closed the page before it was done. The system's browser does not tell. */
  readonly onClosed: () => void;
  /** The page cannot go on. `sentence` is for the person at the keyboard. */
  readonly onFailed: (sentence: string) => void;
}

export interface BrowserPage {
  /** Ends the page and what it has kept, as far as it is Lanyard's. */
  close(): Promise<void>;
}

export interface Browser {
  /** Opens `address`, which is https, or http on loopback. @throws {SignInProblem} where nothing can be opened */
  open(address: string, events: BrowserEvents): Promise<BrowserPage>;
}
