import { cardOf, createCardAuthority, createDemonstrationCards, startCardReader, type CardReader, type DemonstrationCard } from '../../../simulator/card/index.ts';
import type { PivBehaviour } from '../../../simulator/card/piv-behaviour.ts';

/** The simulator's cards in a process of their own, driven by messages: the reader would wait for itself otherwise. */

export type HostRequest =
  | { readonly do: 'start'; readonly kind: 'either' | 'simulated' }
  | { readonly do: 'insert'; readonly card: string; readonly reader?: number }
  | { readonly do: 'behave'; readonly card: string; readonly behaviour: Partial<PivBehaviour> | null }
  | { readonly do: 'block'; readonly card: string }
  | { readonly do: 'remove'; readonly reader?: number }
  /** `heard`: what the cards were asked, as the reader keeps it. */
  | { readonly do: 'reset' | 'heard' }
  | { readonly do: 'swap'; readonly card: string };

const authority = await createCardAuthority();
const cards: readonly DemonstrationCard[] = [
  ...createDemonstrationCards(authority),
  extra('larger-curve', 'P-384'),
  extra('larger-rsa', 'RSA-3072'),
];
let reader: CardReader | null = null;

function extra(id: string, algorithm: 'P-384' | 'RSA-3072'): DemonstrationCard {
  return cardOf(authority, { id, commonName: 'Test HOLDER', holder: 'Test HOLDER', userId: '555254249999', passcode: '246813', algorithm, shows: 'a larger key' });
}

async function serve(request: HostRequest): Promise<unknown> {
  if (request.do === 'start') {
    reader = await startCardReader({ cards, kind: request.kind });
    return { kind: reader.kind, port: reader.port };
  }
  if (!reader) throw new Error('There is no reader yet');
  switch (request.do) {
    case 'insert':
      return reader.insert(request.card, request.reader);
    case 'swap':
      return reader.insert(request.card);
    case 'behave':
      return reader.behave(request.card, request.behaviour);
    case 'block':
      return reader.block(request.card);
    case 'remove':
      return reader.remove(request.reader);
    case 'heard':
      return reader.heard;
    case 'reset':
      return reader.reset();
  }
}

process.on('disconnect', () => process.exit());
process.on('message', ({ id, request }: { id: number; request: HostRequest }) => {
  serve(request).then(
    (value) => process.send?.({ id, value }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
