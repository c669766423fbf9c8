import type { BannerView, CopyView, LanyardBridge, RecordScreen, Reply, RowView, SignInCardView, SignInScreen, SignedInView, WorkstationView } from '../../../preload/contract.ts';

const done: Promise<Reply<null>> = Promise.resolve({ ok: true, value: null });

/** A bridge that accepts everything and holds no rows; a test replaces what it looks at. */
export function bridgeWith(parts: Partial<LanyardBridge> = {}): LanyardBridge {
  return {
    view: () => Promise.resolve({ ok: false, sentence: 'No view.' }),
    onView: () => () => {},
    drawn: () => done,
    signIn: () => done,
    cancelSignIn: () => done,
    changePasscode: () => Promise.resolve({ ok: true, value: { tone: 'information', title: 'Your passcode was changed', sentence: 'Use the new passcode from now on.' } }),
    stayActive: () => done,
    changeRole: () => done,
    chooseRole: () => done,
    findPatient: () => done,
    closePatient: () => done,
    rows: () => Promise.resolve({ ok: true, value: { recordRevision: 1, total: 0, rows: [] } }),
    raw: () => Promise.resolve({ ok: true, value: '{}' }),
    retrySource: () => done,
    lock: () => done,
    signOut: () => done,
    ...parts,
  };
}

export function viewOf(screen: WorkstationView['screen'], parts: Partial<WorkstationView> = {}): WorkstationView {
  return {
    revision: 1,
    app: { version: '0.1.0', runtime: 'Electron 45.4.1' },
    site: { name: 'Harbour Health Centre', odsCode: 'Z99001', region: 'Wessex' },
    cardService: {
      state: 'running',
      sentence: 'Card service running',
      simulated: false,
      readers: [{ label: 'Reader 1', name: 'HID Omnikey 3121', state: 'ready', sentence: 'card ready' }],
    },
    identityService: { state: 'reachable', sentence: 'Identity service reachable' },
    screen,
    idleWarning: null,
    ...parts,
  };
}

export function cardOf(parts: Partial<SignInCardView> = {}): SignInCardView {
  return {
    id: '5 Reader A',
    reader: 'Reader 1',
    name: 'Priya NAIR',
    userId: '555254240100',
    validTo: '14-Mar-2028',
    triesLeft: 3,
    mayBeLastTry: parts.triesLeft === 1,
    entry: 'keyboard',
    canChangePasscode: true,
    notices: [],
    ...parts,
  };
}

export function signIn(parts: Partial<SignInScreen> = {}): SignInScreen {
  return {
    kind: 'sign-in',
    locked: null,
    step: 'passcode',
    method: 'passcode',
    cards: [cardOf()],
    checkingCardId: null,
    message: null,
    ...parts,
  };
}

export const signedIn: SignedInView = {
  clinician: 'Dr Priya NAIR',
  role: 'General practitioner',
  organisation: 'Harbour Health Centre',
  odsCode: 'Z99001',
  reader: 'Reader 1',
  notices: [],
  allows: { viewRecord: true, viewSensitive: true },
  canChangeRole: false,
};

export function banner(parts: Partial<BannerView> = {}): BannerView {
  return {
    name: 'ASHWORTH, Margaret (Mrs)',
    born: '12-Mar-1948 (78y)',
    gender: 'Female',
    nhsNumber: '999\u00a0012\u00a03454',
    address: '14 Sample Road, Portsmouth PO0 0ZZ',
    registered: 'Harbour Health Centre',
    died: null,
    restricted: false,
    allergies: { phrase: 'Known allergies', detail: 'Penicillin: anaphylaxis', tone: 'harm' },
    notices: [],
    ...parts,
  };
}

export function recordScreen(parts: Partial<RecordScreen> = {}): RecordScreen {
  return {
    kind: 'record',
    signedIn,
    banner: banner(),
    sources: [
      { id: 'practice', name: 'Harbour HC', role: 'practice', state: 'answered', summary: '212 items · 0.4 s', detail: ['212 items in 0.4 s'], canRetry: false },
      { id: 'wessex', name: 'Wessex', role: 'shared', state: 'timed-out', summary: 'no answer in 10 s', detail: [], canRetry: true },
    ],
    askedAt: '22-Nov-2026 11:58',
    sections: [
      { id: 'allergies', name: 'Allergies', rows: 0, items: 0, differing: 0, emptySentence: 'No allergies in the source that has answered' },
      { id: 'medication', name: 'Medication', rows: 3, items: 5, differing: 2, emptySentence: '' },
    ],
    recordRevision: 1,
    completeness: '1 source has not answered: differences may be incomplete',
    quarantined: 0,
    ...parts,
  };
}

export function copyOf(itemId: string, sourceName: string, title: string, facts: Readonly<Record<string, string>> = {}): CopyView {
  return {
    itemId,
    sourceName,
    role: sourceName === 'Harbour HC' ? 'practice' : 'shared',
    organisation: null,
    title,
    status: null,
    facts: Object.entries(facts).map(([label, text]) => ({ label, text })),
  };
}

export function rowOf(id: string, parts: Partial<RowView> = {}): RowView {
  return {
    id,
    section: 'medication',
    name: 'ramipril',
    rest: '5 mg capsules',
    dose: null,
    status: 'Active',
    standing: 'current',
    date: '14-Nov-2026',
    comparison: { kind: 'same', label: 'Same' },
    copies: [copyOf(`${id}-copy`, 'Harbour HC', 'ramipril 5 mg capsules')],
    ...parts,
  };
}

/** Ramipril at one dose in the practice and at another in the hospital. */
export const ramipril = rowOf('ramipril', {
  dose: 'DOSE 5 mg once a day',
  comparison: { kind: 'differs', label: 'Dose differs' },
  copies: [
    copyOf('p1', 'Harbour HC', 'ramipril 5 mg capsules', { Dose: '5 mg once a day', Issued: '02-Nov-2026' }),
    copyOf('w1', 'Wessex', 'ramipril 2.5 mg capsules', { Dose: '2.5 mg once a day', Issued: '14-Nov-2026' }),
  ],
});
