import { Icon } from '../design/icon.tsx';
import { ApplicationBar } from '../frame/application-bar.tsx';

/** What a window that stands by has drawn already: its first picture, should it have to take another's place. Says nothing of anybody. */
export function LockedShell() {
  return (
    <div className="screen" data-screen="standing-by" aria-hidden="true">
      <ApplicationBar>{null}</ApplicationBar>
      <main className="sign-in">
        <div className="sign-in-columns">
          <div className="sign-in-left">
            <LockedTitle />
          </div>
        </div>
      </main>
    </div>
  );
}

/** At the same place before and after the view has come. */
export function LockedTitle() {
  return (
    <h1 className="locked-title">
      <Icon name="lock" /> Locked
    </h1>
  );
}
