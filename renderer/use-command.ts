import { useCallback, useEffect, useRef, useState } from 'react';
import type { Reply } from '../preload/contract.ts';
import { replyWithin } from './limit.ts';

/** A command under way, or what the trusted side said against the last one. */
export interface CommandState {
  readonly running: boolean;
  readonly refusal: string | null;
}

export interface Command extends CommandState {
  /** `onDone` is told what came of it, unless that was a refusal or the screen has gone. */
  readonly run: <T>(call: () => Promise<Reply<T>>, onDone?: (value: T) => void) => void;
}

/** Longer than choosing a role or tracing a patient takes on the trusted side, which has limits of its own. */
const COMMAND_LIMIT_MS = 60_000;

/** Runs commands of the bridge one at a time and keeps the sentence of a refusal until the next one starts. */
export function useCommand(limitMs: number = COMMAND_LIMIT_MS): Command {
  const [state, setState] = useState<CommandState>({ running: false, refusal: null });
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const run = useCallback(
    <T>(call: () => Promise<Reply<T>>, onDone?: (value: T) => void) => {
      setState({ running: true, refusal: null });
      void replyWithin(call, limitMs).then((reply) => {
        if (!mounted.current) return;
        setState({ running: false, refusal: reply.ok ? null : reply.sentence });
        if (reply.ok) onDone?.(reply.value);
      });
    },
    [limitMs],
  );
  return { ...state, run };
}
