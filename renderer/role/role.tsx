import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { LanyardBridge, RoleScreen, RoleView as Role, WorkstationView } from '../../preload/contract.ts';
import { Key } from '../design/key-hint.tsx';
import { Messages } from '../design/message-box.tsx';
import { ApplicationBar, SessionButtons } from '../frame/application-bar.tsx';
import { Foot } from '../frame/foot.tsx';
import { useCommand } from '../use-command.ts';
import { roleGroups } from './role-groups.ts';
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
  const list = useRef<HTMLDivElement>(null);
  const command = useCommand();
  const groups = roleGroups(screen.roles, view.site.odsCode);
  const shown = groups.flatMap((group) => group.roles);
  const [current, setCurrent] = useState(0);
  useEffect(() => focusRole(list.current, 0), []);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = roleAfterKey(event.key, current, shown.length);
    if (next === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    focusRole(list.current, next);
  };
  const lineOf = (role: Role) => {
    const index = shown.indexOf(role);
    return (
      <RoleLine
        key={role.id}
        role={role}
        number={index + 1}
        tabStop={index === current}
        busy={command.running}
        onFocus={() => setCurrent(index)}
        onKeyDown={onKeyDown}
        onChoose={() => command.run(() => bridge.chooseRole({ roleId: role.id }))}
      />
    );
  };
  return (
    <div className="screen" data-screen="role">
      <ApplicationBar>
        <span className="bar-site">
          {view.site.name} ({view.site.odsCode}) · {view.site.region}
        </span>
        <SessionButtons bridge={bridge} />
      </ApplicationBar>
      <main className="work-narrow work-kept">
        <div className="panel panel-roles">
          <div>
            <h1>Choose your role</h1>
            <p className="soft">{screen.clinician}. Every request for a record is made in the role you choose.</p>
            <div className="panel-messages">
              <Messages message={screen.message} refusal={command.refusal} />
            </div>
          </div>
          <div className="roles" ref={list}>
            {groups.map((group) => (
              <section key={group.odsCode} aria-label={group.organisation}>
                <h2 className="role-organisation">
                  {group.organisation} <span className="role-code">{group.odsCode}</span>
                </h2>
                <ul>{group.roles.map(lineOf)}</ul>
              </section>
            ))}
          </div>
        </div>
      </main>
      <Foot hints={HINTS} />
    </div>
  );
}

interface RoleLineProps {
  readonly role: Role;
  readonly number: number;
  readonly tabStop: boolean;
  readonly busy: boolean;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onChoose: () => void;
}

function RoleLine({ role, number, tabStop, busy, onFocus, onKeyDown, onChoose }: RoleLineProps) {
  return (
    <li>
      <button
        type="button"
        className="role"
        tabIndex={tabStop ? 0 : -1}
        aria-disabled={busy || undefined}
        data-role-id={role.id}
        onFocus={onFocus}
        onKeyDown={onKeyDown}
        onClick={busy ? undefined : onChoose}
      >
        <span className="role-number" aria-hidden="true">
          {number <= 9 && <Key name={String(number)} />}
        </span>
        <span className="role-name">
          {role.name} <span className="unseen">at {role.organisation}</span>
        </span>
      </button>
    </li>
  );
}

function focusRole(list: HTMLElement | null, index: number): void {
  list?.querySelectorAll<HTMLElement>('button').item(index)?.focus();
}
