import { getPriority, setPriority } from 'node:os';

const ordinary = 0;

/**
 * Lets the calling thread - the event loop - run before other programs that are ready: without it a busy machine makes a request wait for
 * one or two ticks of its clock, 4 ms each, before the gateway has a core again. Linux keeps niceness for each thread: those that were
 * started before keep theirs.
 * @param niceness -20 (first) to 19 (last)
 * @returns the niceness that it has now: another one where the system does not allow this one
 */
export function goFirst(niceness: number): number {
  try {
    setPriority(niceness);
  } catch {
    // Going before others takes a right that few programs have; the gateway answers without it, too.
  }
  return getPriority();
}

/** Starts a thread or process that does not go before other programs; it would have the niceness of the thread that starts it. */
export function startOrdinary<T>(start: () => T): T {
  const niceness = getPriority();
  if (niceness >= ordinary) return start();
  setPriority(ordinary);
  try {
    return start();
  } finally {
    goFirst(niceness);
  }
}
