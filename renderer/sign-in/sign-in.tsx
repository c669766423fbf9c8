import type { LanyardBridge, SignInScreen, WorkstationView } from '../../preload/contract.ts';
import { Icon } from '../design/icon.tsx';
import { prose } from '../design/prose.ts';
import { Status } from '../design/status.tsx';
import { ApplicationBar } from '../frame/application-bar.tsx';
import { CardPanel } from './card-panel.tsx';
import { LockedTitle } from './locked-shell.tsx';
import { SignInFoot } from './sign-in-foot.tsx';
import { stepsOf } from './steps.ts';
import type { Step } from './steps.ts';

interface SignInProps {
  readonly view: WorkstationView;
  readonly screen: SignInScreen;
  readonly bridge: LanyardBridge;
}

/** The first screen, and the one a lock comes back to. */
export function SignInView({ view, screen, bridge }: SignInProps) {
  const { site } = view;
  return (
    <div className="screen" data-screen="sign-in">
      <ApplicationBar>
        <span className="bar-site">
          {site.name} ({site.odsCode}) · {site.region}
        </span>
      </ApplicationBar>
      <main className="sign-in">
        <div className="sign-in-columns">
          <div className="sign-in-left">
            <Opening locked={screen.locked} />
            <ol className="steps" aria-label="Steps to sign in">
              {stepsOf(view, screen).map((step, index) => (
                <StepLine key={step.title} step={step} number={index + 1} />
              ))}
            </ol>
          </div>
          <CardPanel view={view} screen={screen} bridge={bridge} />
        </div>
      </main>
      <SignInFoot view={view} />
    </div>
  );
}

function Opening({ locked }: { readonly locked: SignInScreen['locked'] }) {
  if (locked === null) {
    return (
      <>
        <h1>Sign in with your smartcard</h1>
        <p>Then see this patient’s practice record beside the shared records.</p>
      </>
    );
  }
  return (
    <>
      <LockedTitle />
      <Status>{prose(locked.sentence)}</Status>
      {locked.resumes !== null && (
        <p className="locked-resumes">
          <strong>{locked.resumes}</strong>: sign in to go on where you were. Anybody else starts afresh.
        </p>
      )}
      <p className="soft">
        Locked at <span className="unbroken">{locked.at}</span>
      </p>
    </>
  );
}

const STEP_WORDS: Readonly<Record<Step['state'], string>> = { done: 'Done: ', now: 'Now: ', later: 'Later: ' };

function StepLine({ step, number }: { readonly step: Step; readonly number: number }) {
  return (
    <li className={`step step-${step.state}`} aria-current={step.state === 'now' ? 'step' : undefined}>
      <span className="step-mark" aria-hidden="true">
        {step.state === 'done' ? <Icon name="tick" /> : number}
      </span>
      <div>
        <span className="unseen">{STEP_WORDS[step.state]}</span>
        <span className="step-title">{step.title}</span>
        {step.detail.map((line) => (
          <span key={line} className="step-detail">
            {line}
          </span>
        ))}
      </div>
    </li>
  );
}
