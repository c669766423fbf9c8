/** Names of return codes, by their numbers. */
export type CodeNames = ReadonlyMap<number, string>;

export const namesOf = (codes: Readonly<Record<string, number>>): CodeNames => new Map(Object.entries(codes).map(([name, code]) => [code, name]));

/** A call into a native library that did not succeed: the code it returned, the code's name, and the call. Never holds card data. */
export abstract class CallError extends Error {
  readonly code: number;
  readonly codeName: string;

  constructor(names: CodeNames, code: number, call: string) {
    const codeName = names.get(code) ?? `0x${code.toString(16).padStart(8, '0')}`;
    super(`${call}: ${codeName}`);
    this.code = code;
    this.codeName = codeName;
  }
}
