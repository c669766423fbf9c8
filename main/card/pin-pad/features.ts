import { isPcscError } from '../pcsc/errors.ts';
import { controlCode } from '../pcsc/layout.ts';
import type { PcscCard } from '../pcsc/pcsc.ts';
import { passcodeDigits } from '../passcode-rules.ts';
import { readProperties, type ReaderProperties } from './properties.ts';
import { isUnreliable } from './unreliable-readers.ts';

/** What a reader can do beside carrying commands (PC/SC part 10, section 2.2). */

/** The reader, as the holder of a connection reaches it. */
export type ReaderControl = Pick<PcscCard, 'control'>;

/** One call that has a person type and sends the command, or two: the second waits for the person. Control codes. */
export type PadOperation =
  | { readonly kind: 'direct'; readonly code: number }
  | { readonly kind: 'start-finish'; readonly start: number; readonly finish: number };

/** A reader's keys, and how to have them used. */
export interface PinPad {
  readonly verify: PadOperation;
  /** `null` where the reader cannot have a passcode changed. */
  readonly modify: PadOperation | null;
  /** The control code that ends an entry; `null` where only the person can. */
  readonly abort: number | null;
  readonly display: ReaderProperties['display'];
}

/** `CM_IOCTL_GET_FEATURE_REQUEST`. */
const featureRequest = 3400;

const tags = {
  verifyPinStart: 0x01,
  verifyPinFinish: 0x02,
  modifyPinStart: 0x03,
  modifyPinFinish: 0x04,
  verifyPinDirect: 0x06,
  modifyPinDirect: 0x07,
  pinProperties: 0x0a,
  abort: 0x0b,
  tlvProperties: 0x12,
} as const;

/** Control codes by feature. */
export type Features = ReadonlyMap<number, number>;

const codeBytes = 4;

/**
 * The list a reader answers with: a tag, the length 4, and the control code with its high byte first on every system,
 * unlike all else in part 10. What has another length, or is cut off, is no feature; of two with one tag the first counts.
 */
export function readFeatures(list: Uint8Array): Features {
  const features = new Map<number, number>();
  const view = new DataView(list.buffer, list.byteOffset, list.byteLength);
  for (let at = 0; at + 2 <= list.length; at += 2 + list[at + 1]!) {
    const isCode = list[at + 1] === codeBytes && at + 2 + codeBytes <= list.length;
    if (isCode && !features.has(list[at]!)) features.set(list[at]!, view.getUint32(at + 2, false));
  }
  return features;
}

/** The keys of the reader, or `null` where it has none that every passcode can be typed on. Never rejects for what the reader answers. */
export async function findPinPad(reader: ReaderControl, readerName: string, platform: NodeJS.Platform = process.platform): Promise<PinPad | null> {
  const list = await ask(reader, controlCode(featureRequest, platform));
  if (list === null) return null;
  const features = readFeatures(list);
  const verify = operationIn(features, tags.verifyPinDirect, tags.verifyPinStart, tags.verifyPinFinish);
  if (verify === null) return null;
  const properties = readProperties(await askFeature(reader, features, tags.pinProperties), await askFeature(reader, features, tags.tlvProperties));
  if (isUnreliable(readerName, properties) || !takesEveryPasscode(properties)) return null;
  return {
    verify,
    modify: operationIn(features, tags.modifyPinDirect, tags.modifyPinStart, tags.modifyPinFinish),
    abort: features.get(tags.abort) ?? null,
    display: properties.display,
  };
}

function operationIn(features: Features, directTag: number, startTag: number, finishTag: number): PadOperation | null {
  const [direct, start, finish] = [directTag, startTag, finishTag].map((tag) => features.get(tag));
  if (direct !== undefined) return { kind: 'direct', code: direct };
  return start !== undefined && finish !== undefined ? { kind: 'start-finish', start, finish } : null;
}

/** A pad on which some passcodes cannot be typed would lock their holders out. */
function takesEveryPasscode({ fewestDigits, mostDigits }: ReaderProperties): boolean {
  return (fewestDigits ?? passcodeDigits.fewest) <= passcodeDigits.fewest && (mostDigits ?? passcodeDigits.most) >= passcodeDigits.most;
}

async function askFeature(reader: ReaderControl, features: Features, tag: number): Promise<Uint8Array | null> {
  const code = features.get(tag);
  return code === undefined ? null : ask(reader, code);
}

/** The answer, or `null` from a reader that has none: drivers differ in the code they refuse with. */
async function ask(reader: ReaderControl, code: number): Promise<Uint8Array | null> {
  try {
    return await reader.control(code, new Uint8Array(0));
  } catch (error) {
    if (isPcscError(error)) return null;
    throw error;
  }
}
