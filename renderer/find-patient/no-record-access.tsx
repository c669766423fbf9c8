import { useRef } from 'react';
import type { LanyardBridge, SignedInView } from '../../preload/contract.ts';
import { Button } from '../design/button.tsx';
import { MessageBox } from '../design/message-box.tsx';
import { useCommand } from '../use-command.ts';
import { useFocusWhereLost } from '../use-focus.ts';

interface NoRecordAccessProps {
  readonly signedIn: SignedInView;
  readonly bridge: LanyardBridge;
}

/** The role lacks the activity that opens records: said plainly, with the way to one that may have it. */
export function NoRecordAccess({ signedIn, bridge }: NoRecordAccessProps) {
  const words = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useFocusWhereLost(signedIn.canChangeRole ? button : words);
  const command = useCommand();
  return (
    <div className="find-form" ref={words} tabIndex={-1}>
      <MessageBox tone="warning" title="This role may not open patient records">
        You are signed in as {signedIn.role} at {signedIn.organisation}. {signedIn.canChangeRole ? 'Another of your roles may allow it.' : 'If you need it, ask your Registration Authority.'}
      </MessageBox>
      {command.refusal !== null && (
        <MessageBox tone="problem" title="This was not done">
          {command.refusal}
        </MessageBox>
      )}
      {signedIn.canChangeRole && (
        <div>
          <Button ref={button} kind="primary" busy={command.running} onClick={() => command.run(() => bridge.changeRole())}>
            Choose another role
          </Button>
        </div>
      )}
    </div>
  );
}
