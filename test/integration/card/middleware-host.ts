/**
 * Cards that only middleware can sign in with, in a process of their own and in and out of vpcd's first slot: `{id,
 * request}` by message, answered by `{id, value}` or `{id, error}`.
 */
import { createCardAuthority, issueCard } from '../../../simulator/card/index.ts';
import type { CardAlgorithm } from '../../../simulator/card/certificate-authority.ts';
import type { PivCard } from '../../../simulator/card/piv-card.ts';
import type { VirtualCard } from '../../../simulator/card/virtual-card.ts';
import { insertIntoVpcd, type InsertedCard } from '../../../simulator/card/vpcd.ts';
import { SignatureSlotCard } from './signature-slot-card.ts';

export type MiddlewareHostRequest =
  | { readonly do: 'insert'; readonly card: string }
  /** Takes the card out; with `during`, when it is asked for a signature. */
  | { readonly do: 'remove'; readonly during?: 'signature' }
  | { readonly do: 'restore' }
  /** PEM of the issuing authority and its root. */
  | { readonly do: 'authorities' };

const authority = await createCardAuthority();
const make = (commonName: string, algorithm: CardAlgorithm): Promise<PivCard> => issueCard(authority, { commonName, userId: '555254240100', algorithm, passcode: '482916' });

const cards = new Map<string, { readonly piv: PivCard; readonly card: VirtualCard }>();
for (const algorithm of ['RSA-2048', 'P-256', 'P-384'] as const) {
  const piv = await make('Priya NAIR', algorithm);
  cards.set(algorithm, { piv, card: piv });
  const behind = await make('Daniel OKAFOR', algorithm);
  cards.set(`signature slot ${algorithm}`, { piv: behind, card: new SignatureSlotCard(behind) });
}

let inserted: InsertedCard | null = null;

async function serve(request: MiddlewareHostRequest): Promise<unknown> {
  switch (request.do) {
    case 'insert': {
      const named = cards.get(request.card);
      if (!named) throw new Error(`No card ${request.card}`);
      await inserted?.remove();
      inserted = await insertIntoVpcd(named.card);
      return undefined;
    }
    case 'remove':
      if (request.during === 'signature') return removeAtSignature();
      await inserted?.remove();
      inserted = null;
      return undefined;
    case 'restore':
      for (const { piv } of cards.values()) piv.restore();
      return undefined;
    case 'authorities':
      return authority.chainPem;
  }
}

function removeAtSignature(): void {
  for (const { card } of cards.values()) {
    if (card instanceof SignatureSlotCard) card.atSignature = () => void inserted?.remove();
  }
}

process.on('disconnect', () => process.exit());
process.on('message', ({ id, request }: { id: number; request: MiddlewareHostRequest }) => {
  serve(request).then(
    (value) => process.send?.({ id, value }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
