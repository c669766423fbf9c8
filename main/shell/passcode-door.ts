/**
 * Where the passcode's own port passes through the trusted side. It is held, unread, until the command that names it
 * comes; there is never more than one.
 */
import type { IpcMain, MessagePortMain } from 'electron';
import { CHANNELS } from '../../preload/channels.ts';
import { isFromOurPage } from './ipc-door.ts';
import { log } from './log.ts';

export interface PasscodeDoor {
  /** The port of that name, once; `null` where there is none. */
  take(id: number): MessagePortMain | null;
}

/** @param isOurWindow tells whether a web contents id is the window now on screen */
export function openPasscodeDoor(ipcMain: Pick<IpcMain, 'on'>, isOurWindow: (webContentsId: number) => boolean): PasscodeDoor {
  let waiting: { readonly id: unknown; readonly port: MessagePortMain } | null = null;
  ipcMain.on(CHANNELS.passcodeWay, (event, announcement: unknown) => {
    const [port, ...others] = event.ports;
    if (!isFromOurPage(event, isOurWindow) || port === undefined || others.length > 0) {
      for (const refused of event.ports) refused.close();
      return log('ipc-refused', { command: 'passcodeWay', reason: port === undefined ? 'request' : 'sender' });
    }
    waiting?.port.close();
    waiting = { id: (announcement as { id?: unknown } | null)?.id, port };
  });
  return {
    take(id) {
      const found = waiting?.id === id ? waiting : null;
      if (found !== null) waiting = null;
      return found?.port ?? null;
    },
  };
}
