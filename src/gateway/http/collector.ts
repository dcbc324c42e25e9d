import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * What Node is started with for a gateway: little room for young objects, 4 MiB instead of 16, in three parts. A request leaves next to
 * nothing behind, so that a full room is emptied in half a millisecond; a larger one is memory that is only walked through.
 */
export const gatewayFlags: readonly string[] = ['--max-semi-space-size=4'];

/**
 * Lets this process collect its young objects in the thread that made them. V8 shares that work with threads that a busy machine may not
 * run for a while, and the event loop waits for the last of them: a collection of 2 ms took up to 120. There is little to share, because
 * a request leaves next to nothing behind. Of V8's threads for garbage only these may be given up while the process runs.
 */
export function collectAlone(): void {
  setFlagsFromString('--no-parallel-scavenge');
}

/** Collects all garbage of the start, and puts what will live among the old objects: the first callers' requests would wait for it. */
export function collectStart(): void {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
}
