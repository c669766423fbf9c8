/** Reads an answer's body, and stops the moment it is larger than it may be. */
import { NetworkFailure } from './http.ts';
import { hostOf } from './failure.ts';

type Body = ReadableStream<Uint8Array> | null | undefined;

/** The body as text (UTF-8, byte order mark removed). Bounds and errors as {@link readBoundedBytes}. */
export async function readBounded(stream: Body, maxBytes: number, url: string, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder('utf-8');
  const parts: string[] = [];
  await readChunks(stream, maxBytes, url, signal, (chunk) => parts.push(decoder.decode(chunk, { stream: true })));
  parts.push(decoder.decode());
  return parts.join('');
}

/**
 * The body as it came. Counts bytes after decompression, so that a small answer cannot unpack into a huge one. Throws
 * `NetworkFailure` `too-large`; an abort ends the read at once.
 */
export async function readBoundedBytes(stream: Body, maxBytes: number, url: string, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  await readChunks(stream, maxBytes, url, signal, (chunk) => chunks.push(chunk));
  return joined(chunks);
}

/** In a buffer of its own, which can be handed to another thread: a small `Buffer` shares one with others. */
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

async function readChunks(stream: Body, maxBytes: number, url: string, signal: AbortSignal, take: (chunk: Uint8Array) => void): Promise<void> {
  if (stream === null || stream === undefined) return;
  const reader = stream.getReader();
  const stop = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await readAll(reader, maxBytes, url, signal, take);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number, url: string, signal: AbortSignal, take: (chunk: Uint8Array) => void): Promise<void> {
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    signal.throwIfAborted();
    if (done) return;
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new NetworkFailure('too-large', `${hostOf(url)} sent more than ${describe(maxBytes)}; reading was stopped. Ask the service desk to check this service.`);
    }
    take(value);
  }
}

function describe(bytes: number): string {
  const mebibytes = bytes / (1024 * 1024);
  return mebibytes >= 1 ? `${Math.round(mebibytes)} MB` : `${bytes} bytes`;
}
