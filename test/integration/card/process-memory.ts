import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Where in a process's own memory some bytes are: Linux, and root. Reading through a file descriptor leaves no trace there. */

const chunkBytes = 1 << 20;

interface Mapping {
  readonly start: number;
  readonly end: number;
}

/** The mappings that a process can write to: heaps, stacks and its libraries' data. */
function writableMappings(pid: number): readonly Mapping[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n').flatMap((line) => {
    const [, start, end] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    return start === undefined || end === undefined ? [] : [{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16) }];
  });
}

/** How often each of the byte sequences (none longer than 64) is in the memory of a process. */
export function countInMemory(pid: number, sequences: Readonly<Record<string, Buffer>>): Readonly<Record<string, number>> {
  const found = new Map(Object.keys(sequences).map((name) => [name, new Set<number>()]));
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const chunk = Buffer.alloc(chunkBytes);
  try {
    for (const { start, end } of writableMappings(pid)) {
      // Chunks overlap, so that nothing lies between two.
      for (let at = start; at < end; at += chunkBytes - 64) {
        const bytes = readAt(memory, chunk, at, Math.min(chunkBytes, end - at));
        for (const [name, sequence] of Object.entries(sequences)) {
          for (let index = bytes.indexOf(sequence); index >= 0; index = bytes.indexOf(sequence, index + 1)) found.get(name)!.add(at + index);
        }
      }
    }
  } finally {
    closeSync(memory);
  }
  return Object.fromEntries([...found].map(([name, places]) => [name, places.size]));
}

/** What can be read there: some mappings, such as those of devices, cannot. */
function readAt(memory: number, into: Buffer, position: number, length: number): Buffer {
  try {
    return into.subarray(0, readSync(memory, into, 0, length, position));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EIO') return into.subarray(0, 0);
    throw error;
  }
}
