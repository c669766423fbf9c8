/** Ending tokens: those of a sign-in that came to nothing, and those of one that is over. */
import { NetworkFailure } from '../net/http.ts';
import { type IdentityProvider, SignInProblem, type Tokens } from './provider.ts';

/** How long a sign-in that failed waits for its tokens to be ended, in milliseconds. */
const UNUSED_TOKEN_LIMIT_MS = 3_000;

/**
 * Goes on with new tokens. Where that fails nobody will use them, and nobody else knows that they are there: they are
 * ended even where the sign-in was cancelled.
 */
export async function endUnused<T>(provider: Pick<IdentityProvider, 'signOut'>, tokens: Tokens, goOn: () => Promise<T>): Promise<T> {
  try {
    return await goOn();
  } catch (problem) {
    await provider.signOut(tokens, AbortSignal.timeout(UNUSED_TOKEN_LIMIT_MS));
    throw problem;
  }
}

/** Whatever the network or the service makes of it: a token that nobody ends runs out by itself. A fault of ours is thrown. */
export async function settleQuietly(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await work();
  } catch (problem) {
    const isTheirs = problem instanceof NetworkFailure || problem instanceof SignInProblem || (signal.aborted && problem === signal.reason);
    if (!isTheirs) throw problem;
  }
}
