import { createCardAuthority, createDemonstrationCards, issueCard, startCardReader, type CardReader, type DemonstrationCard } from '../../../simulator/card/index.ts';

/** The simulator's cards in a process of their own, driven by messages: the reader would wait for itself otherwise. */

export type HostRequest =
  | { readonly do: 'start'; readonly kind: 'either' | 'simulated' }
  | { readonly do: 'insert'; readonly card: string }
  | { readonly do: 'remove' | 'reset' }
  | { readonly do: 'swap'; readonly card: string };

const authority = await createCardAuthority();
const cards: readonly DemonstrationCard[] = [
  ...(await createDemonstrationCards(authority)),
  await extra('larger-curve', 'P-384'),
  await extra('larger-rsa', 'RSA-3072'),
];
let reader: CardReader | null = null;

async function extra(id: string, algorithm: 'P-384' | 'RSA-3072'): Promise<DemonstrationCard> {
  const card = await issueCard(authority, { commonName: 'Test HOLDER', userId: '555254249999', algorithm, passcode: '246813' });
  return { id, holder: 'Test HOLDER', userId: '555254249999', passcode: '246813', algorithm, card, restore: () => card.restore() };
}

async function serve(request: HostRequest): Promise<unknown> {
  if (request.do === 'start') {
    reader = await startCardReader({ cards, kind: request.kind });
    return { kind: reader.kind, port: reader.port };
  }
  if (!reader) throw new Error('There is no reader yet');
  if (request.do === 'insert' || request.do === 'swap') return reader.insert(request.card);
  return request.do === 'remove' ? reader.remove() : reader.reset();
}

process.on('disconnect', () => process.exit());
process.on('message', ({ id, request }: { id: number; request: HostRequest }) => {
  serve(request).then(
    (value) => process.send?.({ id, value }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
