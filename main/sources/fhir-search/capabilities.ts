/** What a server says it can be searched for: its CapabilityStatement at `[base]/metadata`. */
import { fields, list, text } from '../../record/normalise/fields.ts';
import type { Fields } from '../../record/normalise/fields.ts';

/** The resource types that can be searched, each with the `_include` values it takes; `null` where it does not say which. */
export type Capabilities = ReadonlyMap<string, ReadonlySet<string> | null>;

/** Reads a CapabilityStatement (R4 and STU3 have the same shape here). `null` where it lists no types: it then says nothing. */
export function readCapabilities(statement: Fields): Capabilities | null {
  const server = list(statement['rest']).map(fields).find((rest) => rest['mode'] === 'server' || rest['mode'] === undefined);
  const resources = list(server?.['resource']).map(fields).filter(isSearchable);
  const types = resources.flatMap((resource) => {
    const type = text(resource['type']);
    return type === undefined ? [] : [[type, includesOf(resource)] as const];
  });
  return types.length === 0 ? null : new Map(types);
}

/** A type that names no interactions is taken to be searchable. */
function isSearchable(resource: Fields): boolean {
  const interactions = list(resource['interaction']).map((one) => text(fields(one)['code']));
  return interactions.length === 0 || interactions.includes('search-type');
}

function includesOf(resource: Fields): ReadonlySet<string> | null {
  const named = list(resource['searchInclude']).flatMap((one) => text(one) ?? []);
  return named.length === 0 || named.includes('*') ? null : new Set(named);
}
