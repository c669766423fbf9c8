import { useCallback, useEffect, useRef, useState } from 'react';
import type { Reply } from '../preload/contract.ts';
import { replyWithin } from './limit.ts';

/** A command under way, or what the trusted side said against the last one. */
export interface CommandState {
  readonly running: boolean;
  readonly refusal: string | null;
}

/** Longer than any step of sign-in or a patient trace takes on the trusted side, which has limits of its own. */
const COMMAND_LIMIT_MS = 60_000;

/** Runs commands of the bridge one at a time and keeps the sentence of a refusal until the next one starts. */
export function useCommand(): CommandState & { readonly run: (call: () => Promise<Reply<null>>) => void } {
  const [state, setState] = useState<CommandState>({ running: false, refusal: null });
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const run = useCallback((call: () => Promise<Reply<null>>) => {
    setState({ running: true, refusal: null });
    void replyWithin(call, COMMAND_LIMIT_MS).then((reply) => {
      if (mounted.current) setState({ running: false, refusal: reply.ok ? null : reply.sentence });
    });
  }, []);
  return { ...state, run };
}
