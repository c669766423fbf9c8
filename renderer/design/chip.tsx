import type { ReactNode } from 'react';

/** A short label in a box: a source, a status, what a row is. */
export function Chip({ kind = 'plain', children }: { readonly kind?: 'plain' | 'new' | 'warning'; readonly children: ReactNode }) {
  return <span className={kind === 'plain' ? 'chip' : `chip chip-${kind}`}>{children}</span>;
}
