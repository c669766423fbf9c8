import { useEffect, useRef } from 'react';
import type { FormEvent } from 'react';
import type { FindPatientScreen, LanyardBridge } from '../../preload/contract.ts';
import { Button } from '../design/button.tsx';
import { Icon } from '../design/icon.tsx';
import { Messages } from '../design/message-box.tsx';
import { Status } from '../design/status.tsx';
import { TextInput } from '../design/text-input.tsx';
import { SignedInBar } from '../frame/application-bar.tsx';
import { Foot } from '../frame/foot.tsx';
import { useCommand } from '../use-command.ts';
import { useFormFocus } from '../use-focus.ts';
import { asksForFind } from './find-keys.ts';
import { NoRecordAccess } from './no-record-access.tsx';

const LOCK_HINT = { keys: ['F12'], does: 'lock' };
const HINTS = [{ keys: ['/', 'Ctrl K'], does: 'NHS number' }, { keys: ['Enter'], does: 'find' }, LOCK_HINT];

interface FindPatientProps {
  readonly screen: FindPatientScreen;
  readonly bridge: LanyardBridge;
}

/** One field: the NHS number. A role that may not open records is told so instead. */
export function FindPatientView({ screen, bridge }: FindPatientProps) {
  const mayOpen = screen.signedIn.allows.viewRecord;
  return (
    <div className="screen" data-screen="find-patient">
      <SignedInBar signedIn={screen.signedIn} bridge={bridge} closes="nothing" />
      <main className="work-narrow">
        <div className="panel">
          <h1>Find a patient</h1>
          {mayOpen ? <FindForm screen={screen} bridge={bridge} /> : <NoRecordAccess signedIn={screen.signedIn} bridge={bridge} />}
        </div>
      </main>
      <Foot hints={mayOpen ? HINTS : [LOCK_HINT]} />
    </div>
  );
}

/** Whether what was typed is an NHS number, and whose, the trusted side says. */
function FindForm({ screen, bridge }: FindPatientProps) {
  const field = useRef<HTMLInputElement>(null);
  const command = useCommand();
  const tracing = screen.tracing || command.running;
  useFormFocus({ target: field, takesFocus: true, busy: tracing });
  useEffect(() => focusOnFindKey(field), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const nhsNumber = field.current?.value.trim() ?? '';
    if (!tracing) command.run(() => bridge.findPatient({ nhsNumber }));
  };
  return (
    <form className="find-form" onSubmit={submit} autoComplete="off">
      {!tracing && <Messages message={screen.message} refusal={command.refusal} />}
      <TextInput ref={field} kind="number" label="NHS number" hint="10 digits, with or without spaces" maxLength={20} className="nhs-number-input" busy={tracing} />
      <div>
        <Button kind="primary" type="submit" busy={tracing}>
          Find patient
        </Button>
      </div>
      <Status className="form-state">
        {tracing ? (
          <>
            <Icon name="waiting" turning /> Looking for this NHS number in the Personal Demographics Service…
          </>
        ) : (
          'The patient is looked up in the Personal Demographics Service first. Open only the record of somebody in your care.'
        )}
      </Status>
    </form>
  );
}

function focusOnFindKey(field: { readonly current: HTMLInputElement | null }): () => void {
  const listener = (event: KeyboardEvent) => {
    if (!asksForFind(event, document.activeElement === field.current)) return;
    event.preventDefault();
    field.current?.focus();
    field.current?.select();
  };
  window.addEventListener('keydown', listener);
  return () => window.removeEventListener('keydown', listener);
}
