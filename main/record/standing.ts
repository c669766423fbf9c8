/** How a row stands: the most pressing among its copies. */
import { copyRank } from './copies.ts';
import type { Group, Item, Standing } from './model.ts';

/** The most pressing first. */
export const STANDING_RANK: Readonly<Record<Standing, number>> = { current: 0, unclear: 1, ended: 2, withdrawn: 3 };
const BY_RANK: readonly Standing[] = ['current', 'unclear', 'ended', 'withdrawn'];

/** A row with one copy that stands is never shown as ended. */
export function standingOfGroup({ clusters }: Group): Standing {
  let best = STANDING_RANK.withdrawn;
  for (const { items } of clusters) best = Math.min(best, bestRank(items));
  return BY_RANK[best] ?? 'unclear';
}

/** Of a medicine only the copies of the best kind speak: an issue is over while the prescription goes on. */
function bestRank(items: readonly Item[]): number {
  const speaking = Math.min(...items.map(copyRank));
  let best = STANDING_RANK.withdrawn;
  for (const item of items) if (item.section !== 'medication' || copyRank(item) === speaking) best = Math.min(best, STANDING_RANK[item.standing]);
  return best;
}
