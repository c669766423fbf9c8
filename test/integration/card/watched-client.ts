import { X509Certificate } from 'node:crypto';
import { compactVerify, importX509 } from 'jose';
import { CardClient, type CardChannel, type CardLost, type CardPasscodeChangeResult, type CardSignInResult, type SentPasscode } from '../../../main/card/client.ts';
import type { CardService } from '../../../main/card/middleware-client.ts';
import type { CardServiceStatus, CardStatus, ReaderStatus } from '../../../main/card/messages.ts';
import { TypedWay } from './card-process.ts';

/** A card client whose every word is kept, and that can be waited for. */
export class WatchedClient {
  readonly client: CardService;
  readonly lost: (CardLost & { at: number })[] = [];
  readonly told: ('card-lost' | CardServiceStatus['kind'])[] = [];
  readonly #waiting = new Set<() => void>();

  /** @param beside what is put between the card client and whoever uses it */
  constructor(open: () => CardChannel, beside: (cards: CardService) => CardService = (cards) => cards) {
    const cards = new CardClient({
      open,
      report: (error) => {
        throw error;
      },
    });
    this.client = beside(cards);
    this.client.onCardLost((lost) => {
      this.lost.push({ ...lost, at: performance.now() });
      this.told.push('card-lost');
      this.#check();
    });
    this.client.onStatus((status) => {
      this.told.push(status.kind);
      this.#check();
    });
    this.client.start();
  }

  /** The first reader's card; `undefined` while there is no reader. */
  get card(): CardStatus | undefined {
    return this.reader?.card;
  }

  get reader(): ReaderStatus | undefined {
    return this.#readers[0];
  }

  readerNamed(name: string): ReaderStatus | undefined {
    return this.#readers.find((reader) => reader.name === name);
  }

  async until(condition: () => boolean, limitMs = 15_000): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve();
      };
      const timer = setTimeout(() => reject(new Error(`Not within ${limitMs} ms: ${JSON.stringify(this.client.status)}`)), limitMs);
      this.#waiting.add(check);
    });
  }

  untilCard(kind: CardStatus['kind']): Promise<void> {
    return this.until(() => this.card?.kind === kind);
  }

  /** With the card of the first reader where no other is named. */
  signIn(passcode: string, changes: { lastTryConfirmed?: boolean; reader?: ReaderStatus } = {}): Promise<CardSignInResult> {
    const { reader, sent } = this.#send(new TypedWay(passcode), changes.reader);
    const issuedAt = Math.floor(Date.now() / 1000);
    return this.client.signIn({
      ...reader,
      passcode: sent,
      statement: { audience: 'http://127.0.0.1/identity', nonce: 'nonce', purpose: 'sign-in', issuedAt, expiresAt: issuedAt + 60, id: 'id' },
      lastTryConfirmed: changes.lastTryConfirmed ?? false,
    });
  }

  changePasscode(passcode: string, replacement: string, changes: { lastTryConfirmed?: boolean } = {}): Promise<CardPasscodeChangeResult> {
    const { reader, sent } = this.#send(new TypedWay(passcode, replacement));
    return this.client.changePasscode({ ...reader, passcode: sent, lastTryConfirmed: changes.lastTryConfirmed ?? false });
  }

  get #readers(): readonly ReaderStatus[] {
    return this.client.status.kind === 'running' ? this.client.status.readers : [];
  }

  #send(way: TypedWay, status: ReaderStatus | undefined = this.reader): { reader: Pick<CardLost, 'reader' | 'eventCounter'>; sent: SentPasscode } {
    if (!status) throw new Error('There is no reader');
    const reader = { reader: status.name, eventCounter: status.eventCounter };
    const sent = this.client.sendPasscode(reader, way);
    if (!sent) throw new Error('There is no card process');
    return { reader, sent };
  }

  #check(): void {
    for (const check of this.#waiting) check();
  }
}

/** Verifies a sign-in's assertion with the certificate the card showed. @returns its claims */
export async function verified(result: CardSignInResult, card: CardStatus | undefined): Promise<Record<string, unknown>> {
  if (result.kind !== 'signed' || card?.kind !== 'ready') throw new Error(`Not signed: ${JSON.stringify(result)}`);
  const certificate = new X509Certificate(Buffer.from(card.holder.certificate, 'base64'));
  const algorithm = { rsa: 'RS256', ec: certificate.publicKey.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'ES384' : 'ES256' };
  const key = await importX509(certificate.toString(), algorithm[certificate.publicKey.asymmetricKeyType as 'rsa' | 'ec']);
  const { payload } = await compactVerify(result.assertion, key);
  return JSON.parse(Buffer.from(payload).toString('utf8')) as Record<string, unknown>;
}
