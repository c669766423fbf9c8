/**
 * Whether the card in the reader may sign in here, before anybody is asked for a passcode: its certificate must be in
 * its dates and issued by an authority that the site names.
 */
import { X509Certificate } from 'node:crypto';
import type { CardHolder, CardServiceStatus, ReaderStatus } from '../card/messages.ts';
import { mayIssue } from '../net/certificate-rules.ts';
import { certificatesIn, isInDate, signed } from '../net/tls-trust.ts';

/** The same status with every card that may not sign in here marked as unusable, and why. */
export function withTrustedCards(status: CardServiceStatus, authorities: readonly string[], now: Date): CardServiceStatus {
  if (status.kind !== 'running') return status;
  return { ...status, readers: status.readers.map((reader) => withTrustedCard(reader, authorities, now)) };
}

function withTrustedCard(reader: ReaderStatus, authorities: readonly string[], now: Date): ReaderStatus {
  if (reader.card.kind !== 'ready') return reader;
  const sentence = distrust(reader.card.holder, authorities, now);
  return sentence === null ? reader : { ...reader, card: { kind: 'unusable', reason: 'failed', sentence } };
}

const UNREADABLE = "This card's certificate cannot be read. Ask your registration authority to check the card.";

/** Why a card may not sign in here, or `null`. The certificate is the card's own word: nothing it holds may throw. */
function distrust(holder: CardHolder, authorities: readonly string[], now: Date): string | null {
  try {
    return distrustOf(new X509Certificate(Buffer.from(holder.certificate, 'base64')), authorities, now);
  } catch {
    return UNREADABLE;
  }
}

function distrustOf(certificate: X509Certificate, authorities: readonly string[], now: Date): string | null {
  if (new Date(certificate.validFrom) > now) return "This card's certificate is not valid yet. Check this computer's clock, or ask your registration authority.";
  if (!isInDate(certificate, now)) return "This card's certificate has expired. Ask your registration authority to renew it.";
  if (authorities.length === 0) return null;
  const anchors = authorities.flatMap(certificatesIn);
  const known = anchors.some((anchor) => isInDate(anchor, now) && signed(anchor, certificate) && mayIssue(anchor, 0));
  return known ? null : 'This card was not issued by an authority that this site accepts. Use your NHS smartcard, or ask the service desk.';
}
