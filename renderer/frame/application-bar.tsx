import type { ReactNode } from 'react';
import type { LanyardBridge, SignedInView } from '../../preload/contract.ts';
import { Button } from '../design/button.tsx';
import { Key } from '../design/key-hint.tsx';

/** The dark bar on top of every screen: the product's name, then what the screen puts beside it. */
export function ApplicationBar({ children }: { readonly children: ReactNode }) {
  return (
    <header className="bar">
      <span className="bar-product">Lanyard</span>
      {children}
    </header>
  );
}

interface SignedInBarProps {
  readonly signedIn: SignedInView;
  readonly bridge: LanyardBridge;
  readonly children?: ReactNode;
}

/** The bar of a session: who you are, for whom you act, where your card is, and the way out. */
export function SignedInBar({ signedIn, bridge, children }: SignedInBarProps) {
  return (
    <ApplicationBar>
      {children}
      <div className="bar-who">
        <div>
          {signedIn.clinician}, {signedIn.role}
        </div>
        <div className="bar-where">
          {signedIn.organisation} ({signedIn.odsCode}) · card in {signedIn.reader}
        </div>
      </div>
      <SessionButtons bridge={bridge} />
    </ApplicationBar>
  );
}

/** Sign out and Lock, at the same place on every screen of a session. */
export function SessionButtons({ bridge }: { readonly bridge: LanyardBridge }) {
  return (
    <div className="bar-buttons">
      <Button kind="bar" onClick={() => void bridge.signOut()}>
        Sign out
      </Button>
      <Button kind="bar" strong onClick={() => void bridge.lock()}>
        Lock <Key name="F12" />
      </Button>
    </div>
  );
}
