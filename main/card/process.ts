/** The entry of the card process: Electron's utility process, or a Node child in tests. See README.md. */
import type { CardCommand, CardEvent, CardSettings, ReaderPort } from './messages.ts';
import { MalformedMessage, readCommand } from './border.ts';
import { CardDesk } from './desk.ts';
import { endOnDefect, openPort } from './parent-port.ts';
import { PasscodeHold, wipe } from './passcode-hold.ts';
import { takePasscodeFrom } from './passcode-port.ts';
import { nativePcsc } from './pcsc/native.ts';
import type { Pcsc } from './pcsc/pcsc.ts';
import { simulatedPcsc } from './pcsc/simulated.ts';
import { PinPads } from './pin-pad/pin-pads.ts';
import { CardWatch } from './watch.ts';

const openPcsc = (port: ReaderPort): Pcsc => (port.kind === 'pcsc' ? nativePcsc() : simulatedPcsc(port));

/** How long stopping may take before the process ends itself: a call into a driver that hangs cannot be joined. */
const stopLimitMs = 1000;

async function stop(watch: CardWatch, passcodes: PasscodeHold): Promise<void> {
  passcodes.drop();
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), stopLimitMs).unref();
  await watch.stop();
  process.exit();
}

/** What stands between the messages and the readers, once they are opened. */
type Desk = (command: Exclude<CardCommand, { type: 'open' }>) => void;

function openDesk(reader: ReaderPort, settings: CardSettings, post: (event: CardEvent) => void): Desk {
  const pcsc = openPcsc(reader);
  const passcodes = new PasscodeHold();
  /** A passcode was meant for the card that was on the screen. */
  const emit = (event: CardEvent): void => {
    if (event.type === 'card-lost') passcodes.drop();
    post(event);
  };
  const pinPads = new PinPads(settings.pinPad);
  const watch = new CardWatch({ pcsc, emit, mode: settings.watch, pinPads });
  const desk = new CardDesk({ pcsc, watch, passcodes, pinPads, emit });
  emit({ type: 'status', status: watch.status });
  void watch.start();
  return (command) => {
    switch (command.type) {
      case 'sign-in':
      case 'change-passcode':
        return void desk.serve(command);
      case 'passcode':
        return passcodes.take(command);
      case 'cancel':
        return desk.cancel(command.requestId);
      case 'ping':
        return watch.isAlive ? emit({ type: 'pong', sequence: command.sequence }) : undefined;
      case 'stop':
        return void stop(watch, passcodes);
    }
  };
}

function run(): void {
  endOnDefect();
  const port = openPort<CardEvent>();
  let desk: Desk | null = null;
  port.onMessage((message, [passcodePort]) => {
    if (passcodePort !== undefined) return takePasscodeFrom(passcodePort, message, (passcode) => (desk === null ? wipe(passcode) : desk(passcode)));
    const command = readCommand(message);
    if (command.type === 'open') {
      if (desk !== null) throw new MalformedMessage('command.type: opened already');
      desk = openDesk(command.reader, command.settings, (event) => port.post(event));
      return;
    }
    if (desk !== null) return desk(command);
    if (command.type === 'stop') process.exit();
    throw new MalformedMessage('command.type: not opened yet');
  });
}

run();
