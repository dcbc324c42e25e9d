import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gatewayFlags } from '../node-flags.ts';

/** Of {@link gatewayFlags} what this process was not started with. */
export function missingFlags(): readonly string[] {
  return gatewayFlags.filter((flag) => !process.execArgv.includes(flag));
}

/** Collects all garbage of the start, and puts what will live among the old objects: the first callers' requests would wait for it. */
export function collectStart(): void {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
}
