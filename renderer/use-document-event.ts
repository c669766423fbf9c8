import { useEffect, useRef } from 'react';

/** Listens on the whole page while the caller is on the screen; always calls the newest listener. */
export function useDocumentEvent<Type extends keyof DocumentEventMap>(type: Type, listener: (event: DocumentEventMap[Type]) => void): void {
  const newest = useRef(listener);
  useEffect(() => {
    newest.current = listener;
  });
  useEffect(() => {
    const call = (event: DocumentEventMap[Type]) => newest.current(event);
    document.addEventListener(type, call, { passive: type === 'wheel' });
    return () => document.removeEventListener(type, call);
  }, [type]);
}
