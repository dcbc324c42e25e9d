import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

/** How late a process's event loop was, in milliseconds, and what is known of why. */
export interface LoopDelay {
  readonly worstMs: number;
  /** 99.9 % of the loop's delays were below. */
  readonly p999Ms: number;
  /** Worst delay less what its thread was ready to run and another one ran in its place. */
  readonly worstOwnMs: number;
  /** All that time together. */
  readonly keptWaitingMs: number;
  readonly worstCollectionMs: number;
}

const tickMs = 2;

/** Watches this process from the first call on; each call answers for the time since the one before. */
export function watchLoopDelay(): () => LoopDelay {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let collection = 0;
  let own = 0;
  let [before, waited] = [performance.now(), waitedMs()];
  let waitedAtFirst = waited;
  const look = (): void => {
    const [now, waitedNow] = [performance.now(), waitedMs()];
    own = Math.max(own, now - before - (waitedNow - waited));
    [before, waited] = [now, waitedNow];
  };
  const begin = (): void => {
    delay.enable();
    setInterval(look, tickMs).unref();
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) collection = Math.max(collection, duration);
    }).observe({ entryTypes: ['gc'] });
  };
  let begun = false;
  return () => {
    if (!begun) begin();
    begun = true;
    const seen = {
      ...{ worstMs: delay.max / 1e6, p999Ms: delay.percentile(99.9) / 1e6, worstOwnMs: own },
      ...{ keptWaitingMs: waited - waitedAtFirst, worstCollectionMs: collection },
    };
    delay.reset();
    [collection, own, waitedAtFirst, before] = [0, 0, waited, performance.now()];
    return seen;
  };
}

/** What the kernel says of this process's first thread: milliseconds ready to run without running; 0 where it does not say. */
function waitedMs(): number {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}
