import { useEffect } from 'react';
import type { LanyardBridge, WorkstationView } from '../preload/contract.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { FindPatientView } from './find-patient/find-patient.tsx';
import { RecordView } from './record/record.tsx';
import { RoleView } from './role/role.tsx';
import { SignInView } from './sign-in/sign-in.tsx';
import { MessageBox } from './design/message-box.tsx';
import { Status } from './design/status.tsx';
import { useView } from './use-view.ts';

/** The whole window: waits for the first view, then draws whichever screen it names. */
export function App({ bridge }: { readonly bridge: LanyardBridge }) {
  const state = useView(bridge);
  const drawn = state.kind === 'shown';
  useEffect(() => {
    if (!drawn) return;
    document.documentElement.dataset['ready'] = 'true';
    void bridge.drawn();
  }, [drawn, bridge]);
  if (state.kind === 'awaited') return <Status className="waiting">Starting Lanyard…</Status>;
  if (state.kind === 'refused') {
    return (
      <main className="waiting">
        <MessageBox tone="problem" title="Lanyard could not start its screen">
          {state.sentence} Close this window and open Lanyard again.
        </MessageBox>
      </main>
    );
  }
  return <Workstation view={state.view} bridge={bridge} />;
}

/** One view, drawn. The boundary starts afresh with each kind of screen, so that locking always gets out of a fault. */
export function Workstation({ view, bridge }: { readonly view: WorkstationView; readonly bridge: LanyardBridge }) {
  return (
    <ErrorBoundary key={view.screen.kind} onLock={() => bridge.lock()}>
      <Screen view={view} bridge={bridge} />
    </ErrorBoundary>
  );
}

function Screen({ view, bridge }: { readonly view: WorkstationView; readonly bridge: LanyardBridge }) {
  const { screen } = view;
  switch (screen.kind) {
    case 'sign-in':
      return <SignInView view={view} screen={screen} bridge={bridge} />;
    case 'role':
      return <RoleView view={view} screen={screen} bridge={bridge} />;
    case 'find-patient':
      return <FindPatientView screen={screen} bridge={bridge} />;
    case 'record':
      // Keyed by patient: another patient starts with nothing of this one, not a row and not a selection.
      return <RecordView key={screen.banner.nhsNumber} screen={screen} bridge={bridge} />;
  }
}
