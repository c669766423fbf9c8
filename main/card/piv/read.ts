import type { X509Certificate } from 'node:crypto';
import { exchange, type ApduChannel } from '../apdu.ts';
import { asksForGlobalPasscode, readCertificateObject } from './certificate.ts';
import { getData, pivObjects, selectPiv, type PasscodeReference } from './commands.ts';
import { readPasscodeState, type PasscodeState } from './passcode.ts';
import type { SignatureScheme } from './signature.ts';
import type { CardHolder, CardStatus } from '../messages.ts';
import { unusable } from '../sentences.ts';
import { TlvError } from '../tlv.ts';

/** A PIV card that was read: all that signing with it needs to know. */
export interface PivCard {
  readonly certificate: X509Certificate;
  readonly holder: CardHolder;
  readonly scheme: SignatureScheme;
  readonly passcodeReference: PasscodeReference;
}

export interface CardReading {
  readonly status: CardStatus;
  /** `null` where the card cannot sign in. */
  readonly card: PivCard | null;
}

/** Recognises the card by selecting the PIV application and reads what can be read without a passcode. */
export async function readPivCard(channel: ApduChannel): Promise<CardReading> {
  if (!(await selectPivApplication(channel))) return { status: unusable('not-piv'), card: null };
  const passcodeReference = await readPasscodeReference(channel);
  const object = await exchange(channel, getData(pivObjects.authenticationCertificate));
  if (object.sw !== 0x9000) return { status: unusable('no-certificate'), card: null };
  const reading = readCertificateObject(object.data);
  if (reading.kind !== 'certificate') return { status: unusable('no-certificate'), card: null };
  const { certificate, holder, scheme } = reading;
  const card: PivCard = { certificate, holder, scheme, passcodeReference };
  return { status: statusOf(card, await readPasscodeState(channel, passcodeReference)), card };
}

/** SELECT. Some cards answer a proprietary success without the template, so only the status word decides. */
export async function selectPivApplication(channel: ApduChannel): Promise<boolean> {
  const { sw } = await exchange(channel, selectPiv);
  return sw === 0x9000;
}

/** What the clinician sees of a readable card in this state of its passcode. */
export function statusOf(card: PivCard, passcode: PasscodeState): CardStatus {
  if (passcode.kind === 'blocked') return unusable('blocked');
  const triesLeft = passcode.kind === 'tries' ? passcode.left : null;
  return { kind: 'ready', driver: 'piv', holder: card.holder, triesLeft };
}

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
