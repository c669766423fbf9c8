/** The shapes that go with a word wherever a colour does. Each is drawn in a 16 by 16 box. */
const FILLED = {
  triangle: 'M8 2 15 14H1Z',
  right: 'M3 2 14 8 3 14Z',
  left: 'M13 2 2 8l11 6Z',
  half: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 2a5 5 0 0 1 0 10Z',
  warning: 'M8 1 16 15H0ZM7 6v4.5h2V6Zm0 5.5v2h2v-2Z',
  dot: 'M8 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z',
} as const;

const LINED = {
  tick: 'M2.5 8.5 6.5 12.5 13.5 3.5',
  cross: 'M3 3 13 13M13 3 3 13',
  differs: 'M2 6H14M2 10.5H14M10.5 2 5.5 14.5',
  same: 'M2 6H14M2 10.5H14',
  clock: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M8 4.5V8l2.5 1.5',
  partial: 'M5 3a6 6 0 1 0 6 0M8 1v2',
  empty: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5 8h6',
  barred: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M3.4 3.4l9.2 9.2',
  held: 'M5.5 3v10M10.5 3v10',
  information: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M8 7v4.5M8 4.4v.2',
  waiting: 'M8 1.5a6.5 6.5 0 1 1-6.5 6.5',
  unsure: 'M5 5.5a3 3 0 1 1 4.3 2.7C8.3 8.7 8 9.2 8 10M8 13.2v.2',
  open: 'M3 6l5 5 5-5',
  closed: 'M6 3l5 5-5 5',
  lock: 'M3 7.5h10v7H3ZM5 7.5V5a3 3 0 0 1 6 0v2.5',
} as const;

export type IconName = keyof typeof FILLED | keyof typeof LINED;

/** A shape beside a word. It says nothing to a screen reader: the word does. */
export function Icon({ name, turning = false }: { readonly name: IconName; readonly turning?: boolean }) {
  const filled = name in FILLED ? FILLED[name as keyof typeof FILLED] : null;
  const names = ['icon', filled === null ? 'icon-line' : null, turning ? 'turning' : null];
  return (
    <svg className={names.filter(Boolean).join(' ')} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path fillRule="evenodd" d={filled ?? LINED[name as keyof typeof LINED]} />
    </svg>
  );
}
