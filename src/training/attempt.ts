/** An attempt's name in keys, logs and folders: `a<n>` on a standing worker, `a<machine>-<n>` on a rented machine. */
export interface Attempt {
  /** Which machine of the stage; 0 for a standing worker. */
  readonly machine: number;
  /** From 1; counts on over retries of the stage. */
  readonly attempt: number;
}

export function attemptLabel({ machine, attempt }: Attempt): string {
  return machine === 0 ? `a${attempt}` : `a${machine}-${attempt}`;
}

/** Null for anything that is no label. */
export function parseAttempt(label: string): Attempt | null {
  const [, first, second] = /^a(\d{1,9})(?:-(\d{1,9}))?$/.exec(label) ?? [];
  if (first === undefined) return null;
  return second === undefined
    ? { machine: 0, attempt: Number(first) }
    : { machine: Number(first), attempt: Number(second) };
}

/** Older first; what is no label comes before all that are. */
export function compareAttempts(a: string, b: string): number {
  const [left, right] = [parseAttempt(a), parseAttempt(b)];
  if (!left || !right) return Number(left !== null) - Number(right !== null);
  return left.machine - right.machine || left.attempt - right.attempt;
}

/**
 * The label of a new attempt: Temporal's number, or, where that one is taken (a stage that is retried by hand counts from 1
 * again), the next one of its machine.
 */
export function nextAttempt(wanted: Attempt, taken: readonly string[]): string {
  const used = taken
    .map(parseAttempt)
    .filter((found) => found?.machine === wanted.machine)
    .map((found) => found?.attempt ?? 0);
  const attempt = used.includes(wanted.attempt) ? Math.max(...used) + 1 : wanted.attempt;
  return attemptLabel({ ...wanted, attempt });
}
