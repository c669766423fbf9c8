import type { ReaderView, SignInScreen, WorkstationView } from '../../preload/contract.ts';

export type StepState = 'done' | 'now' | 'later';

export interface Step {
  readonly title: string;
  readonly detail: string;
  readonly state: StepState;
}

/** The three steps of signing in as they stand now. */
export function stepsOf(view: WorkstationView, screen: SignInScreen): readonly Step[] {
  const cardIn = screen.step !== 'insert-card';
  return [
    { title: 'Card in the reader', detail: readerSentence(view), state: cardIn ? 'done' : 'now' },
    { title: 'Enter your passcode', detail: 'It is checked on the card and never stored', state: passcodeState(screen) },
    { title: 'Choose your role', detail: 'Only if you have more than one', state: 'later' },
  ];
}

function passcodeState(screen: SignInScreen): StepState {
  return screen.step === 'insert-card' ? 'later' : 'now';
}

/** What the reader that matters now says: the one with a usable card, else one being read or refused, else the first. */
export function tellingReader(readers: readonly ReaderView[]): ReaderView | null {
  for (const state of ['ready', 'reading', 'unusable'] as const) {
    const reader = readers.find((candidate) => candidate.state === state);
    if (reader !== undefined) return reader;
  }
  return readers[0] ?? null;
}

/** Short, because the card panel gives the reason and what to do. */
const SERVICE_WORDS: Readonly<Record<WorkstationView['cardService']['state'], string>> = {
  starting: 'Waiting for the card service',
  unavailable: 'The card service is not available',
  'no-reader': 'No card reader is connected',
  running: 'No card reader is connected',
};

function readerSentence(view: WorkstationView): string {
  const reader = tellingReader(view.cardService.readers);
  if (view.cardService.state !== 'running' || reader === null) return SERVICE_WORDS[view.cardService.state];
  if (reader.state === 'unusable') return `${reader.label}: ${reader.name}`;
  return `${reader.label}: ${reader.name} · ${reader.sentence}`;
}
