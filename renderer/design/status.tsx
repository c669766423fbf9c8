import type { ReactNode } from 'react';

/** Words that are read out when they change, in their turn: a polite live region. */
export function Status({ className = '', children }: { readonly className?: string; readonly children: ReactNode }) {
  return <output className={`status ${className}`.trim()}>{children}</output>;
}
