import { useEffect } from 'react';
import type { LanyardBridge, WorkstationView } from '../preload/contract.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { FindPatientView } from './find-patient/find-patient.tsx';
import { RecordView } from './record/record.tsx';
import { RoleView } from './role/role.tsx';
import { LockedShell } from './sign-in/locked-shell.tsx';
import { SignInView } from './sign-in/sign-in.tsx';
import { MessageBox } from './design/message-box.tsx';
import { IdleWarning } from './frame/idle-warning.tsx';
import { useFocusKept } from './use-focus.ts';
import { useView } from './use-view.ts';
import { warmUp } from './warm-up.tsx';

/** The whole window: whichever screen its view names. One that stands by has drawn that Lanyard is locked, should it be shown. */
export function App({ bridge }: { readonly bridge: LanyardBridge }) {
  useFocusKept();
  const state = useView(bridge);
  const drawn = state.kind === 'shown';
  useEffect(() => {
    if (!drawn) return;
    document.documentElement.dataset['ready'] = 'true';
    void bridge.drawn();
  }, [drawn, bridge]);
  const standingBy = state.kind === 'standing-by';
  useEffect(() => {
    if (!standingBy) return undefined;
    const soon = setTimeout(() => warmUp(bridge));
    return () => clearTimeout(soon);
  }, [standingBy, bridge]);
  if (state.kind === 'awaited') return null;
  if (state.kind === 'standing-by') return <LockedShell />;
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
  const title = windowTitle(view.screen);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <>
      <ErrorBoundary key={view.screen.kind} onLock={() => bridge.lock()}>
        <Screen view={view} bridge={bridge} />
      </ErrorBoundary>
      {view.idleWarning !== null && <IdleWarning locksAt={view.idleWarning.locksAt} bridge={bridge} />}
    </>
  );
}

const TITLES = { role: 'Choose your role', 'find-patient': 'Find a patient', record: 'Patient record' } as const;

/** What the window is called, in the task bar as well: never by anything of a patient or a clinician. */
export function windowTitle(screen: WorkstationView['screen']): string {
  if (screen.kind !== 'sign-in') return `${TITLES[screen.kind]} – Lanyard`;
  return `${screen.locked === null ? 'Sign in' : 'Locked'} – Lanyard`;
}

function Screen({ view, bridge }: { readonly view: WorkstationView; readonly bridge: LanyardBridge }) {
  const { screen } = view;
  switch (screen.kind) {
    case 'sign-in':
      return <SignInView view={view} screen={screen} bridge={bridge} />;
    case 'role':
      // Keyed by the roles: another choice of them starts at its first.
      return <RoleView key={screen.roles.map((role) => role.id).join(' ')} view={view} screen={screen} bridge={bridge} />;
    case 'find-patient':
      return <FindPatientView screen={screen} bridge={bridge} />;
    case 'record':
      // Keyed by patient: another patient starts with nothing of this one, not a row and not a selection.
      return <RecordView key={screen.banner.nhsNumber} screen={screen} bridge={bridge} />;
  }
}
