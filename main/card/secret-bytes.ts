/**
 * Bytes that can be wiped. V8 keeps the contents of small arrays in its own heap, where collecting garbage, or handing
 * them to native code, copies them and leaves the old bytes behind; an array over a buffer of its own stays in one place.
 */
export const secretBytes = (length: number): Uint8Array => new Uint8Array(new ArrayBuffer(length));
