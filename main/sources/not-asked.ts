import type { Source } from './source.ts';

/** A source in whose place nothing is asked: it answers at once that it was not, and why. */
export function notAsked({ id, name, role }: Pick<Source, 'id' | 'name' | 'role'>, because: string): Source {
  return {
    id,
    name,
    role,
    async *fetch() {
      yield { kind: 'outcome', outcome: { kind: 'refused', sentence: `${name} was not asked. ${because}` }, notes: [] };
    },
  };
}
