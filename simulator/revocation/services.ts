/** What the card authority tells of its certificates: a list (RFC 5280 section 5) and answers one by one (RFC 6960). */
import { X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { CardAuthority, DemonstrationCard } from '../card/index.ts';
import { PivCard } from '../card/piv-card.ts';
import { wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import type { RevocationMode } from './modes.ts';
import { createSigners } from './signers.ts';

export interface RevocationParts {
  readonly authority: CardAuthority;
  readonly cards: readonly DemonstrationCard[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface RevocationServices {
  readonly list: (ask: Ask) => Promise<Answer>;
  /** POST, or GET with the request in base64 as the path (RFC 6960 appendix A). */
  readonly answers: (ask: Ask) => Promise<Answer>;
  readonly control: RevocationControl;
}

export interface RevocationControl {
  setMode(mode: RevocationMode): void;
  /** Takes a card's certificate back; whether there is such a card with one. */
  revoke(cardId: string): Promise<boolean>;
  /** No mode, and no certificate taken back but those that were from the start. */
  reset(): void;
}

const DAY_MS = 86_400_000;
const GARBAGE = Buffer.from('<html>not here</html>');

export function createRevocationServices({ authority, cards, now }: RevocationParts): RevocationServices {
  const signer = createSigners(authority);
  const revokedByControl = new Set<string>();
  let mode: RevocationMode = {};

  const list = async (): Promise<Uint8Array> => {
    switch (mode.list) {
      case 'garbage':
        return GARBAGE;
      case 'wrong-signer':
        return emptyList(await signer('stranger'), now());
      case 'stale':
        return authority.revocationList({ thisUpdate: new Date(now() - 3 * DAY_MS), nextUpdate: new Date(now() - DAY_MS) });
      case 'from-the-future':
        return authority.revocationList({ thisUpdate: new Date(now() + DAY_MS), nextUpdate: new Date(now() + 2 * DAY_MS) });
      case undefined:
        return authority.revocationList({ thisUpdate: new Date(now() - 1_000), nextUpdate: new Date(now() + DAY_MS) });
    }
  };

  return {
    list: async (ask) => (ask.method === 'GET' ? binary('application/pkix-crl', await list()) : wrongVerb('GET')),
    async answers(ask) {
      const request = requestIn(ask);
      if (request === null) return wrongVerb('GET, POST');
      if (mode.answers === 'garbage') return binary('application/ocsp-response', GARBAGE);
      const { answerOcsp } = await import('./ocsp.ts');
      return binary('application/ocsp-response', await answerOcsp(request, mode, { authority, signer, now }));
    },
    control: {
      setMode: (next) => void (mode = next),
      async revoke(cardId) {
        const card = await cards.find(({ id }) => id === cardId)?.card();
        if (!(card instanceof PivCard)) return false;
        const { serialNumber } = new X509Certificate(card.certificate);
        if (authority.statusOf(serialNumber) === 'good') revokedByControl.add(serialNumber);
        authority.revoke(serialNumber, 'keyCompromise');
        return true;
      },
      reset() {
        mode = {};
        for (const serialNumber of revokedByControl) authority.restore(serialNumber);
        revokedByControl.clear();
      },
    },
  };
}

function requestIn(ask: Ask): Uint8Array | null {
  if (ask.method === 'POST') return ask.bytes;
  return ask.method === 'GET' ? Buffer.from(decodeURIComponent(ask.path), 'base64') : null;
}

async function emptyList({ certificate, keys }: { certificate: x509.X509Certificate; keys: CryptoKeyPair }, now: number): Promise<Uint8Array> {
  const made = await x509.X509CrlGenerator.create({
    issuer: certificate.subjectName,
    thisUpdate: new Date(now - 1_000),
    nextUpdate: new Date(now + DAY_MS),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    signingKey: keys.privateKey,
    entries: [],
  });
  return new Uint8Array(made.rawData);
}

function binary(type: string, body: Uint8Array): Answer {
  return { status: 200, headers: { 'content-type': type, 'cache-control': 'no-store' }, body };
}
