/** Path and revocation together: the verdict on one certificate, from memory or by asking. Loads PKI.js: see card-trust.ts. */
import type { HttpPort } from '../../net/http.ts';
import type { RevocationPolicy } from '../../policy/configuration.ts';
import { readAuthorities } from './authorities.ts';
import { type CardPath, findPath, judgePath } from './path.ts';
import type { Issued } from './revocation/answer.ts';
import { namesSomebody } from './revocation/ask.ts';
import { type Heard, holds, knownRevocations } from './revocation/known.ts';
import type { Chain } from './rules.ts';
import { type CardTrust, expiryNotice, notChecked, refused, type Refused } from './verdict.ts';

export interface JudgementOptions {
  /** PEM texts from `trust.card`; none means that the identity service alone decides, and only the dates are looked at. */
  readonly authorities: readonly string[];
  readonly revocation: RevocationPolicy;
  readonly http: HttpPort;
  readonly now: () => Date;
  /** For the running log: why nobody could be asked about a revocation. Hosts and kinds of failure, nothing of a person. */
  readonly report?: (why: string) => void;
}

export type DecidedTrust = Exclude<CardTrust, { kind: 'checking' }>;

export interface Judgement {
  /** What is known now. Asks nobody. */
  readonly trust: CardTrust;
  /** When there is something to ask again; `null` where nobody needs to be asked. Milliseconds since 1970. */
  readonly askAgainAt: number | null;
}

export interface Judge {
  judgement(certificate: string): Judgement;
  /** Asks whoever has to be asked, and waits; within the site's time limit. Never rejects. */
  ask(certificate: string): Promise<DecidedTrust>;
  close(): void;
}

/** How long nobody is asked again who did not answer: where that keeps a clinician out, not for long. */
const UNANSWERED_MS: Readonly<Record<RevocationPolicy['policy'], number>> = { 'hard-fail': 5_000, 'soft-fail': 60_000, off: 0 };

/** Cards that take turns at one computer. */
const MOST_PATHS = 32;

/** Throws where an authority cannot be read. */
export function createJudge({ authorities: pems, revocation, http, now, report = () => undefined }: JudgementOptions): Judge {
  const authorities = readAuthorities(pems);
  const known = knownRevocations({ http, now, timeoutMs: revocation.timeoutMs }, { leftAloneMs: UNANSWERED_MS[revocation.policy], report });
  const paths = new Map<string, CardPath | Refused>();

  const pathOf = (certificate: string): CardPath | Refused => {
    const path = paths.get(certificate) ?? findPath(bytesOf(certificate), authorities);
    paths.delete(certificate);
    paths.set(certificate, path);
    const [oldest] = paths.keys();
    if (paths.size > MOST_PATHS && oldest !== undefined) paths.delete(oldest);
    return path;
  };
  /** The verdict as far as it needs nobody else, and who is to be asked about what. */
  const begin = (certificate: string): DecidedTrust & { readonly toAsk: readonly Issued[] } => {
    const path = pathOf(certificate);
    if ('kind' in path) return { ...path, toAsk: [] };
    const verdict = judgePath(path, now());
    if (verdict.kind === 'refused') return { ...verdict, toAsk: [] };
    const notice = expiryNotice(path.card.validTo, now());
    return { kind: 'trusted', until: verdict.until, notices: notice === null ? [] : [notice], toAsk: revocation.policy === 'off' ? [] : linksOf(verdict.chain) };
  };
  return {
    judgement: (certificate) => {
      const { toAsk, ...begun } = begin(certificate);
      if (begun.kind === 'refused' || toAsk.length === 0) return { trust: begun, askAgainAt: null };
      const heard = toAsk.map((issued) => known.last(issued));
      const askAgainAt = Math.min(...heard.map((one) => (one === null || !holds(one, now()) ? 0 : one.until)));
      return { trust: withHeard(begun, heard, revocation.policy, now()), askAgainAt };
    },
    ask: async (certificate) => {
      const { toAsk, ...begun } = begin(certificate);
      if (begun.kind === 'refused' || toAsk.length === 0) return begun;
      return whole(begun, await Promise.all(toAsk.map((issued) => known.check(issued))), revocation.policy);
    },
    close: () => known.close(),
  };
}

type Trusted = Extract<CardTrust, { kind: 'trusted' }>;

/**
 * With what was heard so far. An old "revoked" or "nobody answered" stands until something newer is heard, so that the
 * screen does not change its mind while it asks again; an old "good" does not.
 */
function withHeard(begun: Trusted, heard: readonly (Heard | null)[], policy: RevocationPolicy['policy'], now: Date): CardTrust {
  const standing = heard.filter((one): one is Heard => one !== null && (one.kind !== 'good' || holds(one, now)));
  if (standing.some(({ kind }) => kind === 'revoked')) return whole(begun, heard.map((one) => one ?? nothing), policy);
  return standing.length < heard.length ? { kind: 'checking', what: 'revocation' } : whole(begun, standing, policy);
}

/** Not heard yet, where another answer decides already. */
const nothing: Heard = { kind: 'unusable', why: 'not heard yet', at: 0, until: 0 };

/** @param heard of the card first, then of whoever issued it, upwards */
function whole(begun: Trusted, heard: readonly Heard[], policy: RevocationPolicy['policy']): DecidedTrust {
  const [card, ...issuers] = heard;
  if (card?.kind === 'revoked') return refused.revoked(card.since);
  if (issuers.some(({ kind }) => kind === 'revoked')) return refused.authorityRevoked();
  const isKnown = heard.every(({ kind }) => kind === 'good');
  if (!isKnown && policy === 'hard-fail') return refused.revocationUnknown();
  const until = Math.min(begun.until, ...heard.map((one) => one.until));
  return { ...begun, until, notices: isKnown ? begun.notices : [...begun.notices, notChecked] };
}

/**
 * Whose revocation is asked about, each with its issuer: the card's, and that of every intermediate that names somebody to
 * ask. Of one that does not the site itself, which named it, is the word. The anchor is nobody's to revoke.
 */
function linksOf(chain: Chain | null): readonly Issued[] {
  return (chain ?? []).flatMap((certificate, index) => {
    const issuer = chain?.[index + 1];
    return issuer === undefined || (index > 0 && !namesSomebody(certificate)) ? [] : [{ certificate, issuer }];
  });
}

/** Whatever a card's driver hands over: what is no base64 is no certificate either. */
function bytesOf(certificate: string): Buffer {
  return typeof certificate === 'string' ? Buffer.from(certificate, 'base64') : Buffer.alloc(0);
}
