import koffi from 'koffi';

/**
 * koffi lets a called function run on a stack of koffi's own, 128 KiB where the call is asynchronous. Readers' drivers and
 * vendors' modules are written for the stack of a thread, so they get as much. Calls are made a few at a time at most, so
 * few such stacks are kept.
 */
const stack = { async_stack_size: 8 * 1024 * 1024, resident_async_pools: 2 } as const;
let hasStack = false;

/** Gives native calls the stack of a thread; before a library is loaded, since koffi takes no settings afterwards. */
export function useThreadSizedStack(): void {
  if (!hasStack) koffi.config({ ...koffi.config(), ...stack });
  hasStack = true;
}
