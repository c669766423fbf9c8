/**
 * Whether the card in the reader may sign in here, before anybody is asked for a passcode: for the sign-in screen, which
 * asks often and cannot wait, and for the sign-in itself, which waits.
 */
import type { DecidedTrust, Judge, JudgementOptions } from './judgement.ts';
import { type CardTrust, refused } from './verdict.ts';

export interface CardTrustDesk {
  /** What is known now. Starts asking where something is missing, and calls the listeners when it is known. Never throws. */
  judge(certificate: string): CardTrust;
  /**
   * The verdict, awaited: right before a card's signature is asked for, so that no passcode is spent on a card that will be
   * refused; and again at `until` while its session lasts (`watchTrust`). Rejects only with the signal's reason.
   */
  decide(certificate: string, signal: AbortSignal): Promise<DecidedTrust>;
  /** Called when `judge` may answer otherwise than before. Returns how to stop it. */
  onChange(listener: () => void): () => void;
  close(): void;
}

/** DER in base64, as the card gave it, is what every function takes. Nothing is kept on disk. */
export function createCardTrust(options: JudgementOptions): CardTrustDesk {
  const listeners = new Set<() => void>();
  const asking = new Set<string>();
  let judge: Judge | 'loading' | 'broken' = 'loading';
  let retry: { readonly at: number; readonly timer: NodeJS.Timeout } | null = null;
  let closed = false;

  const changed = (): void => {
    for (const listener of closed ? [] : listeners) listener();
  };
  let loading: Promise<void> | null = null;
  // With the first card: PKI.js takes longer to load than the window may wait for at start.
  const load = (): Promise<void> =>
    (loading ??= import('./judgement.ts').then(
      ({ createJudge }) => {
        judge = madeOrBroken(() => createJudge(options));
        changed();
      },
      () => {
        judge = 'broken';
        changed();
      },
    ));
  const ask = async (made: Judge, certificate: string): Promise<void> => {
    if (asking.has(certificate)) return;
    asking.add(certificate);
    const before = JSON.stringify(made.judgement(certificate).trust);
    await made.ask(certificate);
    asking.delete(certificate);
    if (JSON.stringify(made.judgement(certificate).trust) !== before) changed();
    else plan(made.judgement(certificate).askAgainAt);
  };
  /** A card that waits on the sign-in screen because nobody answered is asked about again without anybody's doing. */
  const plan = (at: number | null): void => {
    if (closed || at === null || (retry !== null && retry.at <= at)) return;
    clearTimeout(retry?.timer);
    const timer = setTimeout(() => {
      retry = null;
      changed();
    }, Math.max(at - options.now().getTime(), SHORTEST_WAIT_MS));
    timer.unref();
    retry = { at, timer };
  };
  return {
    judge: (certificate) => {
      if (judge === 'loading') {
        void load();
        return { kind: 'checking', what: 'certificate' };
      }
      if (judge === 'broken') return refused.authoritiesUnreadable();
      const { trust, askAgainAt } = judge.judgement(certificate);
      if (askAgainAt !== null && askAgainAt <= options.now().getTime()) void ask(judge, certificate);
      else plan(askAgainAt);
      return trust;
    },
    decide: async (certificate, signal) => {
      await unlessAborted(load(), signal);
      if (typeof judge === 'string') return refused.authoritiesUnreadable();
      return unlessAborted(judge.ask(certificate), signal);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {
      closed = true;
      clearTimeout(retry?.timer);
      if (typeof judge !== 'string') judge.close();
    },
  };
}

/** Between two looks at a card that nobody could be asked about. */
const SHORTEST_WAIT_MS = 1_000;

/** An authority that cannot be read lets no card in, rather than every one. */
function madeOrBroken(make: () => Judge): Judge | 'broken' {
  try {
    return make();
  } catch {
    return 'broken';
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
