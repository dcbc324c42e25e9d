export interface CopyQueue {
  /** False when too many wait already; then `copy` is never called. */
  later(copy: () => void): boolean;
  /** Resolves when none waits. */
  drained(): Promise<void>;
}

/** Copies of some hundred requests of a hundred rows; beyond that shadows cannot keep up, and copies are dropped. */
const mostWaiting = 20_000;
/** A turn of the event loop spends no more on copies, so that no answer waits longer for them. */
const turnMs = 2;

/** Shadows work on what answers leave over: first every answer of a turn, then copies, a few milliseconds at a time. */
export function createCopyQueue(onFault: (fault: unknown) => void): CopyQueue {
  const waiting: (() => void)[] = [];
  const idle: (() => void)[] = [];
  let at = 0;
  let planned = false;

  function plan(): void {
    planned = true;
    setImmediate(drain);
  }

  function drain(): void {
    const until = performance.now() + turnMs;
    planned = false;
    while (at < waiting.length && performance.now() < until) {
      const copy = waiting[at] as () => void;
      at += 1;
      try {
        copy();
      } catch (fault) {
        onFault(fault);
      }
    }
    if (at < waiting.length) plan();
    else {
      waiting.length = 0;
      at = 0;
      for (const resume of idle.splice(0)) resume();
    }
  }

  return {
    later(copy) {
      if (waiting.length - at >= mostWaiting) return false;
      waiting.push(copy);
      if (!planned) plan();
      return true;
    },
    drained: () => (planned ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve()),
  };
}
