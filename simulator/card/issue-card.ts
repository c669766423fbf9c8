import { X509Certificate, type KeyObject } from 'node:crypto';
import { generateCardKeys, yearsAfter, type CardAlgorithm, type CardAuthority, type CertificateUsage } from './certificate-authority.ts';
import type { CardKey } from './card-key.ts';
import type { PivBehaviour } from './piv-behaviour.ts';
import { PivCard } from './piv-card.ts';
import { capabilityContainer, cardholderIdentifier } from './piv-objects.ts';
import type { RevocationReason } from './revocations.ts';

export interface CardOrder {
  readonly commonName: string;
  /** 12 digits. */
  readonly userId: string;
  readonly algorithm: CardAlgorithm;
  /** 6 to 8 digits. */
  readonly passcode: string;
  /** 6 to 8 digits: the card's own, which counts where its Discovery object says so. The same as `passcode` where not given. */
  readonly globalPasscode?: string;
  readonly notBefore?: Date;
  /** Two years after `notBefore` where not given, as NHS cards have it. */
  readonly notAfter?: Date;
  readonly usage?: CertificateUsage;
  /** Has the authority take the certificate back as soon as it was issued. */
  readonly revoked?: RevocationReason;
  readonly behaviour?: Partial<PivBehaviour>;
}

/** Eight characters that unblock the passcode; the same on each card of the simulator. */
export const simulatedUnblockingKey = '12345678';

/** Makes keys, has the authority certify them, and puts both on a card. */
export async function issueCard(authority: CardAuthority, order: CardOrder): Promise<PivCard> {
  const { publicKey, privateKey } = await generateCardKeys(order.algorithm);
  const { commonName, userId, notBefore = new Date() } = order;
  const notAfter = order.notAfter ?? yearsAfter(notBefore, 2);
  const certificate = await authority.issue({ commonName, userId, publicKey, notBefore, notAfter, ...(order.usage && { usage: order.usage }) });
  if (order.revoked) authority.revoke(new X509Certificate(certificate).serialNumber, order.revoked);
  return new PivCard({
    certificate,
    objects: new Map([
      ['5fc102', cardholderIdentifier(notAfter)],
      ['5fc107', capabilityContainer()],
    ]),
    authenticationKey: toCardKey(order.algorithm, privateKey),
    passcode: order.passcode,
    globalPasscode: order.globalPasscode ?? order.passcode,
    unblockingKey: simulatedUnblockingKey,
    ...(order.behaviour && { behaviour: order.behaviour }),
  });
}

function toCardKey(algorithm: CardAlgorithm, privateKey: KeyObject): CardKey {
  if (algorithm === 'RSA-2048' || algorithm === 'RSA-3072') return { kind: 'rsa', bytes: algorithm === 'RSA-2048' ? 256 : 384, privateKey };
  const { d } = privateKey.export({ format: 'jwk' });
  return { kind: 'ec', curve: algorithm, secret: Buffer.from(d ?? '', 'base64url') };
}
