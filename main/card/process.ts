/** The entry of the card process: Electron's utility process, or a Node child in tests. See README.md. */
import type { CardCommand, CardEvent, ReaderPort } from './messages.ts';
import { MalformedMessage, readCommand } from './border.ts';
import { nativePcsc } from './pcsc/native.ts';
import type { Pcsc } from './pcsc/pcsc.ts';
import { simulatedPcsc } from './pcsc/simulated.ts';
import { SignInDesk } from './sign-in.ts';
import { CardWatch } from './watch.ts';

interface Port {
  post(event: CardEvent): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Electron gives a utility process `process.parentPort`; a forked Node process has `process.send`. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

function openPort(): Port {
  const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;
  if (parentPort) {
    return {
      post: (event) => parentPort.postMessage(event),
      onMessage: (listener) => parentPort.on('message', (event) => listener(event.data)),
    };
  }
  if (!process.send) throw new Error('The card process is started by Lanyard, not by hand');
  process.on('disconnect', () => process.exit());
  return {
    // A parent that has gone cannot be told anything; 'disconnect' ends this process.
    post: (event) => void (process.connected && process.send?.(event)),
    onMessage: (listener) => void process.on('message', listener),
  };
}

const openPcsc = (port: ReaderPort): Pcsc => (port.kind === 'pcsc' ? nativePcsc() : simulatedPcsc(port));

/** How long stopping may take before the process ends itself: a call into a driver that hangs cannot be joined. */
const stopLimitMs = 1000;

async function stop(watch: CardWatch): Promise<void> {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), stopLimitMs).unref();
  await watch.stop();
  process.exit();
}

/** A defect of ours ends this process at once: its parent then tells every card as lost and starts a new one. */
function endOnDefect(): void {
  process.on('unhandledRejection', (error) => {
    throw error;
  });
}

/** What stands between the messages and the readers, once they are opened. */
type Desk = (command: Exclude<CardCommand, { type: 'open' }>) => void;

function openDesk(reader: ReaderPort, emit: (event: CardEvent) => void): Desk {
  const pcsc = openPcsc(reader);
  const watch = new CardWatch({ pcsc, emit });
  const desk = new SignInDesk({ pcsc, watch, emit });
  emit({ type: 'status', status: watch.status });
  void watch.start();
  return (command) => {
    switch (command.type) {
      case 'sign-in':
        return void desk.signIn(command);
      case 'cancel':
        return desk.cancel(command.requestId);
      case 'ping':
        return watch.isAlive ? emit({ type: 'pong', sequence: command.sequence }) : undefined;
      case 'stop':
        return void stop(watch);
    }
  };
}

function run(): void {
  endOnDefect();
  const port = openPort();
  let desk: Desk | null = null;
  port.onMessage((message) => {
    const command = readCommand(message);
    if (command.type === 'open') {
      if (desk !== null) throw new MalformedMessage('command.type: opened already');
      desk = openDesk(command.reader, (event) => port.post(event));
      return;
    }
    if (desk !== null) return desk(command);
    if (command.type === 'stop') process.exit();
    throw new MalformedMessage('command.type: not opened yet');
  });
}

run();
