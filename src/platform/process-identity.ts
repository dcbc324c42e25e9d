import { execFileSync } from 'node:child_process';

/** A process id may be given to another program once its process has ended; together with the time of its start it is unique. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Milliseconds since 1970, whole seconds. */
  readonly startedAtMs: number;
}

/** Some systems compute the start from a clock that is corrected meanwhile. */
const toleranceMs = 3_000;

/** Null when there is no such process, or only its remains that nobody has collected. */
export function identify(pid: number): ProcessIdentity | null {
  try {
    const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } } as const;
    const said = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', `${pid}`], options).trim();
    const [, state = 'Z', started] = /^(\S)\S*\s+(.+)$/.exec(said) ?? [];
    return state === 'Z' ? null : { pid, startedAtMs: Date.parse(`${started} UTC`) };
  } catch {
    return null;
  }
}

/** Whether it is still the same process. */
export function isRunning({ pid, startedAtMs }: ProcessIdentity): boolean {
  const now = identify(pid);
  return now !== null && Math.abs(now.startedAtMs - startedAtMs) <= toleranceMs;
}
