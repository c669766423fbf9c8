import { Component } from 'react';
import type { ReactNode } from 'react';
import { Button } from './design/button.tsx';

interface Props {
  readonly onLock: () => Promise<unknown>;
  readonly children: ReactNode;
}

/** What stands where a screen could not be drawn. It shows nothing of the view that failed. */
export function Fallback({ onLock }: { readonly onLock: () => Promise<unknown> }) {
  return (
    <main className="waiting" data-screen="fault">
      <h1>This screen could not be drawn</h1>
      <p role="alert">This screen could not be drawn. Lock and sign in again.</p>
      <Button kind="primary" onClick={() => void onLock()}>
        Lock
      </Button>
    </main>
  );
}

/** Catches a fault while drawing. The fault itself is not kept: its message may hold part of a record. */
export class ErrorBoundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Fallback onLock={this.props.onLock} /> : this.props.children;
  }
}
