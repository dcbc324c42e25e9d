import { setFlagsFromString } from 'node:v8';

/**
 * Lets this process collect its young objects in the thread that made them. V8 shares that work with threads that a busy machine may not
 * run for a while, and the event loop waits for the last of them: a collection of 2 ms took up to 120. There is little to share, because
 * a request leaves next to nothing behind. Of V8's threads for garbage only these may be given up while the process runs.
 */
export function collectAlone(): void {
  setFlagsFromString('--no-parallel-scavenge');
}
