/** A value that was checked, or the sentences that say what to mend: each names the file and the field. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly sentences: readonly string[] };
