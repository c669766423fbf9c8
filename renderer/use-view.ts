import { useEffect, useState } from 'react';
import type { LanyardBridge, Reply, WorkstationView } from '../preload/contract.ts';
import { replyWithin } from './limit.ts';

export type ViewState =
  | { readonly kind: 'awaited' }
  /** This window's turn has not come. */
  | { readonly kind: 'standing-by' }
  | { readonly kind: 'shown'; readonly view: WorkstationView }
  | { readonly kind: 'refused'; readonly sentence: string };

/** The newest view main has sent. A view that was overtaken on its way is dropped, so that the screen never goes back. */
export function newerView(current: ViewState, next: WorkstationView): ViewState {
  if (current.kind === 'shown' && next.revision < current.view.revision) return current;
  return { kind: 'shown', view: next };
}

/** What the first question came to; a view that was sent meanwhile is newer than any answer but a newer view. */
export function answeredView(current: ViewState, reply: Reply<WorkstationView | null>): ViewState {
  if (reply.ok && reply.value !== null) return newerView(current, reply.value);
  if (current.kind === 'shown') return current;
  return reply.ok ? { kind: 'standing-by' } : { kind: 'refused', sentence: reply.sentence };
}

/** Subscribes first and asks second, so that no change between the two is lost. */
export function useView(bridge: LanyardBridge): ViewState {
  const [state, setState] = useState<ViewState>({ kind: 'awaited' });
  useEffect(() => {
    const stop = bridge.onView((view) => setState((current) => newerView(current, view)));
    void replyWithin(() => bridge.view()).then((reply) => setState((current) => answeredView(current, reply)));
    return stop;
  }, [bridge]);
  return state;
}
