/** What can be searched for in one release of FHIR. */
import type { Section } from '../../record/model.ts';

/** One resource type to search for by patient. */
export interface SearchKind {
  readonly type: string;
  /** What a clinician calls it, plural. */
  readonly words: string;
  /** The sections that are incomplete without it. */
  readonly sections: readonly Section[];
  /** Search parameters of the type whose targets come along (`_include`): who said it, where, which medicine. */
  readonly include?: readonly string[];
  /** Asked for whatever the server's CapabilityStatement says: a record without it would be another record. */
  readonly core?: true;
}

/** How one release of FHIR is searched. */
export interface SearchDialect {
  readonly release: 'R4' | 'STU3';
  /** In the order they are asked for, what a clinician needs first coming first. */
  readonly kinds: readonly SearchKind[];
}

/** The kinds a site asks for: all, or those it names, unknown ones last and under their own name. */
export function kindsFor(dialect: SearchDialect, types: readonly string[] | undefined): readonly SearchKind[] {
  if (types === undefined) return dialect.kinds;
  return types.map((type) => dialect.kinds.find((kind) => kind.type === type) ?? { type, words: type, sections: ['other'], core: true });
}
