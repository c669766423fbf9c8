/**
 * The bridge: a fixed set of functions and nothing of Electron's own. No event object, no channel name and no
 * `ipcRenderer` reaches the page.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { CHANNELS } from './channels.ts';
import type { LanyardBridge, WorkstationView } from './contract.ts';
import { tellCopies } from './copies.ts';
import { withPasscodeWay } from './passcode-way.ts';

const bridge: LanyardBridge = {
  view: () => ipcRenderer.invoke(CHANNELS.view),
  onView(listener) {
    const forward = (_event: unknown, view: WorkstationView): void => listener(view);
    ipcRenderer.on(CHANNELS.viewChanged, forward);
    return () => ipcRenderer.removeListener(CHANNELS.viewChanged, forward);
  },
  drawn: () => ipcRenderer.invoke(CHANNELS.drawn),
  signIn: ({ cardId, passcode, lastTryConfirmed }) =>
    withPasscodeWay(passcode, null, (passcodeWay) => ipcRenderer.invoke(CHANNELS.signIn, { cardId, passcodeWay, lastTryConfirmed })),
  cancelSignIn: () => ipcRenderer.invoke(CHANNELS.cancelSignIn),
  changePasscode: ({ cardId, passcode, replacement, lastTryConfirmed }) =>
    withPasscodeWay(passcode, replacement, (passcodeWay) => ipcRenderer.invoke(CHANNELS.changePasscode, { cardId, passcodeWay, lastTryConfirmed })),
  stayActive: () => ipcRenderer.invoke(CHANNELS.stayActive),
  changeRole: () => ipcRenderer.invoke(CHANNELS.changeRole),
  chooseRole: ({ roleId }) => ipcRenderer.invoke(CHANNELS.chooseRole, { roleId }),
  findPatient: ({ nhsNumber }) => ipcRenderer.invoke(CHANNELS.findPatient, { nhsNumber }),
  closePatient: () => ipcRenderer.invoke(CHANNELS.closePatient),
  rows: ({ section, from, count, onlyDiffering, includeWithdrawn }) =>
    ipcRenderer.invoke(CHANNELS.rows, { section, from, count, onlyDiffering, includeWithdrawn }),
  raw: ({ itemId }) => ipcRenderer.invoke(CHANNELS.raw, { itemId }),
  retrySource: ({ sourceId }) => ipcRenderer.invoke(CHANNELS.retrySource, { sourceId }),
  lock: () => ipcRenderer.invoke(CHANNELS.lock),
  signOut: () => ipcRenderer.invoke(CHANNELS.signOut),
};

contextBridge.exposeInMainWorld('lanyard', bridge);
tellCopies();
