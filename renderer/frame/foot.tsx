import type { KeyHint } from '../design/key-hint.tsx';
import { KeyHints } from '../design/key-hint.tsx';

/** The foot of a session's screens: the keys that work here, and the promise about this computer. */
export function Foot({ hints }: { readonly hints: readonly KeyHint[] }) {
  return (
    <footer className="foot">
      <KeyHints hints={hints} />
      <span className="foot-promise">Nothing here is stored on this computer</span>
    </footer>
  );
}
