/** How far this process is behind. */
export interface Pressure {
  /** Whether a new prediction would wait too long. */
  isTooHigh(): boolean;
  close(): void;
}

const everyMs = 20;

/**
 * Watches the event loop: a timer that fires late tells how long everything waits. One slow turn - a garbage collection, a large body -
 * is no overload: two in a row are.
 */
export function watchPressure(mostLagMs: number): Pressure {
  let expected = performance.now() + everyMs;
  let lag = 0;
  let before = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    before = lag;
    lag = now - expected;
    expected = now + everyMs;
  }, everyMs);
  timer.unref();
  return {
    // A timer that is overdue right now counts as well: it cannot fire while the loop is busy.
    isTooHigh: () => before > mostLagMs && Math.max(lag, performance.now() - expected) > mostLagMs,
    close: () => clearInterval(timer),
  };
}
