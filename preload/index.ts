/**
 * The bridge: a fixed set of functions and nothing of Electron's own. No event object, no channel name and no
 * `ipcRenderer` reaches the page.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { CHANNELS } from './channels.ts';
import type { LanyardBridge, WorkstationView } from './contract.ts';

const bridge: LanyardBridge = {
  view: () => ipcRenderer.invoke(CHANNELS.view),
  onView(listener) {
    const forward = (_event: unknown, view: WorkstationView): void => listener(view);
    ipcRenderer.on(CHANNELS.viewChanged, forward);
    return () => ipcRenderer.removeListener(CHANNELS.viewChanged, forward);
  },
  drawn: () => ipcRenderer.invoke(CHANNELS.drawn),
  async signIn({ cardId, passcode, lastTryConfirmed }) {
    try {
      return await ipcRenderer.invoke(CHANNELS.signIn, { cardId, passcode, lastTryConfirmed });
    } finally {
      passcode.fill(0);
    }
  },
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
