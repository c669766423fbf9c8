/**
 * The passcode's own way: a port whose other end goes through the trusted side, unread, to the process that works with
 * the card. It is sent only when that process says that it listens, so that it waits in no queue between.
 */
import { ipcRenderer } from 'electron';
import { CHANNELS } from './channels.ts';

interface TypedPasscode {
  readonly passcode: Uint8Array;
  readonly replacement: Uint8Array | null;
}

interface LaidPasscodeWay {
  /** Names the way in the command that uses the passcode. */
  readonly id: number;
  /** Wipes what was not sent. */
  end(): void;
}

/** How long the passcode waits to be asked for, in milliseconds: the other end listens as soon as it has the port. */
const waitMs = 10_000;

let lastId = 0;

/**
 * Has a command use what was typed, by the name of its way; `null` where nothing was. What was not sent is wiped when the
 * command has been answered.
 */
export async function withPasscodeWay<Answer>(passcode: Uint8Array | null, replacement: Uint8Array | null, command: (way: number | null) => Promise<Answer>): Promise<Answer> {
  if (passcode === null) return command(null);
  const way = layWay({ passcode, replacement });
  try {
    return await command(way.id);
  } finally {
    way.end();
  }
}

/** Lays the way for what was typed, and wipes it once it is sent, given up or not asked for in time. */
function layWay(typed: TypedPasscode): LaidPasscodeWay {
  const { port1: ours, port2: theirs } = new MessageChannel();
  const id = ++lastId;
  const wipe = (): void => {
    clearTimeout(overdue);
    typed.passcode.fill(0);
    typed.replacement?.fill(0);
  };
  const end = (): void => {
    wipe();
    ours.close();
  };
  const overdue = setTimeout(end, waitMs);
  ours.addEventListener(
    'message',
    () => {
      ours.postMessage(typed);
      wipe();
    },
    { once: true },
  );
  ours.start();
  ipcRenderer.postMessage(CHANNELS.passcodeWay, { id }, [theirs]);
  return { id, end };
}
