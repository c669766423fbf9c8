import { useEffect, useRef } from 'react';
import type { KeyboardEvent } from 'react';
import type { LanyardBridge, RoleScreen, RoleView as Role, WorkstationView } from '../../preload/contract.ts';
import { Key } from '../design/key-hint.tsx';
import { Messages } from '../design/message-box.tsx';
import { ApplicationBar, SessionButtons } from '../frame/application-bar.tsx';
import { Foot } from '../frame/foot.tsx';
import { useCommand } from '../use-command.ts';
import { roleAfterKey } from './role-keys.ts';

const HINTS = [
  { keys: ['↑', '↓'], does: 'move' },
  { keys: ['1–9'], does: 'go to a role' },
  { keys: ['Enter'], does: 'choose it' },
];

interface RoleProps {
  readonly view: WorkstationView;
  readonly screen: RoleScreen;
  readonly bridge: LanyardBridge;
}

/** One role for the whole session; its organisation decides what may be seen. */
export function RoleView({ view, screen, bridge }: RoleProps) {
  const list = useRef<HTMLOListElement>(null);
  const command = useCommand();
  useEffect(() => focusRole(list.current, 0), []);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = roleAfterKey(event.key, focusedRole(list.current), screen.roles.length);
    if (next === null) return;
    event.preventDefault();
    focusRole(list.current, next);
  };
  return (
    <div className="screen" data-screen="role">
      <ApplicationBar>
        <span className="bar-site">
          {view.site.name} ({view.site.odsCode}) · {view.site.region}
        </span>
        <SessionButtons bridge={bridge} />
      </ApplicationBar>
      <main className="work-narrow">
        <div className="panel">
          <h1>Choose your role</h1>
          <p className="soft">{screen.clinician}. Every request for a record is made in the role you choose.</p>
          <div className="panel-messages">
            <Messages message={screen.message} refusal={command.refusal} />
          </div>
          <ol className="roles" ref={list} aria-label="Your roles">
            {screen.roles.map((role, index) => (
              <RoleLine key={role.id} role={role} number={index + 1} disabled={command.running} onKeyDown={onKeyDown} onChoose={() => command.run(() => bridge.chooseRole({ roleId: role.id }))} />
            ))}
          </ol>
        </div>
      </main>
      <Foot hints={HINTS} />
    </div>
  );
}

interface RoleLineProps {
  readonly role: Role;
  readonly number: number;
  readonly disabled: boolean;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onChoose: () => void;
}

function RoleLine({ role, number, disabled, onKeyDown, onChoose }: RoleLineProps) {
  return (
    <li>
      <button type="button" className="role" disabled={disabled} data-role-id={role.id} onKeyDown={onKeyDown} onClick={onChoose}>
        <span className="role-number" aria-hidden="true">
          {number <= 9 && <Key name={String(number)} />}
        </span>
        <span>
          <span className="role-name">{role.name}</span>{' '}
          <span className="role-organisation">
            {role.organisation} ({role.odsCode})
          </span>
        </span>
      </button>
    </li>
  );
}

function buttonsOf(list: HTMLElement | null): readonly HTMLElement[] {
  return list === null ? [] : [...list.querySelectorAll<HTMLElement>('button')];
}

function focusRole(list: HTMLElement | null, index: number): void {
  buttonsOf(list)[index]?.focus();
}

function focusedRole(list: HTMLElement | null): number {
  return buttonsOf(list).findIndex((button) => button === document.activeElement);
}
