/** Of which parts a source's answer proves nothing where they are missing from it, and why. */
import type { DeclaredEmpty } from './emptiness.ts';
import { SECTIONS } from './model.ts';
import type { Gap, Gaps, Item, Section, SourceState } from './model.ts';

/** What decides about gaps besides the state: what the guard keeps back and what the source says it cannot give. */
export interface Reservations {
  readonly heldBack: readonly Item[];
  readonly declaredEmpty: readonly DeclaredEmpty[];
}

/**
 * A later reason takes the place of an earlier one: what a summary leaves out by design is the mildest, and a source that
 * says it cannot give a part says the most.
 */
export function gapsOf(state: SourceState, { heldBack, declaredEmpty }: Reservations): Gaps {
  const whole = wholeGap(state);
  if (whole !== undefined) return gapIn(SECTIONS, whole);
  return {
    ...(state.kind === 'partial' && state.because === 'summary' ? gapIn(state.lacks, 'summary') : {}),
    ...gapIn(heldBack.map(({ section }) => section), 'quarantined'),
    ...(state.kind === 'partial' && state.because !== 'summary' ? gapIn(state.lacks, state.because) : {}),
    ...('notOffered' in state ? gapIn(state.notOffered ?? [], 'unavailable') : {}),
    ...gapIn(declaredEmpty.filter(({ reason }) => reason === 'unavailable').map(({ section }) => section), 'unavailable'),
  };
}

function wholeGap({ kind }: SourceState): Gap | undefined {
  if (kind === 'answered' || kind === 'partial' || kind === 'none-held') return undefined;
  return kind === 'asking' || kind === 'slow' ? 'waiting' : 'silent';
}

function gapIn(sections: readonly Section[], gap: Gap): Gaps {
  return Object.fromEntries(sections.map((section) => [section, gap]));
}
