/** The state of the readers as the sign-in screen may use it: what is thought of each card's certificate laid over it. */
import type { CardServiceStatus, ReaderStatus } from '../../card/messages.ts';
import type { CardTrust } from './verdict.ts';

/**
 * The same status with every card that may not sign in here marked as unusable, and why. A card whose certificate has not
 * been read yet is still being read; one about which somebody is still being asked is ready: the sign-in waits for the
 * answer before it asks for a signature.
 */
export function withTrustedCards(status: CardServiceStatus, judge: (certificate: string) => CardTrust): CardServiceStatus {
  if (status.kind !== 'running') return status;
  return { ...status, readers: status.readers.map((reader) => withTrustedCard(reader, judge)) };
}

function withTrustedCard(reader: ReaderStatus, judge: (certificate: string) => CardTrust): ReaderStatus {
  const { card } = reader;
  if (card.kind !== 'ready') return reader;
  const trust = judge(card.holder.certificate);
  switch (trust.kind) {
    case 'refused':
      return { ...reader, card: { kind: 'unusable', reason: 'failed', sentence: trust.sentence } };
    case 'checking':
      return trust.what === 'certificate' ? { ...reader, card: { kind: 'reading' } } : reader;
    case 'trusted':
      return trust.notices.length === 0 ? reader : { ...reader, card: { ...card, notices: trust.notices.map(({ title, sentence }) => ({ title, sentence })) } };
  }
}
