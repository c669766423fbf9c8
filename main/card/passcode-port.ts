/** The passcode's own way: from the screen to the process that uses it, past everybody between. */
import { MalformedMessage, readPasscode } from './border.ts';
import type { PasscodeMessage } from './messages.ts';

/** One end of the way, as Electron hands it to a utility process (`MessagePortMain`). */
export interface PasscodePort {
  postMessage(message: unknown): void;
  once(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  start(): void;
  close(): void;
}

/** What announces a port to the process: the number of the request that its passcode is for. */
export interface PasscodePortMessage {
  readonly type: 'passcode-port';
  readonly requestId: number;
}

/** Said through the port by its receiver: only then is the passcode sent, so that it waits in no queue on the way. */
export const passcodeWanted = 'passcode-wanted';

/** Takes one passcode from a port and closes it. @throws {MalformedMessage} where the port was not announced as one */
export function takePasscodeFrom(port: PasscodePort, announcement: unknown, take: (message: PasscodeMessage) => void): void {
  const { type, requestId } = announcement as Partial<PasscodePortMessage>;
  if (type !== 'passcode-port' || !Number.isSafeInteger(requestId)) throw new MalformedMessage('passcode-port');
  port.once('message', (event) => {
    port.close();
    take(readPasscode(requestId as number, event.data));
  });
  port.start();
  port.postMessage(passcodeWanted);
}
