import type { ReactNode } from 'react';
import type { LanyardBridge, SignedInView } from '../../preload/contract.ts';
import { Button } from '../design/button.tsx';
import { Disclosure } from '../design/disclosure.tsx';
import { Key } from '../design/key-hint.tsx';
import { NoticeStrip } from './notice-strip.tsx';

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
  /** What a change of role ends. */
  readonly closes: 'patient' | 'nothing';
  readonly children?: ReactNode;
}

/** The top of a session's screens: who you are, for whom you act, where your card is, the way out, and what to know. */
export function SignedInBar({ signedIn, bridge, closes, children }: SignedInBarProps) {
  return (
    <div className="frame-top">
      <ApplicationBar>
        {children}
        <div className="bar-who">
          <div>
            {signedIn.clinician}, {signedIn.role}
          </div>
          <div className="bar-where">
            {signedIn.organisation} ({signedIn.odsCode}) · {signedIn.reader === null ? 'card not in the reader' : `card in ${signedIn.reader}`}
          </div>
        </div>
        {signedIn.canChangeRole && <ChangeRole bridge={bridge} closes={closes} />}
        <SessionButtons bridge={bridge} />
      </ApplicationBar>
      <NoticeStrip notices={signedIn.notices} />
    </div>
  );
}

/** A change of role is a new session: with a patient on the screen it says first what that closes. */
function ChangeRole({ bridge, closes }: Pick<SignedInBarProps, 'bridge' | 'closes'>) {
  const change = () => void bridge.changeRole();
  if (closes === 'nothing') {
    return (
      <Button kind="bar" onClick={change}>
        Change role
      </Button>
    );
  }
  return (
    <Disclosure className="bar-role" summary="Change role">
      <p>This closes the patient. You then choose another role, and begin a new session in it.</p>
      <Button onClick={change}>Close the patient and change role</Button>
    </Disclosure>
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
