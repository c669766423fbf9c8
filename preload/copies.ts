/** Tells the trusted side that something was copied from the page, so that it does not stay on the clipboard. Never what. */
import { ipcRenderer } from 'electron';
import { CHANNELS } from './channels.ts';

/** The clipboard is filled after the event: the word follows it. */
export function tellCopies(): void {
  const tell = (): void => {
    if (isSomethingSelected()) setTimeout(() => void ipcRenderer.invoke(CHANNELS.copied));
  };
  globalThis.addEventListener('copy', tell, { capture: true });
  globalThis.addEventListener('cut', tell, { capture: true });
}

/** With nothing selected nothing is copied, and the clipboard stays somebody else's. */
function isSomethingSelected(): boolean {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) return field.selectionStart !== field.selectionEnd;
  return document.getSelection()?.isCollapsed === false;
}
