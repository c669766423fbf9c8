/** The one door between the screen and the trusted side: who is speaking is checked, then what is said. */
import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent } from 'electron';
import { CHANNELS, type CommandName } from '../../preload/channels.ts';
import type { Reply } from '../../preload/contract.ts';
import type { CommandRequest } from '../../preload/schemas.ts';
import { isAppPage } from './guards.ts';
import { kindOfProblem, log } from './log.ts';

export type CommandHandlers = {
  readonly [Name in CommandName]: (request: CommandRequest<Name>) => Promise<Reply<unknown>> | Reply<unknown>;
};

/** What stands behind the door: the check of what was said, and who answers it. */
export interface DoorKeeper {
  readonly handlers: CommandHandlers;
  /** The request as its schema reads it, or `null` where it is not of the contract. */
  readonly read: (name: CommandName, request: unknown) => { readonly request: unknown } | null;
}

/** Which of the app's windows a web contents id belongs to. */
export interface OurWindows {
  /** The window now on screen: a window that is being replaced is not. */
  isCurrent(webContentsId: number): boolean;
  /** The window that stands by: it may ask for its view, and is told that its turn has not come. */
  isStandby(webContentsId: number): boolean;
}

/** Opens every channel at once; what comes before the keeper is there waits for it. */
export function openDoor(ipcMain: Pick<IpcMain, 'handle'>, keeper: Promise<DoorKeeper>, windows: OurWindows): void {
  const isOurWindow = (id: number): boolean => windows.isCurrent(id);
  for (const name of Object.keys(CHANNELS) as (keyof typeof CHANNELS)[]) {
    if (name === 'viewChanged' || name === 'passcodeWay') continue;
    ipcMain.handle(CHANNELS[name], async (event, request: unknown) => {
      if (name === 'view' && isFromOurPage(event, (id) => windows.isStandby(id))) return NOT_YOUR_TURN;
      if (!isFromOurPage(event, isOurWindow)) return refuse(name, 'sender');
      const { handlers, read } = await keeper;
      // The window may have been replaced while it waited: what it still asks for is nobody's any more.
      if (!isFromOurPage(event, isOurWindow)) return refuse(name, 'sender');
      const checked = read(name, request);
      if (checked === null) return refuse(name, 'request');
      return answer(name, handlers[name] as (request: unknown) => Promise<Reply<unknown>> | Reply<unknown>, checked.request);
    });
  }
}

const NOT_YOUR_TURN: Reply<null> = { ok: true, value: null };

/** The main frame of our own window, showing our own page. A frame that is gone throws when it is asked: it is not trusted. */
export function isFromOurPage(event: IpcMainInvokeEvent | IpcMainEvent, isOurWindow: (id: number) => boolean): boolean {
  try {
    const frame = event.senderFrame;
    return frame !== null && frame.parent === null && isAppPage(frame.url) && isOurWindow(event.sender.id);
  } catch {
    return false;
  }
}

function refuse(name: CommandName, reason: 'sender' | 'request'): Reply<never> {
  log('ipc-refused', { command: name, reason });
  return { ok: false, sentence: 'Lanyard did not understand that. Nothing was changed.' };
}

/** A fault in a handler is logged by its type alone: its message may hold what the screen sent. */
async function answer(name: CommandName, handler: (request: unknown) => Promise<Reply<unknown>> | Reply<unknown>, request: unknown): Promise<Reply<unknown>> {
  try {
    return await handler(request);
  } catch (problem) {
    log('command-failed', { command: name, type: kindOfProblem(problem) });
    return { ok: false, sentence: 'Lanyard could not do that. Lock, sign in again, and tell the service desk if it happens again.' };
  }
}
