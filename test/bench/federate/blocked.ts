/**
 * How long a thread's event loop stood still at a stretch. A busy machine takes a thread off its processor, which is nobody's
 * doing here; so beside the time on the wall each stretch has the processor time the thread itself used in it.
 */

const EVERY_MS = 2;

export interface Blocked {
  /** The longest stretch in milliseconds, on the wall. */
  readonly wallMs: number;
  /** The most processor time used in one stretch, in milliseconds: what the thread itself is to blame for. */
  readonly ownMs: number;
}

/** Starts watching; the function it gives back stops and says what was seen. */
export function watchEventLoop(): () => Blocked {
  let worst: Blocked = { wallMs: 0, ownMs: 0 };
  let last = { wall: performance.now(), own: ownMs() };
  const timer = setInterval(() => {
    const here = { wall: performance.now(), own: ownMs() };
    worst = { wallMs: Math.max(worst.wallMs, here.wall - last.wall), ownMs: Math.max(worst.ownMs, Math.min(here.own - last.own, here.wall - last.wall)) };
    last = here;
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    return worst;
  };
}

function ownMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
