/** How long a person may take at the keys of a reader. */

/** In seconds, as the reader is told: for the whole entry, and again from the first key on (`bTimerOut`, `bTimerOut2`). */
export const pinPadSeconds = { verify: 30, modify: 60 } as const;

/** For the reader's own clock and the way there and back. */
const marginSeconds = 10;

const longestMs = (seconds: number): number => (2 * seconds + marginSeconds) * 1000;

/** The longest that an entry may keep the reader, in milliseconds: whatever waits for one waits longer. */
export const pinPadEntryMs = { verify: longestMs(pinPadSeconds.verify), modify: longestMs(pinPadSeconds.modify) } as const;
