import type { X509Certificate } from 'node:crypto';
import { exchange, perform, type ApduChannel } from '../apdu.ts';
import { asksForGlobalPasscode, readCertificateObject } from './certificate.ts';
import { applicationNames, getData, pivObjects, selectApplication, type PasscodeReference } from './commands.ts';
import { readPasscodeState, type PasscodeState } from './passcode.ts';
import type { CardHolder, CardStatus } from '../messages.ts';
import type { PinPad } from '../pin-pad/features.ts';
import { unusable } from '../sentences.ts';
import type { SignatureScheme } from '../signature.ts';
import { TlvError } from '../tlv.ts';

/** A PIV card that was read: all that signing with it needs to know. */
export interface PivCard {
  readonly certificate: X509Certificate;
  readonly holder: CardHolder;
  readonly scheme: SignatureScheme;
  /** The name by which this card let its PIV application be selected. */
  readonly applicationName: Uint8Array;
  readonly passcodeReference: PasscodeReference;
  /** The keys of the reader it is in, where they are used. */
  readonly pinPad: PinPad | null;
}

export interface CardReading {
  readonly status: CardStatus;
  /** `null` where the card cannot sign in. */
  readonly card: PivCard | null;
}

/** Recognises the card by selecting the PIV application and reads what can be read without a passcode. */
export async function readPivCard(channel: ApduChannel): Promise<CardReading> {
  const applicationName = await findApplication(channel);
  if (applicationName === null) return { status: unusable('not-piv'), card: null };
  const passcodeReference = await readPasscodeReference(channel);
  const object = await exchange(channel, getData(pivObjects.authenticationCertificate));
  if (object.sw !== 0x9000) return { status: unusable('no-certificate'), card: null };
  const reading = readCertificateObject(object.data);
  if (reading.kind !== 'certificate') return { status: unusable('no-certificate'), card: null };
  const { certificate, holder, scheme } = reading;
  const card: PivCard = { certificate, holder, scheme, applicationName, passcodeReference, pinPad: null };
  return { status: statusOf(card, await readPasscodeState(channel, passcodeReference)), card };
}

/** The first name by which PIV can be selected, or `null` where the card has no such application. */
async function findApplication(channel: ApduChannel): Promise<Uint8Array | null> {
  for (const name of applicationNames) {
    if (await selectPivApplication(channel, name)) return name;
  }
  return null;
}

/** SELECT. Cards differ in what they answer, and some answer success without the template: only the status word decides. */
export const selectPivApplication = async (channel: ApduChannel, name: Uint8Array): Promise<boolean> =>
  (await perform(channel, selectApplication(name))) === 0x9000;

/** What the clinician sees of a readable card in this state of its passcode. */
export function statusOf(card: PivCard, passcode: PasscodeState): CardStatus {
  if (passcode.kind === 'blocked') return unusable('blocked');
  const triesLeft = passcode.kind === 'tries' ? passcode.left : null;
  return { kind: 'ready', driver: 'piv', holder: card.holder, triesLeft, ...entryOf(card) };
}

/** A card that was read, in a reader with these keys. */
export function withPinPad({ status, card }: CardReading, pinPad: PinPad): CardReading {
  if (card === null) return { status, card };
  const inReader: PivCard = { ...card, pinPad };
  return { status: status.kind === 'ready' ? { ...status, ...entryOf(inReader) } : status, card: inReader };
}

const entryOf = ({ pinPad }: PivCard) =>
  pinPad === null
    ? ({ entry: 'keyboard', canChangePasscode: true } as const)
    : ({ entry: 'pin-pad', canChangePasscode: pinPad.modify !== null } as const);

/** The Discovery object is optional; without it, or where it is garbage, the PIV application's own passcode is the one. */
async function readPasscodeReference(channel: ApduChannel): Promise<PasscodeReference> {
  const discovery = await exchange(channel, getData(pivObjects.discovery));
  if (discovery.sw !== 0x9000) return 0x80;
  try {
    return asksForGlobalPasscode(discovery.data) ? 0x00 : 0x80;
  } catch (error) {
    if (error instanceof TlvError) return 0x80;
    throw error;
  }
}
