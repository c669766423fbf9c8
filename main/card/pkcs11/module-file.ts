import { closeSync, openSync, readSync } from 'node:fs';
import type { ModuleFault } from './errors.ts';

/** What a look at the file itself says against it, before the system's loader would run code of it; `null`: nothing. */
export function moduleFileFault(file: string, architecture: NodeJS.Architecture = process.arch): ModuleFault | null {
  const head = readHead(file);
  if (head === null) return 'missing';
  const made = architectureOf(head);
  return made !== null && made !== architecture ? 'other-architecture' : null;
}

const headBytes = 4096;

/** The beginning of a file, or `null` where it cannot be read. */
function readHead(file: string): Buffer | null {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const head = Buffer.alloc(headBytes);
      return head.subarray(0, readSync(descriptor, head, 0, headBytes, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Absent, a folder, or not ours to read: for the clinician and the IT team all the same.
    return null;
  }
}

/** `e_machine` of ELF. */
const elfMachines: Readonly<Record<number, NodeJS.Architecture>> = { 0x03: 'ia32', 0x3e: 'x64', 0x28: 'arm', 0xb7: 'arm64' };
/** `Machine` of the COFF header in Windows' PE format. */
const peMachines: Readonly<Record<number, NodeJS.Architecture>> = { 0x014c: 'ia32', 0x8664: 'x64', 0x01c4: 'arm', 0xaa64: 'arm64' };

/** The kind of processor a library is made for; `null` where its format does not say it in the first bytes. */
function architectureOf(head: Buffer): NodeJS.Architecture | null {
  if (head.length >= 20 && head.readUInt32BE(0) === 0x7f454c46) return elfMachines[head.readUInt16LE(18)] ?? null;
  if (head.length < 0x40 || head.readUInt16BE(0) !== 0x4d5a) return null;
  const offset = head.readUInt32LE(0x3c);
  if (offset + 6 > head.length || head.readUInt32BE(offset) !== 0x50450000) return null;
  return peMachines[head.readUInt16LE(offset + 4)] ?? null;
}
