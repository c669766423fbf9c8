/** The allergies part of the patient banner: four phrases with four meanings (Common User Interface, PAB-0064). */
import type { BannerView } from '../../preload/contract.ts';
import type { Group, Item } from './model.ts';
import type { RecordSnapshot } from './record.ts';
import { counted, series } from './view-words.ts';
import { emptySentence, isComplete } from './view-sources.ts';

export function allergiesBanner(snapshot: RecordSnapshot): BannerView['allergies'] {
  const groups = snapshot.groups.filter(({ section }) => section === 'allergies');
  const known = groups.filter((group) => copies(group).some((item) => stands(item) && item.allergy === 'allergy'));
  const open = snapshot.sources.filter((source) => !isComplete(source));
  const missing = open.length === 0 ? [] : [`${series(open.map(({ name }) => name))} may hold more`];
  if (known.length > 0) {
    const conflicts = known.some(({ comparison }) => comparison.kind === 'conflict') ? ['conflict: one record says no known allergies'] : [];
    return { phrase: 'Known allergies', detail: [...known.map(describe), ...conflicts, ...missing].join(' · '), tone: 'harm' };
  }
  const none = groups.filter((group) => copies(group).some((item) => stands(item) && item.allergy === 'no-known-allergies'));
  if (none.length > 0) {
    const said = `Recorded by ${counted(sourcesOf(none), 'source')}`;
    return { phrase: 'No known allergies', detail: [said, ...missing].join(' · '), tone: open.length === 0 ? 'plain' : 'warning' };
  }
  const ended = groups.filter((group) => copies(group).some((item) => item.standing === 'ended' && item.allergy === 'allergy')).length;
  const past = ended === 0 ? [] : [`${counted(ended, 'ended allergy', 'ended allergies')} in the record`];
  const sentence = emptySentence(snapshot, 'allergies');
  const phrase = open.length === 0 && !sentence.startsWith('Unavailable') ? 'Allergies not recorded' : 'Allergies unavailable';
  return { phrase, detail: [...past, sentence].join(' · '), tone: 'warning' };
}

function copies({ clusters }: Group): readonly Item[] {
  return clusters.flatMap(({ items }) => items);
}

/** Anything not ended or withdrawn stands: an allergy of unclear status is an allergy. */
function stands({ standing }: Item): boolean {
  return standing === 'current' || standing === 'unclear';
}

/** `Penicillin: anaphylaxis (2 sources)`. A code lost in transfer is said, not hidden. */
function describe(group: Group): string {
  const items = copies(group).filter((item) => stands(item) && item.allergy === 'allergy');
  const lead = items[0];
  const reaction = items.map((item) => item.facts.find(({ label }) => label === 'Reaction')?.text).find((words) => words !== undefined);
  const sources = new Set(items.map(({ provenance }) => provenance.source)).size;
  const lost = items.some(({ warning }) => warning !== undefined) ? ', details lost in transfer: read the entry' : '';
  return `${lead?.title ?? 'Allergy'}${reaction === undefined ? '' : `: ${reaction}`}${lost}${sources > 1 ? ` (${counted(sources, 'source')})` : ''}`;
}

function sourcesOf(groups: readonly Group[]): number {
  return new Set(groups.flatMap((group) => copies(group).filter(stands).map(({ provenance }) => provenance.source))).size;
}
