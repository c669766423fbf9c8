/** A region that only offers its own viewer. Nothing is asked of it, so nothing follows from what it does not send. */
import { SECTIONS } from '../../record/model.ts';
import type { Source } from '../source.ts';

export function createLaunchSource({ id, name, role }: Pick<Source, 'id' | 'name' | 'role'>): Source {
  return {
    id,
    name,
    role,
    async *fetch() {
      yield { kind: 'outcome', outcome: { kind: 'partial', because: 'own-viewer', lacks: SECTIONS, sentence: `${name} opens in its own viewer. Nothing that it holds is shown or compared here.` }, notes: [] };
    },
  };
}
