/** In what a card departs from the plainest reading of SP 800-73-5, as issued cards do. */
export interface PivBehaviour {
  readonly application: 'piv' | 'other';
  /** `empty`: mute, every answer has no bytes; `never`: it does not answer at all. */
  readonly answers: 'normal' | 'empty' | 'never';
  readonly slowMs: number;
  readonly discovery: 'present' | 'missing';
  /** Some cards answer SELECT with the identifier's own part only. */
  readonly selectedName: 'full' | 'extension-only';
  readonly wrongPasscode: '63Cx' | '630x' | '6982';
  readonly lastWrongTry: '63C0' | '6983';
  /** Whether the empty VERIFY tells the tries left. */
  readonly triesQuery: 'answered' | 'refused';
  /** Cards older than SP 800-73-4 do not know VERIFY with P1 FF. */
  readonly passcodeDrop: 'known' | 'unknown';
  /** As when another program resets the card between VERIFY and the signature. */
  readonly forgetsPasscode: boolean;
  /** The most bytes of one answer. */
  readonly answerBytes: number;
}

export const plainBehaviour: PivBehaviour = {
  application: 'piv',
  answers: 'normal',
  slowMs: 0,
  discovery: 'present',
  selectedName: 'full',
  wrongPasscode: '63Cx',
  lastWrongTry: '63C0',
  triesQuery: 'answered',
  passcodeDrop: 'known',
  forgetsPasscode: false,
  answerBytes: 256,
};
