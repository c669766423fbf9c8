/** Every screen before the record in every state it can be in, by name, for the tests that look at all of them. */
import type { FindPatientScreen, MessageView, ReaderView, RoleScreen, RoleView, SignedInView, WorkstationView } from '../../../preload/contract.ts';
import { cardOf, recordScreen, signedIn, signIn, viewOf } from './views.ts';

const running = viewOf(signIn()).cardService;
const readers = (...list: readonly ReaderView[]) => ({ cardService: { ...running, readers: list } });
const reader = (number: number, state: ReaderView['state'], sentence: string): ReaderView => ({ label: `Reader ${number}`, name: 'HID Omnikey 3121', state, sentence });

const oneEmpty = readers(reader(1, 'empty', 'no card'));
const threeReaders = readers(reader(1, 'ready', 'card ready'), reader(2, 'ready', 'card ready'), reader(3, 'unusable', 'This is not an NHS smartcard. Take it out and insert your smartcard.'));

export const okafor = cardOf({ id: '9 Reader B', reader: 'Reader 2', name: 'Chidi OKAFOR', userId: '555254240211', validTo: '02-Jan-2027' });
export const twoCards = signIn({ cards: [cardOf(), okafor] });

const warning = (title: string, sentence: string): MessageView => ({ tone: 'warning', title, sentence });
const endsSoon = warning('Your sign-in ends soon', 'You are signed out at 17:04, whatever you do.');
const cardAway = warning('Your card is not in the reader', 'You are still signed in. Lock Lanyard before you leave.');
const cardNotices = [warning('Your card’s certificate ends soon', 'It is valid to 14-Mar-2027.'), warning('Not checked whether the card was revoked', 'Its authority could not be asked.')];
const wrong = { tone: 'problem', title: 'That passcode is not right', sentence: '2 tries left before the card locks.' } as const;
const locked = { sentence: 'The card left the reader. Put it back and enter your passcode.', at: '22-Nov-2026 12:04', resumes: 'Dr Priya NAIR' };

export const fiftyRoles: readonly RoleView[] = Array.from({ length: 50 }, (_, index) => {
  const place = Math.floor(index / 10);
  return { id: `role-${index}`, name: `Clinical practitioner access role ${index + 1}`, organisation: place === 3 ? 'Harbour Health Centre' : `Organisation ${place + 1} with a long name NHS Foundation Trust`, odsCode: place === 3 ? 'Z99001' : `A8100${place}` };
});

export const roleScreen = (roles: readonly RoleView[]): RoleScreen => ({ kind: 'role', clinician: 'Dr Priya NAIR', roles, message: null });
export const findScreen = (of: Partial<SignedInView> = {}, parts: Partial<FindPatientScreen> = {}): FindPatientScreen => ({
  kind: 'find-patient',
  signedIn: { ...signedIn, ...of },
  tracing: false,
  message: null,
  ...parts,
});
const twoRoles: readonly RoleView[] = [
  { id: '2', name: 'Salaried general practitioner', organisation: 'Rowan Surgery', odsCode: 'Y02222' },
  { id: '1', name: 'General medical practitioner', organisation: 'Harbour Health Centre', odsCode: 'Z99001' },
];

export const states: Readonly<Record<string, WorkstationView>> = {
  'no card': viewOf(signIn({ step: 'insert-card', cards: [] }), oneEmpty),
  'one card': viewOf(signIn()),
  'a card with notices': viewOf(signIn({ cards: [cardOf({ notices: cardNotices })] })),
  'a wrong passcode': viewOf(signIn({ cards: [cardOf({ triesLeft: 2 })], message: wrong })),
  'the last try': viewOf(signIn({ cards: [cardOf({ triesLeft: 1 })] })),
  'a locked card': viewOf(signIn({ cards: [cardOf({ triesLeft: 0 })] })),
  'a passcode being checked': viewOf(signIn({ step: 'checking', checkingCardId: cardOf().id })),
  'two cards': viewOf(twoCards, threeReaders),
  'two cards, one being checked': viewOf({ ...twoCards, step: 'checking', checkingCardId: okafor.id }, threeReaders),
  'keys on the reader': viewOf(signIn({ cards: [cardOf({ entry: 'pin-pad' })] })),
  'keys on the reader, waiting': viewOf(signIn({ cards: [cardOf({ entry: 'pin-pad' })], step: 'checking', checkingCardId: cardOf().id })),
  'another window': viewOf(signIn({ method: 'browser' })),
  'another window, waiting': viewOf(signIn({ method: 'browser', step: 'checking', checkingCardId: cardOf().id })),
  'locked, no card': viewOf(signIn({ locked, step: 'insert-card', cards: [] }), oneEmpty),
  'locked, card in': viewOf(signIn({ locked })),
  'two roles': viewOf(roleScreen(twoRoles)),
  'fifty roles': viewOf(roleScreen(fiftyRoles)),
  'find a patient': viewOf(findScreen()),
  'find a patient, with notices': viewOf(findScreen({ notices: [cardAway, endsSoon], reader: null, canChangeRole: true })),
  'a role that may not open records': viewOf(findScreen({ allows: { viewRecord: false, viewSensitive: false }, canChangeRole: true })),
  'the only role, and it may not open records': viewOf(findScreen({ allows: { viewRecord: false, viewSensitive: false } })),
  'a patient being looked for': viewOf(findScreen({}, { tracing: true })),
  'a record, with notices': viewOf(recordScreen({ signedIn: { ...signedIn, notices: [endsSoon], canChangeRole: true } })),
  'the idle warning': viewOf(recordScreen(), { idleWarning: { locksAt: Date.now() + 60_000 } }),
};
