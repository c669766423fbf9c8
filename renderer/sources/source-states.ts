import type { SourceView } from '../../preload/contract.ts';
import type { IconName } from '../design/icon.tsx';

interface SourceLook {
  readonly shape: IconName;
  readonly word: string;
  readonly tone: 'done' | 'waiting' | 'warning' | 'problem' | 'plain';
}

/** The shape and the word of each state of a source. */
export const SOURCE_LOOKS: Readonly<Record<SourceView['state'], SourceLook>> = {
  asking: { shape: 'waiting', word: 'Asking', tone: 'waiting' },
  slow: { shape: 'clock', word: 'Slow to answer', tone: 'warning' },
  answered: { shape: 'tick', word: 'Answered', tone: 'done' },
  partial: { shape: 'half', word: 'Answered in part', tone: 'warning' },
  'none-held': { shape: 'empty', word: 'Holds no record', tone: 'plain' },
  refused: { shape: 'barred', word: 'Refused', tone: 'problem' },
  failed: { shape: 'cross', word: 'Did not answer', tone: 'problem' },
  'timed-out': { shape: 'clock', word: 'No answer in time', tone: 'problem' },
  withheld: { shape: 'held', word: 'Held back', tone: 'problem' },
};

/** An answer that is not all there is: a summary is so by design, so it is said without alarm. */
const PARTIAL_LOOKS: Readonly<Record<NonNullable<SourceView['partial']>, SourceLook>> = {
  summary: { shape: 'half', word: 'Answered with a summary', tone: 'plain' },
  'kept-back': { shape: 'lock', word: 'Kept something back', tone: 'warning' },
  incomplete: { shape: 'half', word: 'Answered in part', tone: 'warning' },
  'own-viewer': { shape: 'empty', word: 'Opens in its own viewer', tone: 'plain' },
};

export function lookOf({ state, partial }: Pick<SourceView, 'state' | 'partial'>): SourceLook {
  return partial === undefined ? SOURCE_LOOKS[state] : PARTIAL_LOOKS[partial];
}

/** `2 of 4 sources have answered`: for a screen reader, which does not see the strip change. */
export function progressSentence(sources: readonly SourceView[]): string {
  if (sources.length === 0) return 'No source has been asked yet';
  const waiting = sources.filter((source) => source.state === 'asking' || source.state === 'slow').length;
  if (waiting > 0) return `${sources.length - waiting} of ${sources.length} sources have finished`;
  const troubled = sources.filter((source) => SOURCE_LOOKS[source.state].tone === 'problem');
  if (troubled.length === 0) return `All ${sources.length} sources have finished`;
  return `All ${sources.length} sources have finished. ${troubled.map((source) => `${source.name}: ${SOURCE_LOOKS[source.state].word.toLowerCase()}`).join('. ')}`;
}
