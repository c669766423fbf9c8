import type { CardAlgorithm, CardAuthority } from './certificate-authority.ts';
import { issueCard } from './issue-card.ts';
import { OtherCard } from './other-card.ts';
import type { VirtualCard } from './virtual-card.ts';

/** A card the simulator offers: what its ready line tells of it, and the card. */
export interface DemonstrationCard {
  readonly id: string;
  readonly holder: string;
  readonly userId: string | null;
  readonly passcode: string | null;
  readonly algorithm: CardAlgorithm | null;
  readonly card: VirtualCard;
  /** Passcode and counters as issued. */
  restore(): void;
}

const people = [
  { id: 'nair', commonName: 'Priya NAIR', holder: 'Dr Priya NAIR', userId: '555254240100', algorithm: 'RSA-2048', passcode: '482916' },
  { id: 'okafor', commonName: 'Daniel OKAFOR', holder: 'Daniel OKAFOR', userId: '555254242102', algorithm: 'P-256', passcode: '739154' },
] as const;

/** Two invented clinicians' cards, and one that is no card for signing in at all. */
export async function createDemonstrationCards(authority: CardAuthority): Promise<readonly DemonstrationCard[]> {
  const clinicians = people.map(async ({ commonName, ...person }) => {
    const card = await issueCard(authority, { commonName, ...person });
    return { ...person, card, restore: () => card.restore() };
  });
  return [...(await Promise.all(clinicians)), loyaltyCard()];
}

const loyaltyCard = (): DemonstrationCard => ({
  id: 'loyalty',
  holder: 'A loyalty card',
  userId: null,
  passcode: null,
  algorithm: null,
  card: new OtherCard(),
  restore: () => undefined,
});
