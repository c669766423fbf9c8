/** A value as a laboratory or a person wrote it. Numbers stay text, so that `7.0` is not `7` and `<5` is not `5`. */
import type { Concept } from './concepts.ts';

export type Measured =
  | { readonly kind: 'quantity'; readonly text: string; readonly comparator?: '<' | '<=' | '>=' | '>'; readonly unit: string; readonly ucum?: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'coded'; readonly concept: Concept };

/** `quantity('7.0', 'mmol/L')`, `quantity('<5', 'mg/L')`. `ucum` is the code where it is not the unit as written. */
export function quantity(written: string, unit: string, ucum: string = unit): Measured {
  const match = /^(<=|>=|<|>)?\s*(-?\d+(?:\.\d+)?)$/.exec(written);
  if (match === null) throw new Error(`not a quantity: ${written}`);
  const comparator = match[1] as '<' | '<=' | '>=' | '>' | undefined;
  return { kind: 'quantity', text: match[2] as string, unit, ucum, ...(comparator === undefined ? {} : { comparator }) };
}

/** A result in words: `Not detected`, `Sample haemolysed`. */
export function words(text: string): Measured {
  return { kind: 'text', text };
}

/** A result from a code list. */
export function coded(concept: Concept): Measured {
  return { kind: 'coded', concept };
}
