/** What is thought of a card's certificate, in the words that the clinician reads. */
import { shownDay } from '../../record/view-words.ts';

export type TrustNotice =
  | { readonly kind: 'expires-soon'; readonly title: string; readonly sentence: string }
  /** Soft fail: nobody could be asked whether the certificate was revoked. */
  | { readonly kind: 'revocation-not-checked'; readonly title: string; readonly sentence: string };

export type RefusalReason =
  | 'not-yet-valid'
  | 'expired'
  /** Nobody that the site names vouches for it, or nobody who may. */
  | 'unknown-authority'
  | 'wrong-use'
  | 'weak'
  | 'revoked'
  /** Hard fail: nobody could be asked whether it was revoked. */
  | 'revocation-unknown'
  | 'unreadable';

export interface Refused {
  readonly kind: 'refused';
  readonly reason: RefusalReason;
  readonly sentence: string;
}

export type CardTrust =
  /** Until then (milliseconds since 1970), unless something is heard before: afterwards it is to be asked for again. */
  | { readonly kind: 'trusted'; readonly until: number; readonly notices: readonly TrustNotice[] }
  /** Not known yet: still reading the certificate, or asking whether it was revoked. */
  | { readonly kind: 'checking'; readonly what: 'certificate' | 'revocation' }
  | Refused;

/** The national service lets a clinician renew a card's certificate in its last 90 days. */
const RENEWAL_WINDOW_DAYS = 90;
const DAY_MS = 86_400_000;

/** Every refusal there is. Each says what is wrong and who can put it right. */
export const refused = {
  unreadable: () => refusal('unreadable', "This card's certificate cannot be read. Ask your Registration Authority to check the card."),
  notYetValid: (from: Date) =>
    refusal('not-yet-valid', `This card's certificate is not valid yet: it begins on ${shownDay(from)}. Check this computer's clock, or ask your Registration Authority.`),
  expired: (since: Date) =>
    refusal('expired', `This card's certificate expired on ${shownDay(since)}. Ask your Registration Authority to renew it.`),
  wrongUse: () => refusal('wrong-use', 'This card was not issued for signing in. Use your NHS smartcard, or ask your Registration Authority.'),
  notUnderstood: () =>
    refusal('wrong-use', "This card's certificate carries a condition that Lanyard does not know, so it cannot be used here. Tell the service desk."),
  weak: () => refusal('weak', 'This card uses a kind of key or signature that is no longer safe, or that Lanyard does not know. Ask your Registration Authority for a new card.'),
  unknownAuthority: () =>
    refusal('unknown-authority', 'This card was not issued by an authority that this site accepts. Use your NHS smartcard, or ask the service desk.'),
  authorityOutOfDate: () =>
    refusal('unknown-authority', "The authority that issued this card is out of date on this computer. Check this computer's clock, or tell the service desk."),
  authorityMayNot: () => refusal('unknown-authority', 'The authority that issued this card may not issue cards of this kind. Tell the service desk.'),
  authorityWeak: () => refusal('weak', 'The authority that issued this card uses a kind of key or signature that is no longer safe. Tell the service desk.'),
  authoritiesUnreadable: () => refusal('unknown-authority', 'The authorities that this site accepts cannot be read, so no card can be checked. Tell the service desk.'),
  revoked: (since: Date | null) =>
    refusal('revoked', `This card was revoked${since === null ? '' : ` on ${shownDay(since)}`} and can no longer be used. Ask your Registration Authority for a new card.`),
  authorityRevoked: () => refusal('revoked', 'The authority that issued this card was revoked, so the card can no longer be used. Tell the service desk.'),
  revocationUnknown: () =>
    refusal('revocation-unknown', 'It cannot be checked whether this card was revoked, and this site does not allow signing in without. Check the network connection, or tell the service desk.'),
} as const;

export const notChecked: TrustNotice = {
  kind: 'revocation-not-checked',
  title: 'Revocation not checked',
  sentence: 'It could not be checked whether this card was revoked. You can sign in all the same.',
};

/** Set in the last 90 days of a certificate that ends at `validTo` (milliseconds since 1970). */
export function expiryNotice(validTo: number, now: Date): TrustNotice | null {
  const left = validTo - now.getTime();
  if (left > RENEWAL_WINDOW_DAYS * DAY_MS) return null;
  const end = `Your smartcard's certificate ends on ${shownDay(new Date(validTo))} (${inDays(left)}).`;
  return { kind: 'expires-soon', title: 'Certificate ends soon', sentence: `${end} Renew it now with self-service renewal or your Registration Authority.` };
}

function inDays(milliseconds: number): string {
  const days = Math.floor(milliseconds / DAY_MS);
  if (days < 1) return 'in less than a day';
  return days === 1 ? 'in 1 day' : `in ${days} days`;
}

function refusal(reason: RefusalReason, sentence: string): Refused {
  return { kind: 'refused', reason, sentence };
}
