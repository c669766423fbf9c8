import type { ReaderView, SignInScreen, WorkstationView } from '../../preload/contract.ts';

export type StepState = 'done' | 'now' | 'later';

export interface Step {
  readonly title: string;
  /** One line each. */
  readonly detail: readonly string[];
  readonly state: StepState;
}

/** The three steps of signing in as they stand now. */
export function stepsOf(view: WorkstationView, screen: SignInScreen): readonly Step[] {
  const cardIn = screen.step !== 'insert-card';
  const canGoOn = cardIn && (screen.method === 'browser' || screen.cards.some((card) => card.triesLeft !== 0));
  return [
    { title: 'Card in the reader', detail: readerSentences(view), state: cardIn ? 'done' : 'now' },
    { ...passcodeStep(screen), state: canGoOn ? 'now' : 'later' },
    { title: 'Choose your role', detail: ['Only if you have more than one'], state: 'later' },
  ];
}

function passcodeStep({ method, cards }: SignInScreen): Pick<Step, 'title' | 'detail'> {
  if (method === 'browser') return { title: 'Sign in with NHS Care Identity', detail: ['In a window of its own. Your passcode is never stored'] };
  const atReader = cards.length > 0 && cards.every((card) => card.entry === 'pin-pad');
  return { title: 'Enter your passcode', detail: [atReader ? 'On the reader’s keys. It is never stored' : 'It is checked on the card and never stored'] };
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

/** Every reader and what is in it. The one that the card panel speaks of is not explained twice. */
function readerSentences({ cardService }: WorkstationView): readonly string[] {
  const telling = tellingReader(cardService.readers);
  if (cardService.state !== 'running' || telling === null) return [SERVICE_WORDS[cardService.state]];
  return cardService.readers.map((reader) => {
    const place = `${reader.label}: ${reader.name}`;
    return reader === telling && reader.state === 'unusable' ? place : `${place} · ${reader.sentence}`;
  });
}
