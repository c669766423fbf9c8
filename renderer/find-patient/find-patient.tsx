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
import { asksForFind } from './find-keys.ts';

const HINTS = [
  { keys: ['/', 'Ctrl K'], does: 'NHS number' },
  { keys: ['Enter'], does: 'find' },
  { keys: ['F12'], does: 'lock' },
];

interface FindPatientProps {
  readonly screen: FindPatientScreen;
  readonly bridge: LanyardBridge;
}

/** One field: the NHS number. Whether it is one, and whose, the trusted side says. */
export function FindPatientView({ screen, bridge }: FindPatientProps) {
  const field = useRef<HTMLInputElement>(null);
  const command = useCommand();
  const tracing = screen.tracing || command.running;
  useEffect(() => {
    if (!tracing) field.current?.focus();
  }, [tracing]);
  useEffect(() => focusOnFindKey(field), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const nhsNumber = field.current?.value.trim() ?? '';
    if (!tracing) command.run(() => bridge.findPatient({ nhsNumber }));
  };
  return (
    <div className="screen" data-screen="find-patient">
      <SignedInBar signedIn={screen.signedIn} bridge={bridge} />
      <main className="work-narrow">
        <div className="panel">
          <h1>Find a patient</h1>
          <form className="find-form" onSubmit={submit} autoComplete="off">
            {!tracing && <Messages message={screen.message} refusal={command.refusal} />}
            <TextInput ref={field} kind="number" label="NHS number" hint="10 digits, with or without spaces" maxLength={20} className="nhs-number-input" disabled={tracing} />
            <div>
              <Button kind="primary" type="submit" disabled={tracing}>
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
        </div>
      </main>
      <Foot hints={HINTS} />
    </div>
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
