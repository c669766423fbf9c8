/** A key as it is written on the keyboard. */
export function Key({ name }: { readonly name: string }) {
  return <kbd className="key">{name}</kbd>;
}

export interface KeyHint {
  readonly keys: readonly string[];
  readonly does: string;
}

/** Keys and what they do, for the bar at the foot of a screen. */
export function KeyHints({ hints }: { readonly hints: readonly KeyHint[] }) {
  return (
    <ul className="key-hints" aria-label="Keys">
      {hints.map((hint) => (
        <li key={hint.does}>
          {hint.keys.map((name) => (
            <Key key={name} name={name} />
          ))}{' '}
          {hint.does}
        </li>
      ))}
    </ul>
  );
}
