import type { ModuleFault } from './errors.ts';

/** What the clinician reads of cards behind a vendor's middleware. Each says what is so and what to do. */

const askIt = 'Cards that need it cannot sign in on this computer; other NHS smartcards can. Tell your IT team.';

/** Why the configured module cannot be used; names the file, for the IT team. */
export const moduleSentence = (fault: ModuleFault, file: string): string => `${moduleFaults[fault](file)} ${askIt}`;

const moduleFaults: Readonly<Record<ModuleFault, (file: string) => string>> = {
  missing: (file) => `The smartcard middleware ${file} is not on this computer.`,
  'other-architecture': (file) => `The smartcard middleware ${file} is made for another kind of program (such as 32-bit).`,
  'not-loadable': (file) => `The smartcard middleware ${file} could not be loaded.`,
  'no-module': (file) => `The file ${file} is not smartcard middleware (PKCS #11).`,
  'not-started': (file) => `The smartcard middleware ${file} did not start.`,
};

export const tokenSentences = {
  notSeen: 'Neither Lanyard nor this computer’s smartcard middleware can read this card. Put in your NHS smartcard.',
  sameName: 'Two card readers have names that the smartcard middleware cannot tell apart. Unplug one of them.',
  noAnswer: 'The smartcard middleware did not answer. Take the card out and put it back.',
  noKey: 'This smartcard holds no key for its sign-in certificate. Ask your Registration Authority to check the card.',
  noMechanism: 'This smartcard cannot make the signature that signing in needs. Ask your Registration Authority to check the card.',
  passcodeExpired: 'The passcode of this card must be changed before it can be used.',
  noPasscodeSet: 'This card has no passcode yet. Ask your Registration Authority to finish issuing it.',
  middlewareFault: 'The smartcard middleware failed. Lanyard is starting it again; then try again.',
} as const;
