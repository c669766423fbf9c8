/** What has been heard about revocation, kept in memory alone until it is to be asked again. */
import { createHash } from 'node:crypto';
import { type Asking, askRevocation } from './ask.ts';
import { CLOCK_SKEW_MS } from '../rules.ts';
import type { Issued, RevocationAnswer } from './answer.ts';

/** As many certificates as meet in a shift at one computer; the one heard of longest ago goes first. */
const MOST_KEPT = 256;

/** `at`: when it was heard; `until`: how long it holds. Milliseconds since 1970. */
export type Heard = RevocationAnswer & { readonly at: number; readonly until: number };

export interface KnownRevocations {
  /** The last that was heard, however old; `null` where nothing was. `until` says how long it holds. */
  last(issued: Issued): Heard | null;
  /** What holds now: from memory, or by asking. The same question is asked once at a time. Never rejects. */
  check(issued: Issued): Promise<Heard>;
  /** Nothing is asked any more, and nothing kept. */
  close(): void;
}

export interface Unanswered {
  /** Milliseconds for which nobody is asked again who did not answer. */
  readonly leftAloneMs: number;
  /** Why nobody answered: hosts and kinds of failure, nothing of a person. */
  readonly report: (why: string) => void;
}

export function knownRevocations(asking: Asking, unanswered: Unanswered): KnownRevocations {
  const heard = new Map<string, Heard>();
  const underWay = new Map<string, Promise<Heard>>();
  const closed = new AbortController();

  const ask = async (key: string, issued: Issued): Promise<Heard> => {
    const answer = await askRevocation(issued, asking, closed.signal).catch((): RevocationAnswer => ({ kind: 'unusable', why: 'asking was given up' }));
    const at = asking.now().getTime();
    const result: Heard = answer.kind === 'unusable' ? { ...answer, at, until: at + unanswered.leftAloneMs } : { ...answer, at };
    underWay.delete(key);
    if (closed.signal.aborted) return result;
    if (answer.kind === 'unusable') unanswered.report(answer.why);
    heard.delete(key);
    heard.set(key, result);
    const [oldest] = heard.keys();
    if (heard.size > MOST_KEPT && oldest !== undefined) heard.delete(oldest);
    return result;
  };
  return {
    last: (issued) => heard.get(keyOf(issued)) ?? null,
    check: (issued) => {
      const key = keyOf(issued);
      const last = heard.get(key);
      if (last !== undefined && holds(last, asking.now())) return Promise.resolve(last);
      const promise = underWay.get(key) ?? ask(key, issued);
      underWay.set(key, promise);
      return promise;
    },
    close: () => {
      closed.abort();
      heard.clear();
    },
  };
}

/** Whether what was heard still holds. Nothing does that is heard in the future: the clock was put back. */
export function holds({ at, until }: Heard, now: Date): boolean {
  return at - CLOCK_SKEW_MS <= now.getTime() && now.getTime() < until;
}

/** The issuer by name and key, and its serial number. */
function keyOf({ certificate, issuer }: Issued): string {
  const key = createHash('sha256').update(issuer.x509.publicKey.export({ type: 'spki', format: 'der' })).digest('hex');
  return `${key} ${issuer.x509.subject} ${certificate.x509.serialNumber}`;
}
