import { useEffect, useState } from 'react';
import type { LanyardBridge, WorkstationView } from '../preload/contract.ts';
import { replyWithin } from './limit.ts';

export type ViewState =
  | { readonly kind: 'awaited' }
  | { readonly kind: 'shown'; readonly view: WorkstationView }
  | { readonly kind: 'refused'; readonly sentence: string };

/** The newest view main has sent. A view that was overtaken on its way is dropped, so that the screen never goes back. */
export function newerView(current: ViewState, next: WorkstationView): ViewState {
  if (current.kind === 'shown' && next.revision < current.view.revision) return current;
  return { kind: 'shown', view: next };
}

/** Subscribes first and asks second, so that no change between the two is lost. */
export function useView(bridge: LanyardBridge): ViewState {
  const [state, setState] = useState<ViewState>({ kind: 'awaited' });
  useEffect(() => {
    const stop = bridge.onView((view) => setState((current) => newerView(current, view)));
    void replyWithin(() => bridge.view()).then((reply) =>
      setState((current) => {
        if (reply.ok) return newerView(current, reply.value);
        return current.kind === 'shown' ? current : { kind: 'refused', sentence: reply.sentence };
      }),
    );
    return stop;
  }, [bridge]);
  return state;
}
