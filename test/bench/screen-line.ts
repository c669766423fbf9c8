/** Single lines of a virtual display, read from the file in which Xvfb keeps them (X window dump, version 7). */
import { closeSync, openSync, readSync } from 'node:fs';

export interface ScreenLines {
  /** The pixels of part of a line, as bytes that can be compared. */
  read(x: number, y: number, width: number): Buffer;
  close(): void;
}

/** Fields of the header, as big-endian words: its own size, the bytes of a line, the number of colours. */
const headerSizeAt = 0;
const bytesPerLineAt = 12 * 4;
const coloursAt = 19 * 4;
const bytesPerColour = 12;
const bytesPerPixel = 4;

/** @throws Error where the file cannot be opened */
export function openScreenLines(file: string): ScreenLines {
  const descriptor = openSync(file, 'r');
  const header = Buffer.alloc(100);
  readSync(descriptor, header, 0, header.length, 0);
  const pixelsAt = header.readUInt32BE(headerSizeAt) + header.readUInt32BE(coloursAt) * bytesPerColour;
  const lineBytes = header.readUInt32BE(bytesPerLineAt);
  return {
    read(x, y, width) {
      const line = Buffer.alloc(width * bytesPerPixel);
      readSync(descriptor, line, 0, line.length, pixelsAt + y * lineBytes + x * bytesPerPixel);
      return line;
    },
    close: () => closeSync(descriptor),
  };
}
