/**
 * A whole workstation for the tour, the end-to-end tests and the benchmarks: display, smartcard service, simulator and
 * staged app. Opened and closed as one.
 */
import type { Display } from './display.ts';
import { hasDisplay, openVirtualDisplay, ownDisplay } from './display.ts';
import { namespaceState } from './namespace.ts';
import { chosenRuntime } from './runtime.ts';
import { say } from './say.ts';
import { Simulator } from './simulator.ts';
import { SmartcardService, missingForSmartcardService } from './smartcard-service.ts';
import { type Staging, stage } from './staging.ts';
import type { ElectronRuntime } from '../setup/electron-runtime.mjs';
import { APP_FOLDER } from '../build.ts';

export interface Desk {
  readonly runtime: ElectronRuntime;
  readonly display: Display;
  readonly staging: Staging;
  readonly simulator: Simulator;
  /** The real smartcard service of this desk, or `null` where the simulator's own reader stands in. */
  readonly smartcardService: SmartcardService | null;
  close(): Promise<void>;
}

export interface DeskOptions {
  /** `virtual`: Xvfb even where a person has a display, so that pictures are alike. */
  readonly display: 'virtual' | 'as-found';
  readonly simulatorArguments?: readonly string[];
  /** A folder in which the virtual display keeps what is on it, for a benchmark that looks at single points. */
  readonly screenFolder?: string;
}

/** Opens everything in the order it depends on each other; closes what was opened where a later part fails. */
export async function openDesk(options: DeskOptions): Promise<Desk> {
  const closers: (() => unknown)[] = [];
  // The driver ends this process at Ctrl-C: what can be put away without waiting is put away even then.
  const abandon = (): void => closers.reverse().forEach((closer) => void closer());
  const close = async (): Promise<void> => {
    while (closers.length > 0) await closers.pop()?.();
    process.off('exit', abandon);
  };
  process.once('exit', abandon);
  try {
    const runtime = chosenRuntime();
    const display = options.display === 'virtual' || !hasDisplay() ? await openVirtualDisplay(options.screenFolder) : ownDisplay();
    closers.push(() => display.close());
    const staging = stage(runtime, APP_FOLDER);
    closers.push(() => staging.dispose());
    const smartcardService = await openSmartcardService();
    if (smartcardService !== null) closers.push(() => smartcardService.dispose());
    const simulator = await Simulator.start(options.simulatorArguments);
    closers.push(() => simulator.stop());
    say(simulator.ready.card.kind === 'vpcd' ? 'the virtual card is in a real smartcard service (pcscd)' : "the virtual card is in the simulator's own reader");
    return { runtime, display, staging, simulator, smartcardService, close };
  } catch (problem) {
    await close();
    throw problem;
  }
}

async function openSmartcardService(): Promise<SmartcardService | null> {
  const missing = missingForSmartcardService();
  if (missing !== null || namespaceState() !== 'inside') {
    say(missing === null ? 'no smartcard service of its own without root' : `no smartcard service: ${missing} is missing`);
    return null;
  }
  const service = new SmartcardService();
  await service.start();
  return service;
}
