import type { CardAlgorithm, CardAuthority } from './certificate-authority.ts';
import { issueCard, type CardOrder } from './issue-card.ts';
import { OtherCard } from './other-card.ts';
import type { PivCard } from './piv-card.ts';

/** A card the simulator offers: what its ready line tells of it, and the card. */
export interface DemonstrationCard {
  readonly id: string;
  readonly holder: string;
  readonly userId: string | null;
  readonly passcode: string | null;
  readonly algorithm: CardAlgorithm | null;
  /** What is to be seen with it, in a few words. */
  readonly shows: string;
  /** Issued when it is first asked for, since keys take their time; the same one from then on. */
  card(): Promise<PivCard | OtherCard>;
  /** Passcode, counters and behaviour as issued. */
  restore(): Promise<void>;
}

export interface PersonWithCard {
  readonly id: string;
  readonly commonName: string;
  readonly holder: string;
  /** 12 digits; who this is to the identity service is in simulator/identity/users.ts. */
  readonly userId: string;
  readonly algorithm: CardAlgorithm;
  readonly passcode: string;
  readonly shows: string;
  /** Days from today to the beginning and the end of the certificate; two years from today where not given. */
  readonly days?: readonly [from: number, to: number];
  readonly revoked?: CardOrder['revoked'];
}

const people: readonly PersonWithCard[] = [
  { id: 'nair', commonName: 'Priya NAIR', holder: 'Dr Priya NAIR', userId: '555254240100', algorithm: 'RSA-2048', passcode: '482916', shows: 'two roles' },
  { id: 'okafor', commonName: 'Daniel OKAFOR', holder: 'Daniel OKAFOR', userId: '555254242102', algorithm: 'P-256', passcode: '739154', shows: 'one role' },
  { id: 'farrow', commonName: 'Elin FARROW', holder: 'Dr Elin FARROW', userId: '555254243104', algorithm: 'P-384', passcode: '604418', shows: 'one role' },
  { id: 'idris', commonName: 'Samir IDRIS', holder: 'Samir IDRIS', userId: '555254244106', algorithm: 'RSA-2048', passcode: '318275', shows: 'no role' },
  { id: 'mcallister', commonName: 'Jean MCALLISTER', holder: 'Dr Jean MCALLISTER', userId: '555254245108', algorithm: 'P-256', passcode: '927461', shows: 'a revoked certificate', revoked: 'keyCompromise' },
  { id: 'osei', commonName: 'Kofi OSEI', holder: 'Kofi OSEI', userId: '555254246101', algorithm: 'RSA-2048', passcode: '551903', shows: 'an expired certificate', days: [-733, -3] },
  { id: 'brandt', commonName: 'Lena BRANDT', holder: 'Dr Lena BRANDT', userId: '555254247103', algorithm: 'RSA-3072', passcode: '870264', shows: 'several roles, a certificate that ends in 40 days', days: [-690, 40] },
];

/** Invented clinicians' cards, and one that is no card for signing in at all. */
export const createDemonstrationCards = (authority: CardAuthority): readonly DemonstrationCard[] => [...people.map((person) => cardOf(authority, person)), loyaltyCard()];

/** A person's card, issued when it is first asked for. */
export function cardOf(authority: CardAuthority, person: PersonWithCard): DemonstrationCard {
  const { id, holder, userId, passcode, algorithm, shows } = person;
  let issued: Promise<PivCard> | null = null;
  return {
    id,
    holder,
    userId,
    passcode,
    algorithm,
    shows,
    card: () => (issued ??= issueCard(authority, orderOf(person))),
    restore: async () => (await issued)?.restore(),
  };
}

function orderOf({ commonName, userId, algorithm, passcode, days, revoked }: PersonWithCard): CardOrder {
  const validity = days && { notBefore: daysFromNow(days[0]), notAfter: daysFromNow(days[1]) };
  return { commonName, userId, algorithm, passcode, ...validity, ...(revoked && { revoked }) };
}

const daysFromNow = (days: number): Date => new Date(Date.now() + days * 86_400_000);

function loyaltyCard(): DemonstrationCard {
  const card = new OtherCard();
  return { id: 'loyalty', holder: 'A loyalty card', userId: null, passcode: null, algorithm: null, shows: 'no smartcard for signing in', card: async () => card, restore: async () => undefined };
}
