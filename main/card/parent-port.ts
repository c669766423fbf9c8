import type { PasscodePort } from './passcode-port.ts';

/** How a process of the card room speaks with the trusted side that started it. */
export interface Port<Event> {
  post(event: Event): void;
  /** `ports` holds the passcode's own port where one came along. */
  onMessage(listener: (message: unknown, ports: readonly PasscodePort[]) => void): void;
}

/** Electron gives a utility process `process.parentPort`; a forked Node process has `process.send`. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown; ports: readonly PasscodePort[] }) => void): void;
}

export function openPort<Event>(): Port<Event> {
  const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;
  if (parentPort) {
    return {
      post: (event) => parentPort.postMessage(event),
      onMessage: (listener) => parentPort.on('message', (event) => listener(event.data, event.ports)),
    };
  }
  if (!process.send) throw new Error('The card process is started by Lanyard, not by hand');
  process.on('disconnect', () => process.exit());
  return {
    // A parent that has gone cannot be told anything; 'disconnect' ends this process.
    post: (event) => void (process.connected && process.send?.(event)),
    onMessage: (listener) => void process.on('message', (message) => listener(message, [])),
  };
}

/** A defect of ours ends the process at once: whoever started it then counts on nothing it said and starts a new one. */
export function endOnDefect(): void {
  process.on('unhandledRejection', (error) => {
    throw error;
  });
}
