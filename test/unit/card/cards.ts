import type { SignInStatement } from '../../../main/card/messages.ts';
import type { CardOrder } from '../../../simulator/card/issue-card.ts';
import { createCardAuthority, issueCard } from '../../../simulator/card/index.ts';
import type { PivCard } from '../../../simulator/card/piv-card.ts';

export const authority = await createCardAuthority();
export const passcode = '482916';

/** A card of the simulator; P-256 unless said otherwise, since its keys are made at once. */
export const makeCard = (order: Partial<CardOrder> = {}): Promise<PivCard> =>
  issueCard(authority, { commonName: 'Priya NAIR', userId: '555254240100', algorithm: 'P-256', passcode, ...order });

export const digits = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'ascii'));

export const statement: SignInStatement = {
  audience: 'https://identity.example.nhs.uk/',
  nonce: 'q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80',
  purpose: 'sign-in',
  issuedAt: 1_800_000_000,
  expiresAt: 1_800_000_060,
  id: '9f6a2c34-5d8e-4f1b-8f6a-0c2d4e6f8a1b',
};
